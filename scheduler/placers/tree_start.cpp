#include "scheduler/placers/tree_start.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "scheduler/placers/node_weights.hpp"
#include "scheduler/placers/switch_table.hpp"

namespace berth {
namespace {

class Starting {
 public:
  Starting(const NodeAsk& ask, const Occupancy& free)
      : ask_(ask), free_(free), weights_(weights_of(free.fleet())) {}

  std::optional<TreeStart> in_best_root(const LevelOption& leaf, TreeRoot by) {
    TreeStart start;
    if (free_.fleet().listed()) {
      const std::uint32_t least = by == TreeRoot::last_that_fits ? ask_.nodes : 1;
      const bool by_weight = weights_.size() > 1 && by == TreeRoot::last_that_fits;
      start.root = by_weight ? highest_of_light(leaf) : highest(by, least);
      if (!start.root) {
        return std::nullopt;
      }
    }
    return count(start.root, std::nullopt) >= ask_.nodes ? std::optional(start) : std::nullopt;
  }

  void settle(TreeStart& start, const LevelOption& leaf) {
    start.wanted = ask_.nodes;
    if (weights_.size() == 1) {
      start.room = &room(std::nullopt);
      return;
    }
    for (const std::int32_t weight : weights_) {
      const std::uint32_t here = count(start.root, weight);
      start.weight = weight;
      if (here >= start.wanted) {
        break;
      }
      force(weight, start);
      start.wanted -= here;
    }
    begin_leaves(start, leaf);
    start.room = &room(start.weight);
  }

 private:
  [[nodiscard]] const RoomIndex& room(std::optional<std::int32_t> weight) const {
    return free_.room_by_domain({ask_.each, RoomUnit::nodes, weight});
  }
  [[nodiscard]] std::uint32_t count(std::optional<DomainId> root,
                                    std::optional<std::int32_t> weight) const {
    const RoomIndex& all = room(weight);
    return root ? all.of(*root) : all.all();
  }
  [[nodiscard]] bool root(DomainId domain, std::uint32_t level) const {
    const Fleet& fleet = free_.fleet();
    return !fleet.filler(domain) && fleet.nodes_in(domain).size() > 0 &&
           (level == 0 || fleet.filler(fleet.domain_of(domain, LevelId(level - 1))));
  }
  // Whatever nodes weigh: outer levels hold higher roots.
  [[nodiscard]] std::optional<DomainId> highest(TreeRoot by, std::uint32_t least) const {
    const Fleet& fleet = free_.fleet();
    for (std::uint32_t level = 0; level < fleet.levels(); ++level) {
      const std::uint32_t domains = fleet.domains(LevelId(level));
      for (std::uint32_t i = 0; i < domains; ++i) {
        const std::uint32_t place = by == TreeRoot::last_that_fits ? domains - 1 - i : i;
        const DomainId domain = fleet.at_place(LevelId(level), place);
        if (root(domain, level) && count(domain, std::nullopt) >= least) {
          return domain;
        }
      }
    }
    return std::nullopt;
  }
  // Whatever replaces another is at least as high, and a root at least as light as what is below
  // it: so it ends with a root.
  [[nodiscard]] std::optional<DomainId> highest_of_light(const LevelOption& leaf) const {
    const SwitchTable table(free_.fleet(), leaf.or_leaf(free_.fleet()));
    const SwitchTable::Switch* best = nullptr;
    std::int32_t lightest = 0;
    for (const SwitchTable::Switch& each : table.all()) {
      if (count(each.domain, std::nullopt) < ask_.nodes) {
        continue;
      }
      const std::int32_t weight = lightest_in(*each.domain);
      if (best == nullptr || (weight <= lightest && each.height >= best->height)) {
        best = &each;
        lightest = weight;
      }
    }
    return best != nullptr ? best->domain : std::nullopt;
  }
  [[nodiscard]] std::int32_t lightest_in(DomainId domain) const {
    const auto found = std::ranges::find_if(
        weights_, [&](std::int32_t weight) { return count(domain, weight) > 0; });
    return found == weights_.end() ? weights_.back() : *found;
  }

  // All nodes of this weight with room.
  void force(std::int32_t weight, TreeStart& start) const {
    const RoomIndex& of_weight = room(weight);
    if (of_weight.all() == 0) {
      return;
    }
    const NodeSet& nodes = of_weight.node_buckets(free_)->with(1);
    const NodeRange range =
        start.root ? free_.fleet().nodes_in(*start.root) : NodeRange{0, free_.fleet().nodes()};
    for (std::uint32_t node = nodes.next(range.first); node < range.past;
         node = nodes.next(node + 1)) {
      start.forced.emplace_back(node);
    }
  }

  void begin_leaves(TreeStart& start, const LevelOption& leaf) const {
    std::ranges::sort(start.forced);
    const Fleet& fleet = free_.fleet();
    if (fleet.levels() == 0) {
      return;
    }
    const LevelId level = leaf.or_leaf(fleet);
    for (const NodeId node : start.forced) {
      const DomainId domain = fleet.domain_of(node, level);
      if (start.begun.empty() || start.begun.back() != domain) {
        start.begun.push_back(domain);
      }
    }
    std::ranges::sort(start.begun, {}, [&fleet](DomainId domain) { return fleet.place(domain); });
  }

  const NodeAsk& ask_;
  const Occupancy& free_;
  std::vector<std::int32_t> weights_;
};

}  // namespace

std::optional<TreeStart> tree_start(const NodeAsk& ask, const Occupancy& free,
                                    const LevelOption& leaf, TreeRoot root) {
  Starting starting(ask, free);
  auto start = starting.in_best_root(leaf, root);
  if (start) {
    starting.settle(*start, leaf);
  }
  return start;
}

std::optional<Placement> take_start(const TreeStart& start, const LeafShares& shares,
                                    const NodeAsk& ask, const Request& request,
                                    const Occupancy& free) {
  if (!start.weight) {
    return take_shares(shares, ask, request, free);
  }
  std::vector<NodeId> nodes = start.forced;
  for (LeafShare share : shares) {
    for_each_with_free(free, ask.each.gpus, share.nodes, [&](NodeId node) {
      if (share.count > 0 && free.fleet().kind(node).weight == *start.weight &&
          free.room(node, ask.each) >= ask.each.tasks) {
        nodes.push_back(node);
        --share.count;
      }
      return share.count > 0;
    });
  }
  std::ranges::sort(nodes);
  Gather gather(request, free);
  for (const NodeId node : nodes) {
    gather.take(node, ask.tasks_per_node);
  }
  return gather.done();
}

}  // namespace berth
