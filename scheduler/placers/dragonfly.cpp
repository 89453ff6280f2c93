// Slurm's TopologyParam=dragonfly: one leaf if one suffices, else a node of each leaf in turn, so
// that the job's traffic spreads over all global links.
#include <algorithm>

#include "scheduler/placer.hpp"
#include "scheduler/placers/leaf_shares.hpp"
#include "scheduler/placers/level_option.hpp"
#include "scheduler/placers/node_ask.hpp"
#include "scheduler/placers/roots.hpp"

namespace berth {
namespace {

class Dragonfly final : public Placer {
 public:
  explicit Dragonfly(LevelOption leaf) : leaf_(std::move(leaf)) {}

  [[nodiscard]] std::optional<Placement> place(const Request& request,
                                               const View& view) const override {
    const NodeAsk ask(request.shape, view.free.fleet());
    const RoomIndex& room = view.free.room_by_domain(ask.each, RoomUnit::nodes);
    const auto root = root_for(ask.nodes, room, view.free.fleet());
    if (!root) {
      return std::nullopt;
    }
    return take_shares(shares(ask, room, *root, view.free.fleet()), ask, request, view.free);
  }
  [[nodiscard]] bool fits(const Request& request, const View& view) const override {
    const NodeAsk ask(request.shape, view.free.fleet());
    return root_for(ask.nodes, view.free.room_by_domain(ask.each, RoomUnit::nodes),
                    view.free.fleet())
        .has_value();
  }
  [[nodiscard]] bool takes_any_room() const override { return false; }
  void check_fleet(const Fleet& fleet) const override { static_cast<void>(leaf_.in(fleet)); }

 private:
  [[nodiscard]] LeafShares shares(const NodeAsk& ask, const RoomIndex& room, const Root& root,
                                  const Fleet& fleet) const {
    if (fleet.levels() == 0) {
      return {{{0, fleet.nodes()}, ask.nodes}};
    }
    const LevelId level = leaf_.or_leaf(fleet);
    if (const auto leaf = fullest_leaf(level, room, root, fleet); room.of(leaf) >= ask.nodes) {
      return {{fleet.nodes_in(leaf), ask.nodes}};
    }
    return one_of_each(ask.nodes, leaves_of(level, ask.nodes, room, root, fleet), room, fleet);
  }

  // Of all below the root the one with most free nodes, the first in the file of equals.
  static DomainId fullest_leaf(LevelId level, const RoomIndex& room, const Root& root,
                               const Fleet& fleet) {
    const CountBuckets* buckets = root.domain ? nullptr : room.buckets(level);
    if (buckets != nullptr) {
      return fleet.at_place(level, buckets->with(buckets->most()).first());
    }
    std::optional<DomainId> best;
    for (std::uint32_t place = 0; place < fleet.domains(level); ++place) {
      const DomainId leaf = fleet.at_place(level, place);
      if (below(leaf, root, fleet) && (!best || room.of(leaf) > room.of(*best))) {
        best = leaf;
      }
    }
    return *best;
  }
  static bool below(DomainId leaf, const Root& root, const Fleet& fleet) {
    return !root.domain || (fleet.nodes_in(leaf).size() > 0 &&
                            fleet.domain_of(leaf, fleet.level_of(*root.domain)) == *root.domain);
  }

  // Leaves with free nodes in the order of the file: as many as nodes are wanted, or all.
  static std::vector<DomainId> leaves_of(LevelId level, std::uint32_t wanted, const RoomIndex& room,
                                         const Root& root, const Fleet& fleet) {
    std::vector<DomainId> leaves;
    for (std::uint32_t place = 0; place < fleet.domains(level) && leaves.size() < wanted; ++place) {
      const DomainId leaf = fleet.at_place(level, place);
      if (room.of(leaf) > 0 && below(leaf, root, fleet)) {
        leaves.push_back(leaf);
      }
    }
    return leaves;
  }
  static LeafShares one_of_each(std::uint32_t wanted, const std::vector<DomainId>& leaves,
                                const RoomIndex& room, const Fleet& fleet) {
    LeafShares shares;
    for (const DomainId leaf : leaves) {
      shares.push_back({fleet.nodes_in(leaf), 0});
    }
    for (std::uint32_t i = 0; wanted > 0; i = i + 1 < leaves.size() ? i + 1 : 0) {
      if (shares[i].count < room.of(leaves[i])) {
        ++shares[i].count;
        --wanted;
      }
    }
    return shares;
  }

  LevelOption leaf_;
};

}  // namespace

std::unique_ptr<const Placer> dragonfly(Setting setting) {
  return std::make_unique<Dragonfly>(setting.is_map() ? LevelOption::read(setting, "leaf")
                                                      : LevelOption());
}

}  // namespace berth
