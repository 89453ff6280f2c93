#include "tests/simulator/random_worlds.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include "core/samplers.hpp"
#include "tests/simulator/small_worlds.hpp"

namespace berth::test {
namespace {

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
  Dice ends(seed, of_ends);
  const std::uint32_t ended = ends.percent(30) ? 20 : 0;
  const Clock clock = dice.percent(50) ? Clock{10'000, 12} : Clock{1, 120'000};
  std::vector<Job> jobs(dice.between(1, 120));
  SimTime now{};
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    Job& one = jobs[i];
    now += dice.percent(60) ? Duration{} : clock.some(dice);
    one.number = i + 1;
    one.submit = now;
    one.work = dice.percent(5) ? Duration{} : clock.some(dice);
    if (ends.percent(ended)) {
      one.ends = ends.percent(50) ? Ends::failed : Ends::cancelled;
    }
    one.limit = random_limit(dice, clock, one.work);
    one.ask = random_ask(dice, fleet);
    one.priority = static_cast<std::int32_t>(dice.between(0, 3)) - 1;
  }
  return jobs;
}

namespace {

constexpr std::array models{"a100", "h100", "b200"};
constexpr std::array labels{"hbm", "zone=a", "zone=b"};

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

}  // namespace berth::test
