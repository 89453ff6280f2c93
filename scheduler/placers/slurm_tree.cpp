// Slurm's topology/tree: of the leaves that hold the whole rest the smallest; else, in the smallest
// switch that holds it, the leaf with most free nodes; leaves near to those taken before others.
#include <string_view>

#include "scheduler/placer.hpp"
#include "scheduler/placers/level_option.hpp"
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

// One question: the index answers it where it can, the table of switches otherwise.
class Tried {
 public:
  Tried(const Options& options, const Request& request, const Occupancy& free)
      : fleet_(free.fleet()),
        version_(options.version),
        nodes_(free.room_by_domain(request.shape, RoomUnit::nodes)) {
    need_.tasks = request.shape.tasks;
    if (need_.tasks > 1) {
      tasks_ = &free.room_by_domain(request.shape, RoomUnit::tasks);
      need_.per_node = tasks_->node_most();
    }
    if (fleet_.levels() > 0) {
      leaf_ = options.leaf.or_innermost(fleet_);
    }
    const bool one_a_node = need_.per_node == 1;
    buckets_ = leaf_ && one_a_node && fleet_.listed_as_nested() ? nodes_.buckets(*leaf_) : nullptr;
    fits_ = buckets_ != nullptr ? find_top() : walk_top();
  }

  [[nodiscard]] bool fits() const { return fits_; }
  // REQUIRES: fits().
  [[nodiscard]] LeafShares shares() const {
    if (buckets_ != nullptr) {
      SlurmTreeIndex index(fleet_, nodes_, *buckets_, *leaf_, top_, version_);
      return index.choose(need_.tasks);
    }
    return walk_->choose(top_place_, need_);
  }

 private:
  bool find_top() {
    if (!fleet_.listed()) {
      return nodes_.all() >= need_.tasks;
    }
    for (std::uint32_t place = fleet_.domains(LevelId(0)); place-- > 0 && !top_;) {
      const DomainId root = fleet_.at_place(LevelId(0), place);
      if (nodes_.of(root) >= need_.tasks) {
        top_ = root;
      }
    }
    return top_.has_value();
  }
  bool walk_top() {
    table_.emplace(fleet_, leaf_);
    const auto tasks = table_->counts(tasks_ != nullptr ? *tasks_ : nodes_);
    walk_.emplace(*table_, table_->counts(nodes_), tasks, version_);
    const auto top = walk_->top(need_);
    top_place_ = top.value_or(0);
    return top && tasks[*top] >= need_.tasks;
  }

  const Fleet& fleet_;
  TreeVersion version_;
  const RoomIndex& nodes_;
  const RoomIndex* tasks_ = nullptr;
  const CountBuckets* buckets_ = nullptr;
  TreeNeed need_;
  std::optional<LevelId> leaf_;
  std::optional<DomainId> top_;
  std::optional<SwitchTable> table_;
  mutable std::optional<SlurmTreeWalk> walk_;
  std::uint32_t top_place_ = 0;
  bool fits_ = false;
};

class SlurmTree final : public Placer {
 public:
  explicit SlurmTree(Options options) : options_(std::move(options)) {}

  [[nodiscard]] std::optional<Placement> place(const Request& request,
                                               const View& view) const override {
    const Tried tried(options_, request, view.free);
    return tried.fits() ? take_shares(tried.shares(), request, view.free) : std::nullopt;
  }
  [[nodiscard]] bool fits(const Request& request, const View& view) const override {
    // Where no file lists the switches, they are one tree.
    return view.free.fleet().listed() ? Tried(options_, request, view.free).fits()
                                      : view.free.fits(request.shape);
  }
  [[nodiscard]] bool takes_any_room() const override { return false; }
  void check_fleet(const Fleet& fleet) const override {
    static_cast<void>(options_.leaf.in(fleet));
  }

 private:
  Options options_;
};

}  // namespace

std::unique_ptr<const Placer> slurm_tree(Setting setting) {
  return std::make_unique<SlurmTree>(read(setting));
}

}  // namespace berth
