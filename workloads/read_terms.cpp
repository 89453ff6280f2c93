#include "workloads/read_terms.hpp"

#include <array>
#include <utility>

#include "core/units.hpp"
#include "workloads/cold_start.hpp"
#include "workloads/labels.hpp"
#include "workloads/mixes.hpp"

namespace berth {
namespace {

// A word or a list of them.
std::vector<std::string> words(Setting map, std::string_view key) {
  std::vector<std::string> all;
  const auto written = map.find(key);
  if (!written) {
    return all;
  }
  for (const Setting& one : written->is_list() ? written->items() : std::vector{*written}) {
    all.push_back(one.text());
    if (all.back().empty()) {
      one.fail("must be a name, is empty");
    }
  }
  return all;
}

std::string name_or_none(Setting map, std::string_view key) {
  return map.find(key) ? read_name(map, key, "") : std::string();
}

std::optional<SwitchLimit> read_switches(Setting map) {
  const auto written = map.find("switches");
  if (!written) {
    return std::nullopt;
  }
  SwitchLimit limit;
  limit.count = static_cast<std::uint32_t>(written->at("count").count(1, size_most));
  if (const auto at_most = written->find("at_most")) {
    limit.at_most = at_most->duration();
  }
  return limit;
}

// {rack: 1, node: {max_skew: 2, min_domains: 3}}
std::vector<SpreadRule> read_spread(Setting map) {
  std::vector<SpreadRule> rules;
  const auto written = map.find("spread");
  if (!written) {
    return rules;
  }
  for (const auto& [level, one] : written->entries()) {
    SpreadRule rule{level};
    const Setting skew = one.is_map() ? one.at("max_skew") : one;
    rule.max_skew = static_cast<std::uint32_t>(skew.count(1, size_most));
    if (one.is_map()) {
      rule.min_domains = static_cast<std::uint32_t>(one.count_or("min_domains", 0, 0, size_most));
    }
    rules.push_back(std::move(rule));
  }
  if (rules.empty()) {
    written->fail("names no level", "write for example spread: {node: 1}");
  }
  return rules;
}

void read_exclusive(Terms& terms, Setting map) {
  const std::size_t what = map.choice_or("exclusive", "false", {"false", "true", "topology"});
  terms.exclusive = what == 1;
  terms.block_alone = what == 2;
}

void read_where(Terms& terms, Setting map) {
  terms.gpu_models = words(map, "gpu_models");
  terms.labels = words(map, "labels");
  terms.tolerates = words(map, "tolerates");
  terms.level = name_or_none(map, "level");
  terms.level_required = map.flag_or("level_required", false);
  terms.segment = static_cast<std::uint32_t>(map.count_or("segment", 0, 0, size_most));
  terms.switches = read_switches(map);
  terms.group = name_or_none(map, "group");
  terms.apart = name_or_none(map, "apart");
  terms.spread = read_spread(map);
  read_exclusive(terms, map);
  terms.tasks_least = static_cast<std::uint32_t>(map.count_or("tasks_least", 0, 0, size_most));
  if (terms.level_required && terms.level.empty()) {
    map.at("level_required").fail("is of no level", "say which with `level`");
  }
  if (!terms.apart.empty() && terms.group.empty()) {
    map.at("apart").fail("is of no group", "say which pods keep apart with `group`");
  }
  if (!terms.spread.empty() && terms.group.empty()) {
    map.at("spread").fail("is of no group", "say which pods are spread with `group`");
  }
  terms.min_member = static_cast<std::uint32_t>(map.count_or("min_member", 0, 0, size_most));
  if (terms.min_member > 0 && terms.group.empty()) {
    map.at("min_member").fail("is of no group", "say which pods start together with `group`");
  }
  if (terms.min_member > 0 && terms.tasks_least > 0) {
    map.at("min_member").fail("does not go with tasks_least", "pods that start together are alike");
  }
}

void read_for_whom(Terms& terms, Setting map) {
  terms.account = name_or_none(map, "account");
  terms.qos = name_or_none(map, "qos");
  terms.queue = name_or_none(map, "queue");
  terms.reservation = name_or_none(map, "reservation");
  terms.nice = map.count_or("nice", 0, -priority_most, priority_most);
  terms.pod = map.flag_or("pod", false);
  if (terms.pod && (terms.exclusive || terms.block_alone)) {
    map.at("exclusive")
        .fail("is a lock of Slurm jobs, and this is a pod",
              "a pod asks for whole nodes with `nodes`");
  }
}

void check_taken(const Terms& terms, Setting written) {
  if (!terms.checkpoint_daly && terms.checkpoint_every == Duration{}) {
    written.fail("is of checkpoints that nobody takes", "say how often with checkpoint_every");
  }
}

std::int64_t read_checkpoint_size(const Terms& terms, Setting written) {
  check_taken(terms, written);
  const std::int64_t bytes = written.bytes();
  if (bytes == 0) {
    written.fail("must be more than 0");
  }
  return bytes;
}

// How long a checkpoint is written beside the work.
void read_async(Terms& terms, Setting written) {
  check_taken(terms, written);
  terms.checkpoint_beside = written.is_scalar() && written.text() == "storage";
  if (terms.checkpoint_beside) {
    if (terms.checkpoint_bytes == 0) {
      written.fail("goes by what is written, which is nothing",
                   "say it with checkpoint_size, or how long with checkpoint_async: 3m");
    }
    return;
  }
  const Duration async = written.duration();
  if (terms.checkpoint_bytes > 0) {
    written.fail("follows from checkpoint_size and the storage",
                 "write checkpoint_async: storage, or leave out checkpoint_size");
  }
  if (!terms.checkpoint_daly && async > terms.checkpoint_every) {
    written.fail("is longer than the work between two checkpoints",
                 "at most " + format_duration(terms.checkpoint_every) +
                     ": the next would begin before one is written");
  }
  terms.checkpoint_async = async;
}

void check_on_failure(const Terms& terms, Setting written) {
  if (terms.on_failure != OnFailure::requeue && !terms.requeue) {
    written.fail("is of jobs that come back, and these may not", "leave out requeue: false");
  }
  if (terms.elastic() && terms.tasks_least == 0) {
    written.fail("needs to know how far", "say it in the terms of the jobs with tasks_least");
  }
}

}  // namespace

// What becomes of it when somebody, or something, stops it.
void read_recovery(Terms& terms, Setting map) {
  const auto every = map.find("checkpoint_every");
  terms.checkpoint_daly = every && every->is_scalar() && every->text() == "daly";
  if (!terms.checkpoint_daly) {
    terms.checkpoint_every = map.duration_or("checkpoint_every", Duration{});
  }
  terms.checkpoint_cost = map.duration_or("checkpoint_cost", Duration{});
  if (terms.checkpoint_daly && terms.checkpoint_cost == Duration{}) {
    every->fail("goes by what a checkpoint costs, which is nothing",
                "say it with checkpoint_cost, or how often with checkpoint_every: 1h");
  }
  if (terms.checkpoint_cost > Duration{} && !terms.checkpoint_daly &&
      terms.checkpoint_every == Duration{}) {
    map.at("checkpoint_cost")
        .fail("is of checkpoints that nobody takes", "say how often with checkpoint_every");
  }
  if (const auto size = map.find("checkpoint_size")) {
    terms.checkpoint_bytes = read_checkpoint_size(terms, *size);
  }
  if (const auto async = map.find("checkpoint_async")) {
    read_async(terms, *async);
  }
  terms.restart = map.duration_or("restart", Duration{});
  if (const auto on_failure = map.find("on_failure")) {
    constexpr std::array kinds{OnFailure::requeue, OnFailure::restart_in_place, OnFailure::shrink};
    terms.on_failure = kinds.at(on_failure->choice({"requeue", "restart_in_place", "shrink"}));
    check_on_failure(terms, *on_failure);
  }
  if (const auto retries = map.find("retries")) {
    constexpr std::int64_t most = 1'000'000'000;
    terms.retries = static_cast<std::uint32_t>(retries->count(0, most));
  }
}

std::shared_ptr<const Terms> read_terms(Setting workload) {
  const auto map = workload.find("terms");
  if (!map) {
    return nullptr;
  }
  auto terms = std::make_shared<Terms>();
  read_where(*terms, *map);
  terms->held = map->flag_or("held", false);
  terms->begin = SimTime{map->duration_or("begin", Duration{})};
  read_for_whom(*terms, *map);
  terms->requeue = map->flag_or("requeue", true);
  read_recovery(*terms, *map);
  if (const auto cold_start = map->find("cold_start")) {
    terms->cold_start = read_cold_start(*cold_start, 0);
  }
  return terms;
}

}  // namespace berth
