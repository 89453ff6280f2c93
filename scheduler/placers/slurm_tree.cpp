// Slurm's topology/tree: of the leaves that hold the whole rest the smallest; else, in the smallest
// switch that holds it, the leaf with most free nodes; leaves near to those taken before others.
// Nodes of low weight come before all that.
#include <string_view>
#include <utility>

#include "scheduler/placer.hpp"
#include "scheduler/placers/level_option.hpp"
#include "scheduler/placers/slurm_tree_index.hpp"
#include "scheduler/placers/switch_wait.hpp"
#include "scheduler/placers/tree_start.hpp"

namespace berth {
namespace {

struct Options {
  TreeVersion version = TreeVersion::slurm_24_05;
  LevelOption leaf;
  SwitchWait wait;
  // TopologyParam=TopoOptional: who places the jobs that do not ask for --switches.
  std::unique_ptr<const Placer> otherwise;
};

Options read(Setting setting) {
  Options options;
  if (setting.is_map()) {
    options.version = setting.choice_or("version", "24.05", {"22.05", "24.05"}) == 0
                          ? TreeVersion::slurm_22_05
                          : TreeVersion::slurm_24_05;
    options.leaf = LevelOption::read(setting, "leaf");
    options.wait = SwitchWait::read(setting);
    if (const auto otherwise = setting.find("topo_optional")) {
      options.otherwise = make_placer(*otherwise);
    }
  }
  return options;
}

class SlurmTree final : public Placer {
 public:
  explicit SlurmTree(Options options) : options_(std::move(options)) {}

  [[nodiscard]] std::optional<Placement> place(const Request& request,
                                               const View& view) const override {
    if (optional(request)) {
      return options_.otherwise->place(request, view);
    }
    const Fleet& fleet = view.free.fleet();
    const NodeAsk ask(request.shape, fleet);
    const auto start = tree_start(ask, view.free, options_.leaf, TreeRoot::last_that_fits);
    if (!start) {
      return std::nullopt;
    }
    auto placement = take_start(*start, choose(*start, fleet), ask, request, view.free);
    if (placement && options_.wait.until(request, view.now) &&
        options_.wait.holds(request, view.now, leaves_of(*placement, fleet, options_.leaf))) {
      return std::nullopt;
    }
    return placement;
  }
  [[nodiscard]] bool fits(const Request& request, const View& view) const override {
    if (optional(request)) {
      return options_.otherwise->fits(request, view);
    }
    if (options_.wait.until(request, view.now)) {
      return place(request, view).has_value();
    }
    return tree_start({request.shape, view.free.fleet()}, view.free, options_.leaf,
                      TreeRoot::last_that_fits)
        .has_value();
  }
  [[nodiscard]] bool takes_any_room() const override { return false; }
  [[nodiscard]] Heeds heeds() const override { return {.switches = true}; }
  [[nodiscard]] std::optional<SimTime> retry_at(const Request& request,
                                                SimTime now) const override {
    return options_.wait.until(request, now);
  }
  void check_fleet(const Fleet& fleet) const override {
    static_cast<void>(options_.leaf.in(fleet));
    if (options_.otherwise) {
      options_.otherwise->check_fleet(fleet);
    }
  }

 private:
  [[nodiscard]] bool optional(const Request& request) const {
    return options_.otherwise && !(request.terms && request.terms->switches);
  }
  // The index answers where it can, the table of switches otherwise.
  [[nodiscard]] LeafShares choose(const TreeStart& start, const Fleet& fleet) const {
    if (fleet.levels() == 0) {
      return {{{0, fleet.nodes()}, start.wanted}};
    }
    const LevelId leaf = options_.leaf.or_leaf(fleet);
    if (fleet.listed_as_nested()) {
      return SlurmTreeIndex(fleet, *start.room, leaf, start.root, options_.version)
          .choose(start.wanted, start.begun);
    }
    const SwitchTable table(fleet, leaf);
    std::vector<std::uint32_t> begun;
    for (const DomainId domain : start.begun) {
      begun.push_back(table.find(domain));
    }
    return SlurmTreeWalk(table, table.counts(*start.room), options_.version)
        .choose(table.find(start.root), start.wanted, begun);
  }

  Options options_;
};

}  // namespace

std::unique_ptr<const Placer> slurm_tree(Setting setting) {
  return std::make_unique<SlurmTree>(read(setting));
}

}  // namespace berth
