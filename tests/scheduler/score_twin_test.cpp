// The filter-and-score placer against a scan of all nodes, on fleets where much happens between two
// questions.
#include <algorithm>
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
                                         "least_allocated: 1, best_fit: 1, dot_prod: 5"};

// Names in another order than ids; models, labels and taints here and there.
Fleet some_fleet(Dice& dice) {
  FleetBuilder builder;
  const bool with_cpus = !dice.one_in(3);
  std::set<std::string> names;
  for (std::uint32_t i = 2 + dice.below(90); i > 0; --i) {
    NodeKind kind = gpu_node(dice.one_in(3) ? dice.below(9) : 8, with_cpus ? 8000 : 0,
                             with_cpus && dice.one_in(2) ? 1000 : 0);
    kind.gpu_model = dice.one_in(2) ? "a" : "b";
    if (dice.one_in(4)) {
      kind.labels = {"zone=x"};
    }
    if (dice.one_in(6)) {
      kind.taints = {"keep"};
    }
    std::string name;
    do {
      name = "n" + std::to_string(dice.below(1000));
    } while (!names.insert(name).second);
    builder.add_node(name, kind);
  }
  return builder.build();
}

std::shared_ptr<const Terms> some_terms(Dice& dice) {
  if (dice.one_in(2)) {
    return nullptr;
  }
  Terms terms;
  if (dice.one_in(2)) {
    terms.gpu_models = {"a", "c"};
  }
  if (dice.one_in(3)) {
    terms.labels = {"zone=x"};
  }
  if (dice.one_in(2)) {
    terms.tolerates = {"keep", "other"};
  }
  return std::make_shared<const Terms>(std::move(terms));
}

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::count(words, word) > 0;
}

// What it takes from scores is one node's score; all the rest is done anew for each pod.
class Naive {
 public:
  Naive(const std::string& scores, const Fleet& fleet) : fleet_(&fleet) {
    const SettingsTree tree = flow("{" + scores + "}");
    for (const auto& [name, each] : tree.root().entries()) {
      scores_.push_back(make_score(name, each).make(fleet, nullptr));
      weights_.push_back(each.is_map() ? each.at("weight").count(1, 9) : each.count(1, 9));
    }
    for (std::uint32_t i = 0; i < fleet.nodes(); ++i) {
      by_name_.emplace(fleet.name(NodeId(i)), NodeId(i));
    }
  }

  // One pod after the other, each taken of the index at once; the index is as before afterwards.
  std::optional<Placement> place(const Request& request, const View& view, Occupancy& free) {
    Random draws(view.run, Stream::placement, request.sequence);
    const Pod pod = Pod::of(request);
    Placement tasks;
    while (tasks.size() < request.shape.tasks) {
      const auto part = place_one(pod, free, draws);
      if (!part) {
        break;
      }
      tasks.push_back(*part);
      free.take(pod.shape, {*part});
    }
    for (const Part& part : tasks) {
      free.give_back(pod.shape, {part});
    }
    return tasks.size() < request.shape.tasks ? std::nullopt : std::optional(joined(tasks, pod));
  }

 private:
  [[nodiscard]] bool may(const Pod& pod, NodeId node, const Occupancy& free) const {
    const NodeKind& kind = fleet_->kind(node);
    bool passes = free.room(node, pod.shape) > 0;
    for (const std::string& taint : kind.taints) {
      passes = passes && pod.terms && has(pod.terms->tolerates, taint);
    }
    if (pod.terms) {
      passes =
          passes && (pod.terms->gpu_models.empty() || has(pod.terms->gpu_models, kind.gpu_model));
      for (const std::string& label : pod.terms->labels) {
        passes = passes && has(kind.labels, label);
      }
    }
    return passes;
  }

  std::optional<Part> place_one(const Pod& pod, const Occupancy& free, Random& draws) const {
    std::vector<NodeId> nodes;  // in order of name
    for (const auto& [name, node] : by_name_) {
      if (may(pod, node, free)) {
        nodes.push_back(node);
      }
    }
    if (nodes.empty()) {
      return std::nullopt;
    }
    const NodeId node = scores_.front()->draws_lots() ? nodes[uniform_below(draws, nodes.size())]
                                                      : best_of(nodes, pod, free);
    std::optional<std::uint32_t> gpu;
    for (const auto& score : scores_) {
      if (!gpu && pod.shape.gpu_milli > 0) {
        gpu = score->gpu_for(pod, node, free, draws);
      }
    }
    Placement usual;
    free.give_out(node, pod.shape, 1, usual);
    return gpu ? Part{node, 1, GpuMask{1} << *gpu} : usual.front();
  }

  [[nodiscard]] NodeId best_of(const std::vector<NodeId>& nodes, const Pod& pod,
                               const Occupancy& free) const {
    std::vector<std::int64_t> sums(nodes.size());
    for (std::size_t i = 0; i < scores_.size(); ++i) {
      std::vector<std::int64_t> values;
      for (const NodeId node : nodes) {
        values.push_back(scores_[i]->of(pod, node, free));
      }
      const std::int64_t low = *std::ranges::min_element(values);
      const std::int64_t high = *std::ranges::max_element(values);
      for (std::size_t n = 0; n < nodes.size(); ++n) {
        const std::int64_t stretched = high == low ? 0 : 100 * (values[n] - low) / (high - low);
        sums[n] += weights_[i] * (scores_[i]->stretched() ? stretched : values[n]);
      }
    }
    return nodes[static_cast<std::size_t>(std::ranges::max_element(sums) - sums.begin())];
  }

  static Placement joined(const Placement& tasks, const Pod& pod) {
    std::map<std::pair<NodeId, GpuMask>, Part> parts;
    for (const Part& part : tasks) {
      Part& all = parts[{part.node, pod.shape.gpu_milli > 0 ? part.gpus : 0}];
      all = {part.node, all.tasks + 1, all.gpus | part.gpus};
    }
    Placement placement;
    for (const auto& [key, part] : parts) {
      placement.push_back(part);
    }
    return placement;
  }

  const Fleet* fleet_;
  std::vector<std::unique_ptr<const Score>> scores_;
  std::vector<std::int64_t> weights_;
  std::map<std::string, NodeId> by_name_;
};

struct Held {
  Shape shape;
  Placement placement;
};

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
    for (int i = 0; i < 3; ++i) {
      kinds_.push_back({random_shape(dice_), some_terms(dice_)});
      kinds_.back().shape.tasks = dice_.one_in(2) ? 1 : kinds_.back().shape.tasks;
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
    REQUIRE(placement == naive_.place(request, view, twin_index_));
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
  Dice dice_;
  Fleet fleet_;
  Occupancy index_;
  Occupancy twin_index_;
  Naive naive_;
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
            .starts_with("c.yaml:1: scores.dotprod: no such score 'dotprod'\n  known: most_"));
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
