// Slurm's topology/tree: of the leaves that hold the whole rest the smallest; else, in the smallest
// switch that holds it, the leaf with most free nodes; leaves near to those taken before others.
#include <string_view>

#include "scheduler/placer.hpp"
#include "scheduler/placers/level_option.hpp"
#include "scheduler/placers/roots.hpp"
#include "scheduler/placers/slurm_tree_index.hpp"

namespace berth {
namespace {

struct Options {
  TreeVersion version = TreeVersion::slurm_24_05;
  LevelOption leaf;
};

Options read(Setting setting) {
  Options options;
  if (setting.is_map()) {
    options.version = setting.choice_or("version", "24.05", {"22.05", "24.05"}) == 0
                          ? TreeVersion::slurm_22_05
                          : TreeVersion::slurm_24_05;
    options.leaf = LevelOption::read(setting, "leaf");
  }
  return options;
}

class SlurmTree final : public Placer {
 public:
  explicit SlurmTree(Options options) : options_(std::move(options)) {}

  [[nodiscard]] std::optional<Placement> place(const Request& request,
                                               const View& view) const override {
    const Fleet& fleet = view.free.fleet();
    const NodeAsk ask(request.shape, fleet);
    const RoomIndex& room = view.free.room_by_domain(ask.each, RoomUnit::nodes);
    const auto root = root_for(ask.nodes, room, fleet);
    if (!root) {
      return std::nullopt;
    }
    return take_shares(choose(ask.nodes, room, *root, fleet), ask, request, view.free);
  }
  [[nodiscard]] bool fits(const Request& request, const View& view) const override {
    const NodeAsk ask(request.shape, view.free.fleet());
    const RoomIndex& room = view.free.room_by_domain(ask.each, RoomUnit::nodes);
    return root_for(ask.nodes, room, view.free.fleet()).has_value();
  }
  [[nodiscard]] bool takes_any_room() const override { return false; }
  void check_fleet(const Fleet& fleet) const override {
    static_cast<void>(options_.leaf.in(fleet));
  }

 private:
  // The index answers where it can, the table of switches otherwise.
  [[nodiscard]] LeafShares choose(std::uint32_t nodes, const RoomIndex& room, const Root& root,
                                  const Fleet& fleet) const {
    if (fleet.levels() == 0) {
      return {{{0, fleet.nodes()}, nodes}};
    }
    const LevelId leaf = options_.leaf.or_leaf(fleet);
    if (fleet.listed_as_nested()) {
      return SlurmTreeIndex(fleet, room, leaf, root.domain, options_.version).choose(nodes);
    }
    const SwitchTable table(fleet, leaf);
    return SlurmTreeWalk(table, table.counts(room), options_.version)
        .choose(table.find(root.domain), nodes);
  }

  Options options_;
};

}  // namespace

std::unique_ptr<const Placer> slurm_tree(Setting setting) {
  return std::make_unique<SlurmTree>(read(setting));
}

}  // namespace berth
