#include "tests/simulator/random_worlds.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <numeric>
#include <utility>

#include "core/samplers.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/simulator/naive_placers.hpp"
#include "tests/simulator/small_worlds.hpp"

namespace berth::test {
namespace {

enum Purpose : std::uint64_t {
  of_fleet,
  of_jobs,
  of_policy,
  of_network,
  of_profiles,
  of_terms,
  of_models,
  of_preemption
};

constexpr std::int64_t gib = std::int64_t{1} << 30;

NodeKind random_kind(Dice& dice, bool with_cpus, std::uint32_t gpus) {
  NodeKind kind{gpus, 0, 0, ""};
  if (with_cpus) {
    kind.cpu_milli = 1000 * std::int64_t{dice.between(1, 64)};
    kind.memory = gib * dice.between(0, 64);
  }
  return kind;
}

Fleet flat_fleet(Dice& dice, bool with_cpus, bool alike) {
  constexpr std::array sizes{0U, 1U, 2U, 3U, 4U, 8U, 16U};
  FleetBuilder builder;
  const std::uint32_t nodes = dice.between(1, 30);
  const NodeKind usual = random_kind(dice, with_cpus, dice.between(1, 16));
  builder.add_node("n0", usual);
  for (std::uint32_t i = 1; i < nodes; ++i) {
    const std::uint32_t gpus = sizes[dice.between(0, sizes.size() - 1)];
    builder.add_node("n" + std::to_string(i), alike ? usual : random_kind(dice, with_cpus, gpus));
  }
  return builder.build();
}

Fleet leveled_fleet(Dice& dice, bool with_cpus) {
  FleetBuilder builder({"hall", "rack"});
  const std::uint32_t halls = dice.between(1, 3);
  const std::uint32_t racks = halls * dice.between(1, 4);
  const std::uint32_t nodes = racks * dice.between(1, 4);
  const NodeKind kind = random_kind(dice, with_cpus, dice.between(1, 8));
  for (std::uint32_t node = 0; node < nodes; ++node) {
    const bool opens_rack = node % (nodes / racks) == 0;
    const bool opens_hall = node % (nodes / halls) == 0;
    if (node > 0 && opens_rack) {
      builder.leave();
    }
    if (node > 0 && opens_hall) {
      builder.leave();
    }
    if (opens_hall) {
      builder.enter("h" + std::to_string(node));
    }
    if (opens_rack) {
      builder.enter("r" + std::to_string(node));
    }
    builder.add_node("n" + std::to_string(node), kind);
  }
  builder.leave();
  builder.leave();
  return builder.build();
}

Ask random_ask(Dice& dice, const Fleet& fleet) {
  const auto gpus = static_cast<std::uint32_t>(fleet.gpus());
  const bool has_cpus = fleet.kind(NodeId(0)).cpu_milli > 0;
  Ask ask;
  switch (dice.between(0, 9)) {
    case 0:
      ask.gpus = dice.between(1, gpus + 1);  // up to the whole fleet, and beyond
      break;
    case 1:
    case 2:
      ask.gpus = fleet.gpus_per_node() * dice.between(1, 4);
      break;
    case 3:
      ask.whole_nodes = dice.between(1, std::min(8U, fleet.nodes() + 1));
      return ask;
    case 4:
      ask.gpus = has_cpus ? 0 : 1;
      break;
    case 5:
      ask.gpu_milli = dice.between(1, dice.percent(50) ? 999 : 400);
      ask.tasks = dice.between(1, dice.percent(50) ? 2 : 12);
      break;
    default:
      ask.gpus = dice.between(1, fleet.gpus_per_node());
  }
  if ((ask.gpus == 0 && ask.gpu_milli == 0) || (has_cpus && dice.percent(50))) {
    ask.cpu_milli = 500 * std::int64_t{dice.between(1, 40)};
    ask.memory = gib * dice.between(0, 8);
  }
  return ask;
}

// Half the worlds go by a coarse clock, so that much happens at one instant.
struct Clock {
  std::uint32_t tick_ms;
  std::uint32_t ticks;
  Duration some(Dice& dice) const {
    return std::chrono::milliseconds(std::int64_t{tick_ms} * dice.between(1, ticks));
  }
};

Duration random_limit(Dice& dice, const Clock& clock, Duration work) {
  switch (dice.between(0, 3)) {
    case 0:
      return std::max(work, Duration(1));
    case 1:
      return clock.some(dice);  // perhaps too short
    default:
      return work + clock.some(dice);
  }
}

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
constexpr std::uint32_t best_effort_backfill = 8;

constexpr std::array estimate_names{"user", "exact", "user x factor"};

Estimates random_estimates(Dice& dice, std::uint32_t kind) {
  if (kind == 1) {
    return {Estimates::Kind::exact, 1.0};
  }
  return {Estimates::Kind::user, kind == 0 ? 1.0 : 1.0 + dice.between(1, 40) / 10.0};
}

}  // namespace

std::uint32_t Dice::between(std::uint32_t low, std::uint32_t high) {
  return low + static_cast<std::uint32_t>(uniform_below(random_, high - low + 1));
}

Fleet random_fleet(std::uint64_t seed) {
  Dice dice(seed, of_fleet);
  const bool with_cpus = dice.percent(35);
  switch (dice.between(0, 2)) {
    case 0:
      return flat_fleet(dice, with_cpus, true);
    case 1:
      return flat_fleet(dice, with_cpus, false);
    default:
      return leveled_fleet(dice, with_cpus);
  }
}

namespace {

Network some_network(Dice& dice, const Fleet& fleet) {
  NetworkParts parts;
  const std::int64_t hca = 1'000'000'000 * std::int64_t{dice.between(1, 50)};
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    parts.injections.push_back(hca * fleet.kind(NodeId(node)).gpus);
  }
  for (std::uint32_t i = 0; i < fleet.domains(); ++i) {
    const auto nodes = fleet.nodes_in(DomainId(i));
    const std::int64_t all = hca * fleet.gpus_per_node() * nodes.size();
    parts.uplinks.push_back(dice.percent(5) ? 0 : all / dice.between(1, 12));
  }
  parts.hops = {3, 1};
  if (dice.percent(25)) {
    parts.nvlink_level = LevelId(1);
  }
  return Network(parts);
}

}  // namespace

Network random_network(std::uint64_t seed, const Fleet& fleet) {
  Dice dice(seed, of_network);
  return fleet.levels() == 2 && dice.percent(80) ? some_network(dice, fleet) : Network{};
}

std::vector<Rewiring> random_rewirings(std::uint64_t seed, const Fleet& fleet) {
  Dice dice(seed, of_network + 1000);
  std::vector<Rewiring> all;
  for (std::uint32_t i = dice.between(0, 3); i > 0; --i) {
    all.push_back({SimTime{std::chrono::seconds(dice.between(0, 600))}, some_network(dice, fleet)});
  }
  return all;
}

Communications random_profiles(std::uint64_t seed, std::vector<Job>& jobs) {
  Dice dice(seed, of_profiles);
  Communications profiles;
  std::vector<CommunicationId> ids;
  for (const std::string_view name : communication_names()) {
    ids.push_back(profiles.id(communication_named(name)));
  }
  for (Job& job : jobs) {
    job.communication = ids[dice.between(0, static_cast<std::uint32_t>(ids.size()) - 1)];
  }
  return profiles;
}

std::vector<Job> random_jobs(std::uint64_t seed, const Fleet& fleet) {
  Dice dice(seed, of_jobs);
  const Clock clock = dice.percent(50) ? Clock{10'000, 12} : Clock{1, 120'000};
  std::vector<Job> jobs(dice.between(1, 120));
  SimTime now{};
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    Job& one = jobs[i];
    now += dice.percent(60) ? Duration{} : clock.some(dice);
    one.number = i + 1;
    one.submit = now;
    one.work = dice.percent(5) ? Duration{} : clock.some(dice);
    one.limit = random_limit(dice, clock, one.work);
    one.ask = random_ask(dice, fleet);
    one.priority = static_cast<std::int32_t>(dice.between(0, 3)) - 1;
  }
  return jobs;
}

namespace {

constexpr std::array models{"a100", "h100", "b200"};
constexpr std::array labels{"hbm", "zone=a", "zone=b"};

bool with_terms(std::uint64_t seed) { return Dice(seed, of_terms).percent(50); }

// One that was submitted before it.
Dependency random_dependency(Dice& dice, std::uint64_t before) {
  constexpr std::array kinds{Dependency::Kind::after, Dependency::Kind::after_any,
                             Dependency::Kind::after_ok, Dependency::Kind::after_not_ok};
  Dependency on;
  on.kind = kinds[dice.between(0, dice.percent(90) ? 2 : 3)];
  on.job = dice.between(1, static_cast<std::uint32_t>(before));
  if (on.kind == Dependency::Kind::after && dice.percent(30)) {
    on.delay = std::chrono::seconds(dice.between(1, 60));
  }
  return on;
}

Terms random_terms(Dice& dice, const Job& job, bool with_models) {
  Terms terms;
  terms.requeue = dice.percent(80);
  terms.checkpoint_every = dice.percent(60) ? lasting(dice.between(1, 40)) : Duration{};
  terms.restart = dice.percent(50) ? lasting(dice.between(1, 20)) : Duration{};
  terms.held = dice.percent(2);
  terms.begin = dice.percent(15) ? job.submit + lasting(dice.between(1, 200)) : SimTime{};
  for (int i = 0; i < 2 && job.number > 1 && dice.percent(15); ++i) {
    terms.after.push_back(random_dependency(dice, job.number - 1));
  }
  if (with_models && dice.percent(30)) {
    terms.gpu_models = {models[dice.between(0, 2)], models[dice.between(0, 2)]};
  }
  if (with_models && dice.percent(20)) {
    terms.labels = {labels[dice.between(0, 2)]};
  }
  return terms;
}

}  // namespace

Fleet with_models(std::uint64_t seed, Fleet fleet) {
  Dice dice(seed, of_models);
  if (dice.percent(50)) {
    return fleet;
  }
  std::vector<NodeKind> kinds;
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    kinds.push_back(fleet.kind(NodeId(node)));
    kinds.back().gpu_model = models[dice.between(0, dice.percent(50) ? 0 : 2)];
    for (const char* label : labels) {
      if (dice.percent(40)) {
        kinds.back().labels.emplace_back(label);
      }
    }
  }
  return with_kinds(std::move(fleet), kinds);
}

void add_terms(std::uint64_t seed, const Fleet& fleet, std::vector<Job>& jobs) {
  if (!with_terms(seed)) {
    return;
  }
  Dice dice(seed, of_terms + 1000);
  const bool with_models = !fleet.kind(NodeId(0)).gpu_model.empty();
  for (Job& job : jobs) {
    if (dice.percent(50)) {
      job.terms = std::make_shared<const Terms>(random_terms(dice, job, with_models));
    }
  }
}

namespace {

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
