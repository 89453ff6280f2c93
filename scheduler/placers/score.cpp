// As Kubernetes' scheduler: of the nodes that pass all filters the one with the highest sum of
// weighted scores. The tasks of a gang are placed one after the other, each knowing of those before
// it, all or none.
//
//   scores   {NAME: weight, NAME: {weight: 2, key: value}}
//   filters  [NAME]; all of them if not written
//   ties     lowest_name, or drawn_order: of equals the first in an order of all nodes that the
//            seed draws once for a run. FGD's published allocations come out so (decision 19).
#include "scheduler/placers/score.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "core/settings_tree.hpp"

namespace berth {
namespace {

constexpr std::int64_t weight_most = 1'000'000;

// An occupancy to try gangs on: it follows the one that it stands beside, and what was tried on it
// is undone.
class Trial final : public Occupancy::Beside {
 public:
  explicit Trial(const Fleet& fleet) : own_(fleet) {}

  Occupancy& like(const Occupancy& free) {
    const ChangeLog& changes = free.changes();
    const auto copy = [&](std::uint32_t word, std::uint64_t nodes) {
      for (; nodes != 0; nodes &= nodes - 1) {
        own_.copy(NodeId(64 * word + static_cast<std::uint32_t>(std::countr_zero(nodes))), free);
      }
    };
    if (begun_ && changes.remembers(read_)) {
      changes.since(read_, copy);
    } else {
      for (std::uint32_t node = 0; node < free.fleet().nodes(); ++node) {
        own_.copy(NodeId(node), free);
      }
    }
    begun_ = true;
    read_ = changes.end();
    return own_;
  }

 private:
  Occupancy own_;
  bool begun_ = false;
  ChangeLog::Position read_ = 0;
};

// Tasks on one node, and shares on one GPU, come in one part.
Placement joined(Placement placement, const Shape& shape) {
  const auto key = [&shape](const Part& part) {
    return std::pair(part.node, shape.gpu_milli > 0 ? part.gpus : GpuMask{0});
  };
  std::ranges::sort(placement, {}, key);
  Placement parts;
  for (const Part& part : placement) {
    if (!parts.empty() && key(parts.back()) == key(part)) {
      parts.back().tasks += part.tasks;
      parts.back().gpus |= part.gpus;
    } else {
      parts.push_back(part);
    }
  }
  return parts;
}

// The first node beyond the domain that a pod on this one keeps to itself.
std::uint32_t past_place(const Shape& pod, NodeId node, const Fleet& fleet) {
  for (std::uint32_t level = 0; level < fleet.levels(); ++level) {
    if (pod.apart == apart_in(LevelId(level))) {
      return fleet.nodes_in(fleet.domain_of(node, LevelId(level))).past;
    }
  }
  return node.index() + 1;
}

class ScorePlacer final : public Placer {
 public:
  explicit ScorePlacer(Pipeline pipeline)
      : pipeline_(std::make_shared<const Pipeline>(std::move(pipeline))),
        trial_(std::make_shared<const int>(0)) {}

  [[nodiscard]] std::optional<Placement> place(const Request& request,
                                               const View& view) const override {
    Random draws(view.run, Stream::placement, request.sequence);
    const Pod pod = Pod::of(request);
    Placement placement;
    if (request.shape.tasks == 1) {
      return place_one(pod, view, draws, placement) ? std::optional(std::move(placement))
                                                    : std::nullopt;
    }
    // Where pods are spread each one that is placed says where the next may go.
    const bool found = limits_spread_of(pod) || fits(request, view);
    return found && place_gang(pod, request.shape.tasks, view, draws, placement)
               ? std::optional(joined(std::move(placement), pod.shape))
               : std::nullopt;
  }

  // Each task that is placed takes the room of one, wherever it goes.
  [[nodiscard]] bool fits(const Request& request, const View& view) const override {
    const Pod pod = Pod::of(request);
    if (request.shape.tasks == 1) {
      return index(view).any(pod, view.free);
    }
    if (limits_spread_of(pod)) {
      return place(request, view).has_value();
    }
    return pipeline_->keeps_apart() && pod.shape.apart > apart_nodes
               ? domains_for(pod, view) >= request.shape.tasks
               : index(view).room(pod, view.free) >= request.shape.tasks;
  }
  [[nodiscard]] Heeds heeds() const override {
    return {.apart = pipeline_->keeps_apart(),
            .spread = pipeline_->limits_spread(),
            .group = pipeline_->spreads()};
  }
  [[nodiscard]] bool takes_any_room() const override { return pipeline_->filters.size() == 1; }
  // Terms and lots may part them.
  [[nodiscard]] bool equal_shapes_fare_alike() const override { return false; }
  void check_fleet(const Fleet& fleet) const override {
    for (const WeightedScore& one : pipeline_->scores) {
      static_cast<void>(one.made.make(fleet, nullptr));
    }
  }
  [[nodiscard]] bool learns() const override { return pipeline_->learns(); }

 private:
  [[nodiscard]] ScoreIndex& index(const View& view) const {
    auto& index = view.free.beside<ScoreIndex>(
        pipeline_, [&] { return std::make_unique<ScoreIndex>(*pipeline_, view); });
    index.learn(view.free.fleet(), view.seen);
    return index;
  }
  bool place_one(const Pod& pod, const View& view, Random& draws, Placement& placement) const {
    ScoreIndex& ranked = index(view);
    const Occupancy& free = view.free;
    const auto node = ranked.best(pod, free, draws);
    if (!node) {
      return false;
    }
    const auto gpu = pod.shape.gpu_milli > 0 ? ranked.gpu_for(pod, *node, free, draws)
                                             : std::optional<std::uint32_t>();
    if (gpu) {
      placement.push_back({*node, 1, GpuMask{1} << *gpu});
    } else {
      free.give_out(*node, pod.shape, 1, placement);
    }
    return true;
  }

  // Domains of the level of which each pod wants one to itself, where it could run.
  [[nodiscard]] std::uint32_t domains_for(const Pod& pod, const View& view) const {
    const Fleet& fleet = view.free.fleet();
    const ScoreIndex& ranked = index(view);
    std::uint32_t domains = 0;
    for (std::uint32_t i = 0; i < fleet.nodes();) {
      const bool passes = ranked.passes(pod, NodeId(i), view.free);
      domains += passes ? 1 : 0;
      i = passes ? past_place(pod.shape, NodeId(i), fleet) : i + 1;
    }
    return domains;
  }

  [[nodiscard]] bool limits_spread_of(const Pod& pod) const {
    return pod.is_spread() && pipeline_->limits_spread();
  }
  // False when one of them has no place. REQUIRES: there is room, but for pods that are spread.
  bool place_gang(const Pod& pod, std::uint32_t tasks, const View& view, Random& draws,
                  Placement& placement) const {
    const auto make = [&] { return std::make_unique<Trial>(view.free.fleet()); };
    Occupancy& trial = view.free.beside<Trial>(trial_, make).like(view.free);
    const View tried{trial, view.now, view.run, view.scope, view.seen};
    while (placement.size() < tasks && place_one(pod, tried, draws, placement)) {
      trial.take(pod.shape, {placement.back()});
    }
    for (const Part& part : placement) {
      trial.give_back(pod.shape, {part});
    }
    check(placement.size() == tasks || limits_spread_of(pod),
          "a gang is placed where there is room for it");
    return placement.size() == tasks;
  }

  std::shared_ptr<const Pipeline> pipeline_;
  std::shared_ptr<const int> trial_;  // the trial of this placer, as an owner
};

Ties read_ties(Setting placer) {
  const bool drawn = placer.is_map() &&
                     placer.choice_or("ties", "lowest_name", {"lowest_name", "drawn_order"}) == 1;
  return drawn ? Ties::drawn_order : Ties::lowest_name;
}

WeightedScore read_score(const std::string& name, Setting setting) {
  const auto known = score_names();
  if (std::ranges::find(known, name) == known.end()) {
    setting.fail("no such score " + shown(name), suggestion(name, known));
  }
  const std::int64_t weight = setting.is_map() ? setting.count_or("weight", 1, 1, weight_most)
                                               : setting.count(1, weight_most);
  return {make_score(name, setting), weight};
}

}  // namespace

std::unique_ptr<const Placer> score_placer(Pipeline pipeline) {
  return std::make_unique<ScorePlacer>(std::move(pipeline));
}

std::unique_ptr<const Placer> score_alone(std::string_view name, Setting setting) {
  return score_placer(
      {read_filters(setting, "filters"), {{make_score(name, setting), 1}}, read_ties(setting)});
}

std::unique_ptr<const Placer> score(Setting setting) {
  if (!setting.is_map()) {
    setting.fail("needs scores", "write {kind: score, scores: {NAME: weight}}");
  }
  Pipeline pipeline{read_filters(setting, "filters"), {}, read_ties(setting)};
  const Setting scores = setting.at("scores");
  bool lots = false;
  for (const auto& [name, each] : scores.entries()) {
    pipeline.scores.push_back(read_score(name, each));
    lots = lots || name == "random";
  }
  if (pipeline.scores.empty()) {
    scores.fail("lists no score");
  }
  if (lots && pipeline.scores.size() > 1) {
    scores.fail("random goes with no other score", "lots leave nothing to weigh");
  }
  return score_placer(std::move(pipeline));
}

}  // namespace berth
