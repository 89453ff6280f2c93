// Policies drawn at random.
#include <array>
#include <chrono>
#include <memory>
#include <numeric>
#include <utility>

#include "tests/core/settings_trees.hpp"
#include "tests/simulator/naive_placers.hpp"
#include "tests/simulator/random_worlds.hpp"
#include "tests/simulator/small_worlds.hpp"

namespace berth::test {
namespace {

struct NamedPlacer {
  const char* name;
  std::unique_ptr<const Placer> (*make)();
  NaivePlacer naive;
};
constexpr std::array placers{
    NamedPlacer{"first_fit", first_fit, naive_first_fit},
    NamedPlacer{"best_fit", best_fit, naive_best_fit},
    NamedPlacer{"worst_fit", worst_fit, naive_worst_fit},
    NamedPlacer{"random", random, naive_random},
    NamedPlacer{"contiguous", contiguous, naive_contiguous},
};
constexpr std::uint32_t contiguous_placer = 4;

// Of the worlds' jobs age, size and fair share tell something.
std::unique_ptr<JobOrder> some_multifactor() {
  const SettingsTree config = testing::tree(testing::map(
      {{"kind", "multifactor"},
       {"weights", testing::map({{"age", "1000"}, {"fair_share", "2000"}, {"job_size", "300"}})}}));
  return make_order(config.root());
}

// Cycles and steps as short as the jobs of these worlds are.
std::unique_ptr<Backfill> quick_slurm() {
  SlurmBackfill options;
  options.interval = std::chrono::seconds(3);
  options.resolution = std::chrono::seconds(2);
  options.max_job_test = 20;
  options.default_queue_depth = 10;
  return slurm_backfill(options);
}

struct NamedOrder {
  const char* name;
  std::unique_ptr<JobOrder> (*make)();
};
constexpr std::array orders{
    NamedOrder{"fifo", fifo},
    NamedOrder{"priority", priority},
    NamedOrder{"shortest_estimate", shortest_estimate},
    NamedOrder{"smallest_first", smallest_first},
    NamedOrder{"multifactor", some_multifactor},
};

struct NamedBackfill {
  const char* name;
  std::unique_ptr<Backfill> (*make)();
};
constexpr std::array backfills{
    NamedBackfill{"none", no_backfill},
    NamedBackfill{"conservative", conservative},
    NamedBackfill{"easy", [] { return easy(nullptr); }},
    NamedBackfill{"easy/fifo", [] { return easy(fifo()); }},
    NamedBackfill{"easy/priority", [] { return easy(priority()); }},
    NamedBackfill{"easy/shortest_estimate", [] { return easy(shortest_estimate()); }},
    NamedBackfill{"easy/smallest_first", [] { return easy(smallest_first()); }},
    NamedBackfill{"slurm", quick_slurm},
    NamedBackfill{"best_effort", best_effort},
};
constexpr std::uint32_t no_backfill_at_all = 0;
constexpr std::uint32_t conservative_backfill = 1;
constexpr std::uint32_t slurm_backfilling = 7;

constexpr std::array estimate_names{"user", "exact", "user x factor"};

Estimates random_estimates(Dice& dice, std::uint32_t kind) {
  if (kind == 1) {
    return {Estimates::Kind::exact, 1.0};
  }
  return {Estimates::Kind::user, kind == 0 ? 1.0 : 1.0 + dice.between(1, 40) / 10.0};
}

const char* yes_or_no(bool yes) { return yes ? "true" : "false"; }

void add_slurm(Dice& dice, RandomPolicy& policy) {
  constexpr std::array modes{Yield::requeue, Yield::cancel, Yield::suspend};
  constexpr std::array names{"requeue", "cancel", "suspend"};
  const std::uint32_t mode = dice.between(0, 2);
  policy.yields.by_priority = true;
  policy.yields.how = modes[mode];
  policy.preemption = {{"kind", "slurm"},
                       {"mode", names[mode]},
                       {"youngest_first", yes_or_no(dice.percent(30))},
                       {"reorder", std::to_string(dice.between(0, 2))}};
  if (modes[mode] != Yield::suspend && dice.percent(40)) {
    const std::uint32_t grace = dice.between(1, 60);
    policy.yields.grace = lasting(grace);
    policy.preemption.emplace_back("grace", std::to_string(grace) + "s");
  }
  if (dice.percent(40)) {
    const std::uint32_t exempt = dice.between(1, 60);
    policy.yields.exempt = lasting(exempt);
    policy.preemption.emplace_back("exempt", std::to_string(exempt) + "s");
  }
}

// Who places all jobs anew has nobody who could overtake.
void add_preemption(std::uint64_t seed, RandomPolicy& policy) {
  Dice dice(seed, of_preemption);
  policy.yields.anybody = dice.percent(60);
  if (!policy.yields.anybody) {
    return;
  }
  switch (dice.between(0, 6)) {
    case 0:
      policy.preemption = {{"kind", "afresh"}};
      policy.backfill = no_backfill_at_all;
      return;
    case 1:
      policy.preemption = {{"kind", "cheapest"}, {"tries", std::to_string(dice.between(0, 100))}};
      policy.yields.by_priority = true;
      policy.yields.how = Yield::requeue;
      return;
    default:
      add_slurm(dice, policy);
  }
}

}  // namespace

RandomPolicy random_policy(std::uint64_t seed) {
  Dice dice(seed, of_policy);
  constexpr std::uint64_t scatter = 521;  // has no factor in common with the number of policies
  constexpr std::uint64_t policies =
      backfills.size() * placers.size() * orders.size() * estimate_names.size() * 2;
  static_assert(policies == 1350 && std::gcd(policies, scatter) == 1);
  std::uint64_t rest = seed % policies * scatter % policies;
  const auto digit = [&rest](std::size_t choices) {
    return static_cast<std::uint32_t>(std::exchange(rest, rest / choices) % choices);
  };
  RandomPolicy policy;
  policy.backfill = digit(backfills.size());
  policy.placer = digit(placers.size());
  policy.order = digit(orders.size());
  const std::uint32_t estimates = digit(estimate_names.size());
  policy.planning = digit(2) == 0 ? Planning::per_event : Planning::per_instant;
  policy.estimates = random_estimates(dice, estimates);
  if (dice.percent(30)) {
    policy.horizon = SimTime{std::chrono::seconds(dice.between(0, 4000))};
  }
  policy.terms = with_terms(seed);
  add_preemption(seed, policy);
  policy.name = std::string(orders[policy.order].name) + " " + placers[policy.placer].name + " " +
                backfills[policy.backfill].name + ", estimates " + estimate_names[estimates] +
                (policy.planning == Planning::per_event ? ", per event" : ", per instant") +
                (policy.horizon ? ", with a horizon" : "") + (policy.terms ? ", terms" : "");
  for (const auto& [key, value] : policy.preemption) {
    policy.name.append(", ").append(key).append(" ").append(value);
  }
  return policy;
}

Policy RandomPolicy::make(std::string& complaint) const {
  Policy policy;
  policy.order = orders[order].make();
  policy.placer = with_twin(placers[placer].make(), placers[placer].naive, complaint);
  policy.backfill = backfills[backfill].make();
  policy.planning = planning;
  policy.estimates = estimates;
  if (!preemption.empty()) {
    std::vector<std::pair<std::string, testing::Value>> options(preemption.begin(),
                                                                preemption.end());
    const SettingsTree tree = testing::tree(testing::map(options));
    policy.preemption = make_preemption(tree.root());
    check_all_used(tree.root());
  }
  if (terms) {
    const SettingsTree tree = testing::tree("dependencies");
    policy.admission.push_back(make_admission(tree.root()));
  }
  return policy;
}

// Nobody runs longer than estimated, whichever the estimates: so a promise holds under all of them.
// On a network, estimates that are exact without it are too short.
// That of EASY is to the head of the queue, and only in FIFO order does the head stay the head.
Promises RandomPolicy::promises(Overruns overruns) const {
  const bool in_fifo_order = order == 0 && !yields.anybody && !terms && !failures;
  const bool to_everyone = backfill == conservative_backfill;
  const bool to_nobody = backfill == no_backfill_at_all;
  const bool till_next_cycle = backfill == slurm_backfilling;
  Promises promises;
  promises.in_order = in_fifo_order && to_nobody;
  const bool kept_to = overruns == Overruns::never || (overruns == Overruns::of_exact_estimates &&
                                                       estimates.kind != Estimates::Kind::exact);
  promises.first_kept = kept_to && !yields.anybody && !terms && !failures && !till_next_cycle &&
                        (to_everyone || in_fifo_order);
  promises.never_later = promises.first_kept;
  promises.head_is_eager = in_fifo_order && !to_everyone;
  promises.side_by_side = placer == contiguous_placer;
  promises.to_the_end = !horizon && !failures;
  promises.yields = yields;
  return promises;
}

}  // namespace berth::test
