// DOT through Boost.Graph, to look at: a node with its HCAs is one vertex, parallel cables are one
// line that is the thicker the more there are, and each tier is a row. Where nodes are many, leaf
// groups are drawn in their stead; where there is no fabric, the tree of domains.
#include <algorithm>
#include <map>
#include <sstream>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/graphviz.hpp>
#include <fmt/format.h>

#include "topology/analysis.hpp"
#include "topology/formats.hpp"
#include "topology/formats/domain_tree.hpp"

namespace berth {
namespace {

// More cannot be told apart on a screen, and Graphviz takes minutes.
constexpr std::uint32_t nodes_drawn_most = 256;

struct Vertex {
  std::string label;
  std::uint32_t tier = 0;  // 0 for nodes
  bool round = false;      // nodes; switches and domains are boxes
};

struct Edge {
  std::uint32_t cables = 0;  // 0: a part of a domain
  LinkRate rate;             // of one of them
};

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, Vertex, Edge>;

// What stands for nodes in the picture: a vertex for each, or one for each leaf group.
struct Hosts {
  std::vector<std::string> labels;
  std::vector<std::uint32_t> of;  // by node, in `labels`
};

Hosts hosts_of(const Fleet& fleet, const DomainTree& tree) {
  Hosts hosts;
  if (fleet.nodes() > nodes_drawn_most) {
    hosts.of = tree.leaf_of;
    for (const auto& group : tree.groups) {
      if (group.inside.empty()) {
        hosts.labels.push_back(fmt::format("{}\n{} nodes", group.name, group.nodes.size()));
      }
    }
    return hosts;
  }
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    hosts.labels.push_back(fleet.name(NodeId(node)));
    hosts.of.push_back(node);
  }
  return hosts;
}

class FabricPicture {
 public:
  explicit FabricPicture(const Topology& topology)
      : topology_(topology), vertex_of_(topology.fabric.devices(), none) {}

  Graph draw() {
    add_switches();
    add_hosts();
    std::map<std::pair<std::uint32_t, std::uint32_t>, Edge> edges;
    for (std::uint32_t i = 0; i < topology_.fabric.cables(); ++i) {
      const Cable& cable = topology_.fabric.cable(CableId(i));
      const auto a = vertex_of_[cable.a.device.index()];
      const auto b = vertex_of_[cable.b.device.index()];
      if (a != none && b != none) {
        Edge& edge = edges[std::minmax(a, b)];
        ++edge.cables;
        edge.rate = cable.rate;
      }
    }
    for (const auto& [ends, edge] : edges) {
      // The higher tier first, so that Graphviz puts it above.
      const bool up = graph_[ends.first].tier < graph_[ends.second].tier;
      add_edge(up ? ends.second : ends.first, up ? ends.first : ends.second, edge, graph_);
    }
    return std::move(graph_);
  }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  // HCAs of no node are drawn too while there is room.
  void add_switches() {
    const Fabric& fabric = topology_.fabric;
    const auto tier = tiers(fabric, topology_.seats);
    const bool all = topology_.fleet.nodes() <= nodes_drawn_most;
    for (std::uint32_t i = 0; i < fabric.devices(); ++i) {
      const Device& device = fabric.device(DeviceId(i));
      const bool hca = device.kind == DeviceKind::hca;
      if (!hca || (all && !topology_.seats.of(DeviceId(i)))) {
        vertex_of_[i] = add({device.description, tier[i], hca});
      }
    }
  }

  void add_hosts() {
    const Hosts hosts = hosts_of(topology_.fleet, domain_tree(topology_.fleet));
    std::vector<std::uint32_t> vertices;
    for (const std::string& label : hosts.labels) {
      vertices.push_back(add({label, 0, true}));
    }
    for (std::uint32_t node = 0; node < topology_.fleet.nodes(); ++node) {
      for (const DeviceId hca : topology_.seats.hcas(NodeId(node))) {
        vertex_of_[hca.index()] = vertices[hosts.of[node]];
      }
    }
  }

  std::uint32_t add(Vertex vertex) {
    return static_cast<std::uint32_t>(add_vertex(std::move(vertex), graph_));
  }

  const Topology& topology_;
  Graph graph_;
  std::vector<std::uint32_t> vertex_of_;  // by device
};

Graph draw_domains(const Fleet& fleet) {
  const DomainTree tree = domain_tree(fleet);
  Graph graph;
  for (std::uint32_t i = 0; i < tree.groups.size(); ++i) {
    const auto& group = tree.groups[i];
    std::uint32_t tier = 1;
    for (const std::uint32_t inner : group.inside) {  // which stand before it
      tier = std::max(tier, graph[inner].tier + 1);
    }
    add_vertex({fmt::format("{}\n{} nodes", group.name, group.nodes.size()), tier, false}, graph);
    for (const std::uint32_t inner : group.inside) {
      add_edge(i, inner, graph);
    }
  }
  for (std::uint32_t node = 0; fleet.nodes() <= nodes_drawn_most && node < fleet.nodes(); ++node) {
    const auto vertex = add_vertex({fleet.name(NodeId(node)), 0, true}, graph);
    add_edge(tree.leaf_of[node], vertex, graph);
  }
  return graph;
}

std::string dot_text(std::string_view text) {
  std::string made = "\"";
  for (const char byte : text) {
    made += byte == '"' || byte == '\\' ? "\\" : "";
    made += byte == '\n' ? "\\n" : std::string(1, byte);
  }
  return made + '"';
}

struct WriteVertex {
  const Graph& graph;
  void operator()(std::ostream& out, Graph::vertex_descriptor at) const {
    const Vertex& vertex = graph[at];
    out << "[label=" << dot_text(vertex.label) << (vertex.round ? ", shape=ellipse" : "") << "]";
  }
};

struct WriteEdge {
  const Graph& graph;
  void operator()(std::ostream& out, Graph::edge_descriptor at) const {
    const Edge& edge = graph[at];
    if (edge.cables == 0) {
      return;
    }
    // Eight cables are a line of width 4; the label says exactly.
    const double width = 1.0 + 0.4 * std::min(edge.cables, 20U);
    out << fmt::format("[penwidth={:.1f}, tooltip=\"{} x {}x{}\"", width, edge.cables,
                       edge.rate.width, speed_name(edge.rate.speed));
    out << (edge.cables > 1 ? fmt::format(", label=\"{}x\"]", edge.cables) : "]");
  }
};

struct WriteGraph {
  const Graph& graph;
  void operator()(std::ostream& out) const {
    out << "graph [ranksep=1.5, nodesep=0.2];\n"
           "node [shape=box, fontname=\"sans-serif\", fontsize=11];\n"
           "edge [fontname=\"sans-serif\", fontsize=8, color=gray40];\n";
    std::map<std::uint32_t, std::string> rows;  // vertices by tier
    for (std::size_t i = 0; i < num_vertices(graph); ++i) {
      rows[graph[i].tier] += std::to_string(i) + "; ";
    }
    for (const auto& [tier, vertices] : rows) {
      out << "{ rank=same; " << vertices << "}\n";
    }
  }
};

}  // namespace

std::string write_dot(const Topology& topology) {
  const Graph graph =
      topology.fabric.empty() ? draw_domains(topology.fleet) : FabricPicture(topology).draw();
  std::ostringstream text;
  boost::write_graphviz(text, graph, WriteVertex{graph}, WriteEdge{graph}, WriteGraph{graph});
  return text.str();
}

}  // namespace berth
