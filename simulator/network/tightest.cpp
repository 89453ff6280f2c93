#include "simulator/network/tightest.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"

namespace berth {
namespace {

// Whether what does not fill all domains it needs is spread over them or left to the last one:
// sometimes the one is better, sometimes the other.
enum class Rest : std::uint8_t { spread, last };

std::uint32_t tasks_on(const NodeKind& kind, const Shape& shape) {
  std::int64_t tasks = shape.tasks;
  const auto limit = [&tasks](std::int64_t has, std::int64_t wants) {
    tasks = wants > 0 ? std::min(tasks, has / wants) : tasks;
  };
  limit(kind.gpus, shape.gpus);
  limit(kind.cpu_milli, shape.cpu_milli);
  limit(kind.memory, shape.memory);
  return static_cast<std::uint32_t>(tasks);
}

class Packer {
 public:
  Packer(const Fleet& fleet, const Shape& shape)
      : fleet_(fleet), shape_(shape), before_(fleet.nodes() + std::size_t{1}) {
    for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
      before_[node + 1] = before_[node] + tasks_on(fleet.kind(NodeId(node)), shape);
    }
  }

  [[nodiscard]] std::uint64_t room(NodeRange nodes) const {
    return before_[nodes.past] - before_[nodes.first];
  }
  // REQUIRES: there is room.
  Placement pack(NodeRange nodes, std::uint32_t inner_level, Rest rest) {
    placement_.clear();
    fill(nodes, inner_level, shape_.tasks, rest);
    return placement_;
  }

 private:
  struct Child {
    NodeRange nodes;
    std::uint64_t room = 0;
  };

  [[nodiscard]] std::vector<Child> children(NodeRange nodes, std::uint32_t level) const {
    std::vector<Child> all;
    for (std::uint32_t node = nodes.first; node < nodes.past;) {
      const NodeRange child = level < fleet_.levels()
                                  ? fleet_.nodes_in(fleet_.domain_of(NodeId(node), LevelId(level)))
                                  : NodeRange{node, node + 1};
      all.push_back({child, room(child)});
      node = child.past;
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Child& a, const Child& b) { return a.room > b.room; });
    return all;
  }

  void fill(NodeRange nodes, std::uint32_t level, std::uint64_t tasks, Rest rest) {
    if (level > fleet_.levels()) {
      const GpuMask gpus = lowest(tasks * shape_.gpus);
      placement_.push_back({NodeId(nodes.first), static_cast<std::uint32_t>(tasks), gpus});
      return;
    }
    auto all = children(nodes, level);
    std::uint64_t needed = 0;
    for (std::uint64_t room = 0; room < tasks; ++needed) {
      room += all.at(needed).room;
    }
    all.resize(needed);
    std::reverse(all.begin(), all.end());  // the smallest first, so that the others can make up
    std::uint64_t beyond = 0;              // room in those after this one
    for (const Child& child : all) {
      beyond += child.room;
    }
    for (const Child& child : all) {
      beyond -= child.room;
      const std::uint64_t even = (tasks + needed - 1) / needed;
      const std::uint64_t least = tasks > beyond ? tasks - beyond : 0;
      const std::uint64_t here = std::min(child.room, rest == Rest::spread ? even : least);
      if (here > 0) {
        fill(child.nodes, level + 1, here, rest);
      }
      tasks -= here;
      --needed;
    }
  }

  static GpuMask lowest(std::uint64_t gpus) {
    return gpus == 0 ? 0 : ~GpuMask{0} >> (gpus_per_node_most - gpus);
  }

  const Fleet& fleet_;
  const Shape& shape_;
  std::vector<std::uint64_t> before_;  // room in the nodes before, by node
  Placement placement_;
};

// Of the deepest level with domains that have room for all: one for each kind of node.
struct Candidates {
  std::vector<NodeRange> domains;
  std::uint32_t inner_level = 0;
};

Candidates candidates(const Fleet& fleet, const Packer& packer, const Shape& shape) {
  for (std::uint32_t level = fleet.levels(); level-- > 0;) {
    Candidates found{{}, level + 1};
    std::vector<const NodeKind*> kinds;
    for (std::uint32_t i = 0; i < fleet.domains(LevelId(level)); ++i) {
      const NodeRange nodes = fleet.nodes_in(fleet.domain(LevelId(level), i));
      const NodeKind* kind = &fleet.kind(NodeId(nodes.first));
      if (packer.room(nodes) >= shape.tasks && std::ranges::find(kinds, kind) == kinds.end()) {
        kinds.push_back(kind);
        found.domains.push_back(nodes);
      }
    }
    if (!found.domains.empty()) {
      return found;
    }
  }
  return {{{0, fleet.nodes()}}, 0};
}

}  // namespace

std::vector<Placement> tightest_placements(const Fleet& fleet, const Shape& shape) {
  Packer packer(fleet, shape);
  check(packer.room({0, fleet.nodes()}) >= shape.tasks, "the empty fleet holds the shape");
  const Candidates found = candidates(fleet, packer, shape);
  std::vector<Placement> placements;
  for (const NodeRange nodes : found.domains) {
    placements.push_back(packer.pack(nodes, found.inner_level, Rest::last));
    placements.push_back(packer.pack(nodes, found.inner_level, Rest::spread));
  }
  return placements;
}

}  // namespace berth
