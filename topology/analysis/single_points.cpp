#include <algorithm>
#include <iterator>
#include <optional>
#include <tuple>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/biconnected_components.hpp>

#include "topology/analysis.hpp"

namespace berth {
namespace {

// A pair of vertices that cables join: switches by device, then the nodes.
struct Edge {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  CableId cable;  // the first of them
  std::uint32_t cables = 1;
};

std::vector<Edge> edges_of(const Topology& topology) {
  const Fabric& fabric = topology.fabric;
  const auto vertex = [&](DeviceId device) -> std::optional<std::uint32_t> {
    if (fabric.device(device).kind != DeviceKind::hca) {
      return device.index();
    }
    const auto seat = topology.seats.of(device);
    return seat ? std::optional(fabric.devices() + seat->node.index()) : std::nullopt;
  };
  std::vector<Edge> all;
  for (std::uint32_t i = 0; i < fabric.cables(); ++i) {
    const Cable& cable = fabric.cable(CableId(i));
    const auto a = vertex(cable.a.device);
    const auto b = vertex(cable.b.device);
    if (a && b && a != b) {
      all.push_back({std::min(*a, *b), std::max(*a, *b), CableId(i)});
    }
  }
  std::sort(all.begin(), all.end(), [](const Edge& x, const Edge& y) {
    return std::tie(x.a, x.b, x.cable) < std::tie(y.a, y.b, y.cable);
  });
  std::vector<Edge> merged;
  for (const Edge& edge : all) {
    if (!merged.empty() && merged.back().a == edge.a && merged.back().b == edge.b) {
      ++merged.back().cables;
    } else {
      merged.push_back(edge);
    }
  }
  return merged;
}

// The blocks (biconnected components) of the fabric as a forest: a vertex hangs on each block it is
// in, and a vertex in several is an articulation point. What hangs below each, in nodes, says how
// large the parts are that its loss leaves.
class BlockForest {
 public:
  BlockForest(const std::vector<Edge>& edges, std::uint32_t vertices, std::uint32_t first_node)
      : vertices_(vertices) {
    find_blocks(edges);
    list_members(edges);
    order_from_roots();
    weigh(first_node);
  }

  // Nodes outside the largest part that is left without this vertex, itself not counted.
  [[nodiscard]] std::uint32_t cut_without(std::uint32_t vertex) const {
    const std::uint32_t others = total_[vertex] - own(vertex);
    std::uint32_t below = 0;
    std::uint32_t largest = 0;
    for (const std::uint32_t block : members_[vertex]) {
      if (parent_[block] == vertex) {
        below += weight_[block];
        largest = std::max(largest, weight_[block]);
      }
    }
    return others - std::max(largest, others - below);
  }
  // The same without the only edge of this block.
  [[nodiscard]] std::uint32_t cut_without_edge(std::uint32_t edge) const {
    const std::uint32_t block = vertices_ + block_of_[edge];
    return std::min(weight_[block], total_[block] - weight_[block]);
  }
  [[nodiscard]] bool alone_in_its_block(std::uint32_t edge) const {
    return members_[vertices_ + block_of_[edge]].size() == 2;
  }
  [[nodiscard]] const std::vector<std::uint32_t>& articulation_points() const { return points_; }

 private:
  void find_blocks(const std::vector<Edge>& edges) {
    using Graph =
        boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property,
                              boost::property<boost::edge_index_t, std::uint32_t>>;
    Graph graph(vertices_);
    for (std::uint32_t i = 0; i < edges.size(); ++i) {
      boost::add_edge(edges[i].a, edges[i].b, i, graph);
    }
    block_of_.resize(edges.size());
    const auto result = boost::biconnected_components(
        graph,
        boost::make_iterator_property_map(block_of_.begin(), boost::get(boost::edge_index, graph)),
        std::back_inserter(points_));
    blocks_ = static_cast<std::uint32_t>(result.first);
    std::sort(points_.begin(), points_.end());
  }
  // By vertex its blocks, by block its vertices; blocks are numbered after the vertices.
  void list_members(const std::vector<Edge>& edges) {
    members_.resize(vertices_ + blocks_);
    for (std::uint32_t i = 0; i < edges.size(); ++i) {
      for (const std::uint32_t vertex : {edges[i].a, edges[i].b}) {
        members_[vertices_ + block_of_[i]].push_back(vertex);
      }
    }
    for (std::uint32_t block = vertices_; block < members_.size(); ++block) {
      auto& vertices = members_[block];
      std::sort(vertices.begin(), vertices.end());
      vertices.erase(std::unique(vertices.begin(), vertices.end()), vertices.end());
      for (const std::uint32_t vertex : vertices) {
        members_[vertex].push_back(block);
      }
    }
  }
  void order_from_roots() {
    parent_.assign(members_.size(), none);
    root_.assign(members_.size(), none);
    for (std::uint32_t root = 0; root < vertices_; ++root) {
      if (root_[root] != none) {
        continue;
      }
      root_[root] = root;
      order_.push_back(root);
      for (std::size_t next = order_.size() - 1; next < order_.size(); ++next) {
        for (const std::uint32_t child : members_[order_[next]]) {
          if (root_[child] == none) {
            root_[child] = root;
            parent_[child] = order_[next];
            order_.push_back(child);
          }
        }
      }
    }
  }
  void weigh(std::uint32_t first_node) {
    first_node_ = first_node;
    weight_.resize(members_.size());
    for (auto at = order_.rbegin(); at != order_.rend(); ++at) {
      weight_[*at] += own(*at);
      if (parent_[*at] != none) {
        weight_[parent_[*at]] += weight_[*at];
      }
    }
    for (const std::uint32_t root : root_) {
      total_.push_back(weight_[root]);
    }
  }
  [[nodiscard]] std::uint32_t own(std::uint32_t vertex) const {
    return vertex >= first_node_ && vertex < vertices_ ? 1 : 0;
  }

  static constexpr std::uint32_t none = UINT32_MAX;
  std::uint32_t vertices_;
  std::uint32_t first_node_ = 0;
  std::uint32_t blocks_ = 0;
  std::vector<std::uint32_t> block_of_;              // by edge
  std::vector<std::uint32_t> points_;                // articulation points
  std::vector<std::vector<std::uint32_t>> members_;  // by vertex, then by block
  std::vector<std::uint32_t> parent_;
  std::vector<std::uint32_t> root_;
  std::vector<std::uint32_t> order_;   // parents before children
  std::vector<std::uint32_t> weight_;  // nodes here and below
  std::vector<std::uint32_t> total_;   // nodes of the whole tree
};

}  // namespace

SinglePoints single_points(const Topology& topology) {
  const std::uint32_t devices = topology.fabric.devices();
  const auto edges = edges_of(topology);
  const BlockForest forest(edges, devices + topology.fleet.nodes(), devices);
  SinglePoints found;
  for (const std::uint32_t vertex : forest.articulation_points()) {
    const std::uint32_t cut = vertex < devices ? forest.cut_without(vertex) : 0;
    if (cut > 0) {
      found.switches.push_back({DeviceId(vertex), cut});
    }
  }
  for (std::uint32_t i = 0; i < edges.size(); ++i) {
    const Edge& edge = edges[i];
    if (edge.b >= devices || edge.cables > 1 || !forest.alone_in_its_block(i)) {
      continue;
    }
    if (const std::uint32_t cut = forest.cut_without_edge(i); cut > 0) {
      found.cables.push_back({edge.cable, cut});
    }
  }
  std::sort(found.cables.begin(), found.cables.end(),
            [](const WeakCable& a, const WeakCable& b) { return a.cable < b.cable; });
  return found;
}

}  // namespace berth
