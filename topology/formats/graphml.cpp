// GraphML through Boost.Graph: the fabric device by device and cable by cable, parallel ones too;
// or, where there is none, the tree of domains with the nodes.
#include <sstream>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/graphml.hpp>
#include <boost/property_map/dynamic_property_map.hpp>

#include "topology/analysis.hpp"
#include "topology/formats.hpp"
#include "topology/formats/domain_tree.hpp"
#include "topology/formats/names.hpp"

namespace berth {
namespace {

struct Vertex {
  std::string name;
  std::string type;  // "switch", "hca", "router"; "domain", "node"
  std::string guid;
  int tier = 0;
  std::string node;  // that an HCA sits in
  int rail = -1;     // of an HCA in a node
};

struct Edge {
  int port_a = 0;  // 0: no cable, the one is part of the other
  int port_b = 0;
  int width = 0;
  std::string speed;
};

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, Vertex, Edge>;

std::string type_of(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::switch_:
      return "switch";
    case DeviceKind::hca:
      return "hca";
    case DeviceKind::router:
      break;
  }
  return "router";
}

Graph graph_of_fabric(const Topology& topology) {
  const Fabric& fabric = topology.fabric;
  const auto tier = tiers(fabric, topology.seats);
  Graph graph(fabric.devices());
  for (std::uint32_t i = 0; i < fabric.devices(); ++i) {
    const Device& device = fabric.device(DeviceId(i));
    graph[i] = {
        device.description, type_of(device.kind), "0x" + hex16(device.guid.value), tier[i], "", -1};
    if (const auto seat = topology.seats.of(DeviceId(i))) {
      graph[i].node = topology.fleet.name(seat->node);
      graph[i].rail = seat->rail;
    }
  }
  for (std::uint32_t i = 0; i < fabric.cables(); ++i) {
    const Cable& cable = fabric.cable(CableId(i));
    add_edge(cable.a.device.index(), cable.b.device.index(),
             Edge{cable.a.port, cable.b.port, cable.rate.width,
                  std::string(speed_name(cable.rate.speed))},
             graph);
  }
  return graph;
}

Graph graph_of_domains(const Fleet& fleet) {
  const DomainTree tree = domain_tree(fleet);
  Graph graph(tree.groups.size() + fleet.nodes());
  for (std::uint32_t i = 0; i < tree.groups.size(); ++i) {
    graph[i].name = tree.groups[i].name;
    graph[i].type = "domain";
    graph[i].tier = 1;
    for (const std::uint32_t inner : tree.groups[i].inside) {  // which stand before it
      graph[i].tier = std::max(graph[i].tier, graph[inner].tier + 1);
      add_edge(inner, i, graph);
    }
  }
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    const auto vertex = tree.groups.size() + node;
    graph[vertex].name = fleet.name(NodeId(node));
    graph[vertex].type = "node";
    add_edge(vertex, tree.leaf_of[node], graph);
  }
  return graph;
}

}  // namespace

std::string write_graphml(const Topology& topology) {
  Graph graph =
      topology.fabric.empty() ? graph_of_domains(topology.fleet) : graph_of_fabric(topology);
  boost::dynamic_properties properties;
  properties.property("name", get(&Vertex::name, graph));
  properties.property("type", get(&Vertex::type, graph));
  properties.property("guid", get(&Vertex::guid, graph));
  properties.property("tier", get(&Vertex::tier, graph));
  properties.property("node", get(&Vertex::node, graph));
  properties.property("rail", get(&Vertex::rail, graph));
  properties.property("port_a", get(&Edge::port_a, graph));
  properties.property("port_b", get(&Edge::port_b, graph));
  properties.property("width", get(&Edge::width, graph));
  properties.property("speed", get(&Edge::speed, graph));
  std::ostringstream text;
  boost::write_graphml(text, graph, properties, true);
  return text.str();
}

}  // namespace berth
