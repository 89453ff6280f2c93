// Kueue's topology-aware scheduling (KEP-2724): all pods in one domain of the level that is asked
// for, else (preferred) of the next level out, else in the fewest domains, and so on level by level
// down to nodes.
#include <utility>

#include "scheduler/placer.hpp"
#include "scheduler/placers/tas_balanced.hpp"
#include "scheduler/placers/tas_descend.hpp"
#include "scheduler/placers/tas_options.hpp"
#include "scheduler/placers/tas_replace.hpp"

namespace berth {
namespace {

class Tas final : public Placer {
 public:
  explicit Tas(TasOptions options) : options_(std::move(options)) {}

  [[nodiscard]] std::optional<Placement> place(const Request& request,
                                               const View& view) const override {
    const auto ask = options_.ask(request, view.free.fleet());
    if (!ask) {
      return std::nullopt;
    }
    const TasTree tree(view.free, request.shape, ask->slice_level, ask->slice_size);
    auto found = find(tree, *ask);
    return found ? descend(tree, *ask, std::move(*found), request, view.free) : std::nullopt;
  }
  [[nodiscard]] bool fits(const Request& request, const View& view) const override {
    const auto ask = options_.ask(request, view.free.fleet());
    if (!ask) {
      return false;
    }
    if (ask->mode != TasMode::required && ask->slice_size == 1) {
      return view.free.fits(request.shape);
    }
    const TasTree tree(view.free, request.shape, ask->slice_level, ask->slice_size);
    return ask->mode == TasMode::required ? tree.tightest(ask->level, ask->slices).has_value()
                                          : tree.all_slices() >= ask->slices;
  }
  // Not where the request asks for a level, or for slices.
  [[nodiscard]] bool takes_any_room() const override { return false; }
  [[nodiscard]] Heeds heeds() const override { return {.level = true, .segment = true}; }
  [[nodiscard]] std::string contradiction(const Request& request,
                                          const Fleet& fleet) const override {
    return options_.contradiction(request, fleet);
  }
  [[nodiscard]] std::optional<Placement> replace(const Request& request, const View& view,
                                                 const Placement& held,
                                                 NodeId lost) const override {
    const auto ask = options_.ask(request, view.free.fleet());
    return ask ? replace_node(*ask, request, view.free, held, lost) : std::nullopt;
  }
  void check_fleet(const Fleet& fleet) const override { options_.check_fleet(fleet); }

 private:
  static std::optional<TasFound> find(const TasTree& tree, const TasAsk& ask) {
    if (ask.balanced) {
      if (auto found = place_balanced(tree, ask)) {
        return found;
      }
    }
    for (std::uint32_t level = ask.level;; --level) {
      if (const auto nodes = tree.tightest(level, ask.slices)) {
        return TasFound{level, {{*nodes, ask.slices}}};
      }
      if (ask.mode == TasMode::required) {
        return std::nullopt;
      }
      if (ask.mode == TasMode::unconstrained || level == 0) {
        auto shares = tree.fill(level, ask.slices, ask.profile);
        return shares ? std::optional(TasFound{level, std::move(*shares)}) : std::nullopt;
      }
    }
  }

  TasOptions options_;
};

}  // namespace

std::unique_ptr<const Placer> tas(Setting setting) {
  return std::make_unique<Tas>(TasOptions::read(setting));
}

}  // namespace berth
