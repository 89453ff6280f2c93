// Whole runs of pods that keep apart or are spread, watched by a sink with books of its own. Where
// somebody may have to yield they are rejected, and those beside them that want nothing of the kind
// are not.
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/settings_tree.hpp"
#include "tests/simulator/laws.hpp"
#include "tests/simulator/random_worlds.hpp"
#include "tests/simulator/small_worlds.hpp"
#include "tests/workloads/flow_settings.hpp"

using namespace berth;
using namespace berth::test;

namespace {

// No two pods of a group stand nearer to each other than one of them wants, and none starts where
// its group has too many already.
class Apart final : public Sink {
 public:
  explicit Apart(const Fleet& fleet) : fleet_(fleet) {}

  void on(SimTime /*now*/, const Record& record) override {
    if (const auto* start = std::get_if<Started>(&record)) {
      starts(start->job, start->placement);
    } else if (const auto* ended = std::get_if<Ended>(&record)) {
      running_.erase(ended->job.sequence);
    } else if (const auto* preempted = std::get_if<Preempted>(&record)) {
      running_.erase(preempted->job.sequence);
      ++stopped;
    } else if (std::holds_alternative<Rejected>(record)) {
      ++rejected;
    }
  }

  std::string broken;
  std::uint32_t started = 0;
  std::uint32_t stopped = 0;
  std::uint32_t rejected = 0;
  std::uint32_t spread = 0;

 private:
  struct Running {
    std::shared_ptr<const Terms> terms;
    Placement placement;
  };

  void starts(const LiveJob& live, const Placement& placement) {
    ++started;
    if (!live.job.terms || live.job.terms->group.empty()) {
      return;
    }
    const Running newcomer{live.job.terms, placement};
    for (const auto& [sequence, other] : running_) {
      if (other.terms->group == newcomer.terms->group && too_near(newcomer, other)) {
        broken += std::to_string(live.sequence) + " beside " + std::to_string(sequence) + "\n";
      }
    }
    running_[live.sequence] = newcomer;
    for (const SpreadRule& rule : live.job.terms->spread) {
      check_spread(live, placement, rule);
    }
  }
  // The newcomer is counted.
  void check_spread(const LiveJob& live, const Placement& placement, const SpreadRule& rule) {
    const Terms& terms = *live.job.terms;
    const auto selected = [&](NodeId node) {
      return terms.gpu_models.empty() || terms.gpu_models.front() == fleet_.kind(node).gpu_model;
    };
    const auto domain = [&](NodeId node) {
      const auto level = fleet_.find_level(rule.level);
      return level ? fleet_.domain_of(node, *level).index() : node.index();
    };
    std::map<std::uint32_t, std::uint32_t> pods;
    for (std::uint32_t node = 0; node < fleet_.nodes(); ++node) {
      if (selected(NodeId(node))) {
        pods.emplace(domain(NodeId(node)), 0U);
      }
    }
    for (const auto& [sequence, other] : running_) {
      for (const Part& part : other.placement) {
        if (other.terms->group == terms.group && selected(part.node)) {
          pods[domain(part.node)] += part.tasks;
        }
      }
    }
    std::uint32_t least = ~0U;
    for (const auto& [number, count] : pods) {
      least = std::min(least, count);
    }
    for (const Part& part : placement) {
      if (pods[domain(part.node)] > least + rule.max_skew) {
        broken += std::to_string(live.sequence) + " is one too many\n";
      }
    }
    ++spread;
  }
  [[nodiscard]] bool too_near(const Running& a, const Running& b) const {
    bool near = false;
    for (const Part& one : a.placement) {
      for (const Part& other : b.placement) {
        near = near || together(one.node, other.node, a.terms->apart) ||
               together(one.node, other.node, b.terms->apart);
      }
    }
    return near;
  }
  [[nodiscard]] bool together(NodeId a, NodeId b, const std::string& apart) const {
    const auto level = fleet_.find_level(apart);
    return apart == "node" ? a == b
                           : level && fleet_.domain_of(a, *level) == fleet_.domain_of(b, *level);
  }

  const Fleet& fleet_;
  std::map<std::uint64_t, Running> running_;
};

Fleet racks() {
  FleetBuilder builder({"rack"});
  for (int rack = 0; rack < 4; ++rack) {
    builder.enter("r" + std::to_string(rack));
    for (int node = 0; node < 4; ++node) {
      builder.add_node("n" + std::to_string(4 * rack + node), {4, 0, 0, node % 2 == 0 ? "a" : "b"});
    }
    builder.leave();
  }
  return builder.build();
}

std::vector<Job> some_pods(std::uint64_t seed, const Fleet& fleet) {
  const std::array levels{"", "node", "rack"};
  std::vector<Job> jobs = random_jobs(seed, fleet);
  Dice dice(seed, 98);
  for (Job& one : jobs) {
    Terms terms;
    terms.group = dice.percent(70) ? "g" + std::to_string(dice.between(1, 3)) : "";
    terms.apart = terms.group.empty() ? "" : levels.at(dice.between(0, 2));
    terms.gpu_models =
        dice.percent(20) ? std::vector<std::string>{"a"} : std::vector<std::string>{};
    if (!terms.group.empty() && terms.apart.empty() && dice.percent(50)) {
      terms.spread = {{dice.percent(50) ? "rack" : "node", dice.between(1, 2), 0}};
    }
    one.priority = static_cast<std::int32_t>(dice.between(0, 3));
    one.terms = std::make_shared<Terms>(terms);
  }
  return jobs;
}

struct Watched {
  std::string broken;
  std::uint32_t started = 0;
  std::uint32_t stopped = 0;
  std::uint32_t rejected = 0;
  std::uint32_t spread = 0;
};

Watched run(const std::string& policy, std::uint64_t seed) {
  const Fleet fleet = racks();
  ListSource source(some_pods(seed, fleet));
  const SettingsTree tree = testing::flow(policy);
  Policy made = make_policy(tree.root());
  Laws laws(fleet, promises_of(made));
  Apart apart(fleet);
  RunOptions options;
  options.run.seed = seed;
  Simulation simulation(fleet, source, made, options, {&laws, &apart});
  simulation.run();
  return {apart.broken + laws.broken(), apart.started, apart.stopped, apart.rejected, apart.spread};
}

}  // namespace

TEST_CASE("whatever starts or overtakes: pods that keep apart never stand together, nor uneven") {
  const std::array policies{
      "{placer: most_allocated, backfill: easy}",
      "{placer: {kind: topology_spread, max_skew: {rack: 1, node: 1}}, backfill: best_effort}",
      "{placer: gpu_packing, backfill: none, planning: per_event}",
      "{placer: best_fit, backfill: easy}",
      "{order: priority, placer: least_allocated, backfill: easy, preemption: {kind: slurm}}",
      "{order: priority, placer: gpu_packing, backfill: best_effort, preemption: {kind: slurm, "
      "mode: suspend}}",
      "{order: srtf, placer: gpu_packing, preemption: afresh}",
      "{order: priority, placer: dot_prod, preemption: cheapest, backfill: easy}"};
  Watched all;
  for (const char* const policy : policies) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      CAPTURE(policy);
      CAPTURE(seed);
      const Watched watched = run(policy, seed);
      CHECK(watched.broken == "");
      all.started += watched.started;
      all.stopped += watched.stopped;
      all.rejected += watched.rejected;
      all.spread += watched.spread;
    }
  }
  CHECK(all.started > 1000);  // none of these is rare
  CHECK(all.stopped > 20);
  CHECK(all.rejected > 300);
  CHECK(all.spread > 300);
}
