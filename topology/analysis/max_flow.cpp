#include <algorithm>
#include <tuple>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/push_relabel_max_flow.hpp>

#include "core/check.hpp"
#include "topology/analysis.hpp"

namespace berth {
namespace {

using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
using FlowGraph = boost::adjacency_list<
    boost::vecS, boost::vecS, boost::directedS, boost::no_property,
    boost::property<
        boost::edge_capacity_t, std::int64_t,
        boost::property<boost::edge_residual_capacity_t, std::int64_t,
                        boost::property<boost::edge_reverse_t, Traits::edge_descriptor>>>>;

// Between two vertices, as much in either direction.
struct Pipe {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::int64_t bytes_per_s = 0;
};

// Pipes side by side are one.
std::vector<Pipe> merged(std::vector<Pipe> pipes) {
  const auto ends = [](const Pipe& pipe) { return std::tie(pipe.a, pipe.b); };
  std::sort(pipes.begin(), pipes.end(),
            [&ends](const Pipe& x, const Pipe& y) { return ends(x) < ends(y); });
  std::vector<Pipe> result;
  for (const Pipe& pipe : pipes) {
    if (!result.empty() && ends(result.back()) == ends(pipe)) {
      result.back().bytes_per_s += pipe.bytes_per_s;
    } else {
      result.push_back(pipe);
    }
  }
  return result;
}

// One way. Push-relabel takes an edge without capacity for the way back of another, so each
// direction of a pipe has a way back of its own.
void add_way(FlowGraph& graph, std::uint32_t from, std::uint32_t to, std::int64_t bytes_per_s) {
  const auto there = boost::add_edge(from, to, graph).first;
  const auto back = boost::add_edge(to, from, graph).first;
  boost::put(boost::edge_capacity, graph, there, bytes_per_s);
  boost::put(boost::edge_capacity, graph, back, 0);
  boost::put(boost::edge_reverse, graph, there, back);
  boost::put(boost::edge_reverse, graph, back, there);
}

FlowGraph graph_of(const std::vector<Pipe>& pipes, std::uint32_t vertices) {
  FlowGraph graph(vertices);
  for (const Pipe& pipe : pipes) {
    add_way(graph, pipe.a, pipe.b, pipe.bytes_per_s);
    add_way(graph, pipe.b, pipe.a, pipe.bytes_per_s);
  }
  return graph;
}

bool holds(NodeRange range, NodeId node) {
  return node.index() >= range.first && node.index() < range.past;
}

// A node may use all its HCAs at once and passes nothing on, so the nodes of one side need no
// vertex of their own: their HCAs are pipes between that side and the leaves. What remains is as
// large as the switches are many, whatever hangs on them.
std::int64_t flow(const Topology& topology, NodeRange from, NodeRange to) {
  const Fabric& fabric = topology.fabric;
  const std::uint32_t source = fabric.devices();
  const std::uint32_t sink = source + 1;
  const std::uint32_t nowhere = source + 2;
  const auto vertex = [&](DeviceId device) {
    if (fabric.device(device).kind != DeviceKind::hca) {
      return device.index();
    }
    const auto seat = topology.seats.of(device);
    if (seat && holds(from, seat->node)) {
      return source;
    }
    return seat && holds(to, seat->node) ? sink : nowhere;
  };
  std::vector<Pipe> pipes;
  for (std::uint32_t i = 0; i < fabric.cables(); ++i) {
    const Cable& cable = fabric.cable(CableId(i));
    const std::uint32_t a = vertex(cable.a.device);
    const std::uint32_t b = vertex(cable.b.device);
    if (a != b && a != nowhere && b != nowhere) {
      pipes.push_back({std::min(a, b), std::max(a, b), bytes_per_second(cable.rate)});
    }
  }
  FlowGraph graph = graph_of(merged(std::move(pipes)), nowhere);
  return boost::push_relabel_max_flow(graph, source, sink);
}

}  // namespace

std::int64_t flow_between(const Topology& topology, DomainId a, DomainId b) {
  const NodeRange from = topology.fleet.nodes_in(a);
  const NodeRange to = topology.fleet.nodes_in(b);
  check(from.past <= to.first || to.past <= from.first, "of two domains neither holds the other");
  return topology.fabric.empty() ? 0 : flow(topology, from, to);
}

std::int64_t bisection(const Topology& topology, std::optional<DomainId> domain) {
  const Fleet& fleet = topology.fleet;
  const NodeRange whole = domain ? fleet.nodes_in(*domain) : NodeRange{0, fleet.nodes()};
  if (topology.fabric.empty() || whole.size() < 2) {
    return 0;
  }
  const std::uint32_t middle = whole.first + whole.size() / 2;
  return flow(topology, {whole.first, middle}, {middle, whole.past});
}

}  // namespace berth
