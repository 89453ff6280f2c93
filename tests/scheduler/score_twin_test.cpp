// The filter-and-score placer against a scan of all nodes, on fleets where much happens between two
// questions.
#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "core/samplers.hpp"
#include "scheduler/placer.hpp"
#include "scheduler/placers/score.hpp"
#include "tests/cluster/naive_occupancy.hpp"
#include "tests/scheduler/naive_scores.hpp"
#include "tests/scheduler/pictures.hpp"
#include "tests/scheduler/random_state.hpp"
#include "tests/workloads/flow_settings.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

const std::string fgd_alone =
    "fgd: {weight: 1, typical: [{gpu_milli: 300, count: 5}, {gpus: 1, cpus: 2, count: 4}, {cpus: "
    "3, "
    "count: 2}, {gpus: 4, gpu_models: [a], count: 1}]}";

const std::vector<std::string> pipelines{"most_allocated: 1",
                                         "least_allocated: 1",
                                         "balanced_allocation: 1",
                                         fgd_alone,
                                         "dot_prod: 1",
                                         "gpu_clustering: 1",
                                         "gpu_packing: 1",
                                         "best_fit: 1",
                                         "random: 1",
                                         fgd_alone + ", most_allocated: 3, gpu_packing: 2",
                                         "best_fit: 2, gpu_clustering: 1",
                                         "least_allocated: 1, best_fit: 1, dot_prod: 5",
                                         "topology_spread: 1",
                                         "topology_spread: {weight: 2, max_skew: {rack: 1, node: "
                                         "3}}, least_allocated: 1",
                                         "best_fit: 3, topology_spread: {weight: 1, max_skew: "
                                         "{rack: 1, hall: 2}}, gpu_packing: 1"};

// Jobs come, go, and are only asked for; nodes go out of service and come back.
class Story {
 public:
  Story(std::uint64_t seed, const std::string& scores)
      : dice_(seed),
        fleet_(some_fleet(dice_)),
        index_(fleet_),
        twin_index_(fleet_),
        naive_(scores, fleet_) {
    const SettingsTree tree = flow("{kind: score, scores: {" + scores + "}}");
    placer_ = make_placer(tree.root());
    for (int i = 0; i < 4; ++i) {
      kinds_.push_back({random_shape(dice_), some_terms(dice_)});
      Shape& shape = kinds_.back().shape;
      shape.tasks = dice_.one_in(2) ? 1 : shape.tasks;
      shape.group = dice_.below(3);
      shape.apart = shape.group > 0 && dice_.one_in(2) ? dice_.below(4) : 0;
      if (shape.group > 0 && dice_.one_in(2)) {
        kinds_.back().terms = spread(kinds_.back().terms);
      }
    }
  }

  void step() {
    if (dice_.one_in(3) && !held_.empty()) {
      std::swap(held_[dice_.below(held_.size())], held_.back());
      index_.give_back(held_.back().shape, held_.back().placement);
      twin_index_.give_back(held_.back().shape, held_.back().placement);
      held_.pop_back();
    } else if (dice_.one_in(12)) {
      const NodeId node(dice_.below(fleet_.nodes()));
      const bool available = !index_.available(node);
      index_.set_available(node, available);
      twin_index_.set_available(node, available);
    } else {
      ask();
    }
  }

  std::uint32_t found = 0;
  std::uint32_t refused = 0;

 private:
  void ask() {
    Request request = request_of({}, ++sequence_);
    if (dice_.one_in(4)) {
      request.shape = random_shape(dice_);
      request.terms = some_terms(dice_);
    } else {
      const Kind& kind = kinds_[dice_.below(kinds_.size())];
      request.shape = kind.shape;
      request.terms = kind.terms;
    }
    const View view{index_, SimTime{}, RunKey{7}};
    const auto placement = placer_->place(request, view);
    REQUIRE(placement == naive_.place(request, view, twin_index_, held_));
    REQUIRE(placer_->fits(request, view) == placement.has_value());
    ++(placement ? found : refused);
    if (placement && !dice_.one_in(5)) {
      index_.take(request.shape, *placement);
      twin_index_.take(request.shape, *placement);
      held_.push_back({request.shape, *placement});
    }
  }

  struct Kind {
    Shape shape;
    std::shared_ptr<const Terms> terms;
  };
  std::shared_ptr<const Terms> spread(const std::shared_ptr<const Terms>& terms) {
    const std::array levels{"node", "rack", "hall"};
    Terms more = terms ? *terms : Terms{};
    for (std::uint32_t i = 1 + dice_.below(2); i > 0; --i) {
      more.spread.push_back({levels.at(dice_.below(3)), 1 + dice_.below(3), dice_.below(4)});
    }
    return std::make_shared<const Terms>(std::move(more));
  }
  Dice dice_;
  Fleet fleet_;
  Occupancy index_;
  Occupancy twin_index_;
  NaiveScores naive_;
  std::unique_ptr<const Placer> placer_;
  std::vector<Kind> kinds_;
  std::vector<Held> held_;
  std::uint64_t sequence_ = 0;
};

// Counts how often a node is scored.
class Counted final : public Score {
 public:
  Counted(std::unique_ptr<const Score> score, std::uint64_t& count)
      : score_(std::move(score)), count_(count) {}
  [[nodiscard]] std::int64_t of(const Pod& pod, NodeId node, const Occupancy& free) const override {
    ++count_;
    return score_->of(pod, node, free);
  }

 private:
  std::unique_ptr<const Score> score_;
  std::uint64_t& count_;
};

}  // namespace

TEST_CASE("filters and scores answer as a scan of all nodes does, whatever happened since") {
  std::uint32_t found = 0;
  std::uint32_t refused = 0;
  for (const std::string& scores : pipelines) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(scores);
      CAPTURE(seed);
      Story story(seed, scores);
      for (int step = 0; step < 60; ++step) {
        story.step();
      }
      found += story.found;
      refused += story.refused;
    }
  }
  CHECK(found > 1500);  // neither answer is rare
  CHECK(refused > 500);
}

TEST_CASE("a pod is scored on the nodes that changed since the last of its kind, and no others") {
  const Fleet fleet = uniform(31'250, 8);
  std::uint64_t scored = 0;
  Pipeline pipeline{all_filters(), {}};
  const auto counted = [&scored](const Fleet& all, const SeenPods* seen) {
    const SettingsTree none = flow("x");
    return std::make_unique<Counted>(make_score("gpu_packing", none.root()).make(all, seen),
                                     scored);
  };
  pipeline.scores.push_back({{counted, false}, 1});
  const auto placer = score_placer(std::move(pipeline));
  Occupancy free(fleet);
  constexpr std::uint64_t pods = 1000;
  for (std::uint64_t pod = 1; pod <= pods; ++pod) {
    const Request request = request_of({1, 0, 0, 0, pod % 3 == 0 ? 300U : 200U}, pod);
    const auto placement = placer->place(request, {free, SimTime{}, RunKey{}});
    REQUIRE(placement.has_value());
    free.take(request.shape, *placement);
  }
  CHECK(scored * 50 < pods * fleet.nodes());
  CHECK(scored < 2 * fleet.nodes() + 3 * pods);  // each class once, then what the others changed
}

TEST_CASE("two placers beside one occupancy keep what each has found apart") {
  const Fleet fleet = fleet_of({gpu_node(8), gpu_node(4)});
  Occupancy free(fleet);
  const SettingsTree none = flow("x");
  const auto packing = score_alone("gpu_packing", none.root());
  const auto spreading = score_alone("least_allocated", none.root());
  const View view{free, SimTime{}, RunKey{}};
  CHECK((*packing->place(request_of(tasks(1, 2)), view))[0].node == NodeId(1));
  CHECK((*spreading->place(request_of(tasks(1, 2)), view))[0].node == NodeId(0));
  free.take({1, 3, 0, 0}, {{NodeId(0), 1, 0b111}});
  CHECK((*packing->place(request_of(tasks(1, 2)), view))[0].node == NodeId(0));
  CHECK((*spreading->place(request_of(tasks(1, 2)), view))[0].node == NodeId(1));
}

TEST_CASE("of equals the lowest name gets the pod, not the lowest node") {
  FleetBuilder builder;
  builder.add_node("b", gpu_node(8));
  builder.add_node("a10", gpu_node(8));
  builder.add_node("a9", gpu_node(8));
  const Fleet fleet = builder.build();
  const Occupancy free(fleet);
  const SettingsTree none = flow("x");
  const auto placement = score_alone("gpu_packing", none.root())
                             ->place(request_of(tasks(1, 1)), {free, SimTime{}, RunKey{}});
  CHECK((*placement)[0].node == NodeId(1));
}

TEST_CASE("an order of nodes that is drawn decides alike for all pods of a run, and no other run") {
  const Fleet fleet = uniform(1000, 8);
  const auto first_node = [&fleet](std::uint32_t gpus, std::uint64_t run) {
    const SettingsTree tree = flow("{kind: gpu_packing, ties: drawn_order}");
    const Occupancy all_free(fleet);
    const View view{all_free, SimTime{}, RunKey{run}};
    return (*make_placer(tree.root())->place(request_of(tasks(1, gpus), gpus), view))[0].node;
  };
  CHECK(first_node(1, 1) == first_node(4, 1));
  CHECK(first_node(1, 1) != first_node(1, 2));
  CHECK(first_node(1, 2) != first_node(1, 3));
}

TEST_CASE("a placer of scores says what its options would be") {
  const auto message = [](const std::string& placer) {
    const SettingsTree tree = flow(placer);
    try {
      (void)make_placer(tree.root());
      check_all_used(tree.root());
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string("fine");
  };
  CHECK(
      message("{kind: score, scores: {dot_prod: 1, best_fit: 2}, filters: [resources, taints]}") ==
      "fine");
  CHECK(message("gpu_packing") == "fine");
  CHECK(message("{kind: most_allocated, resources: {gpu: 1}}") == "fine");
  CHECK(message("score") ==
        "c.yaml:1: needs scores\n  write {kind: score, scores: {NAME: weight}}");
  CHECK(message("{kind: score, scores: {}}") == "c.yaml:1: scores: lists no score");
  CHECK(message("{kind: score, scores: {dotprod: 1}}")
            .starts_with(
                "c.yaml:1: scores.dotprod: no such score 'dotprod'\n  did you mean 'dot_prod'?"));
  CHECK(message("{kind: score, scores: {dot_prod: 0}}") ==
        "c.yaml:1: scores.dot_prod: must be between 1 and 1000000, is 0");
  CHECK(message("{kind: score, scores: {random: 1, dot_prod: 1}}") ==
        "c.yaml:1: scores: random goes with no other score\n  lots leave nothing to weigh");
  CHECK(message("{kind: dot_prod, ties: chance}") ==
        "c.yaml:1: ties: no such ties 'chance'\n  known: lowest_name, drawn_order");
  CHECK(message("{kind: score, scores: {dot_prod: -1}}") ==
        "c.yaml:1: scores.dot_prod: must be between 1 and 1000000, is -1");
  CHECK(message("{kind: score, scores: {dot_prod: 99999999999999999999}}") ==
        "c.yaml:1: scores.dot_prod: must be between 1 and 1000000, is 99999999999999999999");
  CHECK(message("{kind: dot_prod, filters: [taints]}") ==
        "c.yaml:1: filters: leaves out resources\n  a pod only runs where it fits: add resources");
  CHECK(message("{kind: dot_prod, filters: [resources, resources]}") ==
        "c.yaml:1: filters[1]: stands twice in the list");
  CHECK(
      message("{kind: dot_prod, resources: {gpu: 1}}").starts_with("c.yaml:1: resources: no such"));
}
