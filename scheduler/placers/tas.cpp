// Kueue's topology-aware scheduling (KEP-2724): all pods in one domain of the level that is asked
// for, else (preferred) of the next level out, else in the fewest domains, and so on level by level
// down to nodes.
#include <algorithm>
#include <string>

#include "core/check.hpp"
#include "scheduler/placer.hpp"
#include "scheduler/placers/gather.hpp"
#include "scheduler/placers/level_option.hpp"
#include "scheduler/placers/tas_domains.hpp"

namespace berth {
namespace {

enum class Mode : std::uint8_t { required, preferred, unconstrained };

struct Options {
  LevelOption level;
  Mode mode = Mode::unconstrained;
  TasProfile profile = TasProfile::best_fit;
  LevelOption slice_level;
  std::uint32_t slice_size = 1;
};

Options read(Setting setting) {
  Options options;
  options.profile = TasProfile::least_free;  // Kueue's default where no level is asked for
  if (!setting.is_map()) {
    return options;
  }
  options.level = LevelOption::read(setting, "level");
  const bool given = options.level.given();
  options.mode = static_cast<Mode>(setting.choice_or("mode", given ? "required" : "unconstrained",
                                                     {"required", "preferred", "unconstrained"}));
  if (given != (options.mode != Mode::unconstrained)) {
    (given ? setting.at("level") : setting.at("mode"))
        .fail(given ? "is for mode required or preferred" : "needs a level",
              given ? "leave the level out, or the mode" : "give level: NAME too");
  }
  options.profile = static_cast<TasProfile>(
      setting.choice_or("profile", given ? "best_fit" : "least_free", {"best_fit", "least_free"}));
  options.slice_level = LevelOption::read(setting, "slice_level");
  options.slice_size =
      static_cast<std::uint32_t>(setting.count_or("slice_size", 1, 1, RoomIndex::tasks_most));
  if (options.slice_level.given() && options.slice_size == 1) {
    setting.at("slice_level")
        .fail("is the level of slices, but there are none", "give slice_size: N too");
  }
  return options;
}

class Tas final : public Placer {
 public:
  explicit Tas(Options options) : options_(std::move(options)) {}

  [[nodiscard]] std::optional<Placement> place(const Request& request,
                                               const View& view) const override {
    if (!divides(request.shape)) {
      return std::nullopt;
    }
    const Levels levels = levels_in(view.free.fleet());
    const TasTree tree(view.free, request.shape, levels.slices, options_.slice_size);
    auto found = find(tree, levels, request.shape.tasks / options_.slice_size);
    return found ? take(descend(tree, levels, std::move(*found)), request, view.free)
                 : std::nullopt;
  }
  [[nodiscard]] bool fits(const Request& request, const View& view) const override {
    if (!divides(request.shape)) {
      return false;
    }
    if (takes_any_room()) {
      return view.free.fits(request.shape);
    }
    const Levels levels = levels_in(view.free.fleet());
    const TasTree tree(view.free, request.shape, levels.slices, options_.slice_size);
    const std::uint32_t slices = request.shape.tasks / options_.slice_size;
    return options_.mode == Mode::required ? tree.tightest(levels.asked, slices).has_value()
                                           : tree.all_slices() >= slices;
  }
  [[nodiscard]] bool takes_any_room() const override {
    return options_.mode != Mode::required && options_.slice_size == 1;
  }
  [[nodiscard]] std::string contradiction(const Request& request,
                                          const Fleet& /*fleet*/) const override {
    return divides(request.shape)
               ? ""
               : std::to_string(request.shape.tasks) + " tasks are not made of slices of " +
                     std::to_string(options_.slice_size);
  }
  void check_fleet(const Fleet& fleet) const override { static_cast<void>(levels_in(fleet)); }

 private:
  struct Levels {
    std::uint32_t asked = 0;
    std::uint32_t slices = 0;
  };
  struct Found {
    std::uint32_t level = 0;
    TasShares shares;
  };

  // Nodes stand inside the innermost level. Without a level that is asked for, slices or nodes are.
  [[nodiscard]] Levels levels_in(const Fleet& fleet) const {
    const auto index = [&fleet](const LevelOption& option, std::uint32_t otherwise) {
      const auto level = option.in(fleet);
      return level ? level->index() : otherwise;
    };
    const std::uint32_t slices = index(options_.slice_level, fleet.levels());
    const Levels levels{index(options_.level, slices), slices};
    if (slices < levels.asked) {
      options_.slice_level.fail("lies outside the level that is asked for",
                                "name the same level there, or one inside it");
    }
    return levels;
  }

  [[nodiscard]] bool divides(const Shape& shape) const {
    return shape.tasks % options_.slice_size == 0;
  }

  [[nodiscard]] std::optional<Found> find(const TasTree& tree, const Levels& levels,
                                          std::uint32_t slices) const {
    for (std::uint32_t level = levels.asked;; --level) {
      if (const auto nodes = tree.tightest(level, slices)) {
        return Found{level, {{*nodes, slices}}};
      }
      if (options_.mode == Mode::required) {
        return std::nullopt;
      }
      if (options_.mode == Mode::unconstrained || level == 0) {
        auto shares = tree.fill(level, slices, options_.profile);
        return shares ? std::optional(Found{level, std::move(*shares)}) : std::nullopt;
      }
    }
  }

  // Each domain deals out among its own what it has got, in slices down to their level, then in
  // pods.
  [[nodiscard]] TasShares descend(const TasTree& tree, const Levels& levels, Found found) const {
    auto& [level, shares] = found;
    for (;; ++level) {
      for (TasShare& share : shares) {
        share.count *= level == levels.slices ? options_.slice_size : 1;
      }
      if (level == tree.node_level()) {
        return std::move(shares);
      }
      TasShares finer;
      for (const TasShare& share : shares) {
        std::vector<TasDomain> inner;
        tree.add_domains(share.nodes, level + 1, inner);
        const TasShares some = filled(std::move(inner), share.count);
        finer.insert(finer.end(), some.begin(), some.end());
      }
      shares = std::move(finer);
    }
  }
  [[nodiscard]] TasShares filled(std::vector<TasDomain> domains, std::uint32_t count) const {
    sort_domains(domains, options_.profile);
    auto shares = fill_domains(domains, count, options_.profile);
    check(shares.has_value(), "a domain holds what its inner ones hold");
    return std::move(*shares);
  }

  static std::optional<Placement> take(TasShares shares, const Request& request,
                                       const Occupancy& free) {
    std::ranges::sort(shares, {}, [](const TasShare& share) { return share.nodes.first; });
    Gather gather(request, free);
    for (const TasShare& share : shares) {
      gather.take(NodeId(share.nodes.first), share.count);
    }
    return gather.done();
  }

  Options options_;
};

}  // namespace

std::unique_ptr<const Placer> tas(Setting setting) { return std::make_unique<Tas>(read(setting)); }

}  // namespace berth
