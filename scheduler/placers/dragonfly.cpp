// Slurm's TopologyParam=dragonfly: one leaf if one suffices, else a node of each leaf in turn, so
// that the job's traffic spreads over all global links.
#include <algorithm>
#include <utility>

#include "scheduler/placer.hpp"
#include "scheduler/placers/leaf_shares.hpp"
#include "scheduler/placers/level_option.hpp"
#include "scheduler/placers/node_ask.hpp"
#include "scheduler/placers/switch_wait.hpp"
#include "scheduler/placers/tree_start.hpp"

namespace berth {
namespace {

class Dragonfly final : public Placer {
 public:
  Dragonfly(LevelOption leaf, SwitchWait wait) : leaf_(std::move(leaf)), wait_(wait) {}

  [[nodiscard]] std::optional<Placement> place(const Request& request,
                                               const View& view) const override {
    const Fleet& fleet = view.free.fleet();
    const NodeAsk ask(request.shape, fleet);
    const auto start = tree_start(ask, view.free, leaf_, TreeRoot::first_with_room);
    if (!start) {
      return std::nullopt;
    }
    auto placement = take_start(*start, shares(*start, fleet), ask, request, view.free);
    if (placement && wait_.until(request, view.now) &&
        wait_.holds(request, view.now, berth::leaves_of(*placement, fleet, leaf_))) {
      return std::nullopt;
    }
    return placement;
  }
  [[nodiscard]] bool fits(const Request& request, const View& view) const override {
    if (wait_.until(request, view.now)) {
      return place(request, view).has_value();
    }
    return tree_start({request.shape, view.free.fleet()}, view.free, leaf_,
                      TreeRoot::first_with_room)
        .has_value();
  }
  [[nodiscard]] bool takes_any_room() const override { return false; }
  [[nodiscard]] std::optional<SimTime> retry_at(const Request& request,
                                                SimTime now) const override {
    return wait_.until(request, now);
  }
  void check_fleet(const Fleet& fleet) const override { static_cast<void>(leaf_.in(fleet)); }

 private:
  // Where nodes of low weight are forced, leaves are taken already: none is picked, but the only
  // one is as good if it holds the rest.
  [[nodiscard]] LeafShares shares(const TreeStart& start, const Fleet& fleet) const {
    if (fleet.levels() == 0) {
      return {{{0, fleet.nodes()}, start.wanted}};
    }
    const LevelId level = leaf_.or_leaf(fleet);
    const RoomIndex& room = *start.room;
    if (start.begun.size() <= 1) {
      const DomainId alone =
          start.begun.empty() ? fullest_leaf(level, room, start.root, fleet) : start.begun.front();
      if (room.of(alone) >= start.wanted) {
        return {{fleet.nodes_in(alone), start.wanted}};
      }
    }
    return one_of_each(start.wanted, leaves_of(level, start.wanted, room, start.root, fleet), room,
                       fleet);
  }

  // Of all below the root the one with most free nodes, the first in the file of equals.
  static DomainId fullest_leaf(LevelId level, const RoomIndex& room,
                               const std::optional<DomainId>& root, const Fleet& fleet) {
    const CountBuckets* buckets = root ? nullptr : room.buckets(level);
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
  static bool below(DomainId leaf, const std::optional<DomainId>& root, const Fleet& fleet) {
    return !root || (fleet.nodes_in(leaf).size() > 0 &&
                     fleet.domain_of(leaf, fleet.level_of(*root)) == *root);
  }

  // Leaves with free nodes in the order of the file: as many as nodes are wanted, or all.
  static std::vector<DomainId> leaves_of(LevelId level, std::uint32_t wanted, const RoomIndex& room,
                                         const std::optional<DomainId>& root, const Fleet& fleet) {
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
  SwitchWait wait_;
};

}  // namespace

std::unique_ptr<const Placer> dragonfly(Setting setting) {
  return setting.is_map() ? std::make_unique<Dragonfly>(LevelOption::read(setting, "leaf"),
                                                        SwitchWait::read(setting))
                          : std::make_unique<Dragonfly>(LevelOption(), SwitchWait());
}

}  // namespace berth
