#include "simulator/sinks/summary_json.hpp"

#include <cstddef>

#include <nlohmann/json.hpp>

#include "scheduler/reason.hpp"
#include "simulator/gpu_time.hpp"
#include "simulator/sinks/lease_json.hpp"

namespace berth {
namespace {

using Json = nlohmann::ordered_json;

constexpr double seconds_per_hour = 3600;
constexpr double nanoseconds_per_second = 1e9;

double seconds(Duration duration) {
  return static_cast<double>(duration.count()) / nanoseconds_per_second;
}

double gpu_hours(Int128 gpu_time) {
  return gpu_nanoseconds(gpu_time) / (nanoseconds_per_second * seconds_per_hour);
}

Json statistics(const std::optional<Statistics>& values) {
  if (!values) {
    return nullptr;
  }
  return {{"mean", values->mean},
          {"p50", values->p50},
          {"p95", values->p95},
          {"p99", values->p99},
          {"max", values->max}};
}

Json counts(const JobCounts& jobs, const Summary& summary) {
  Json json{{"submitted", jobs.submitted},           {"completed", jobs.completed},
            {"timed_out", jobs.timed_out},           {"rejected", jobs.rejected},
            {"running_at_end", jobs.running_at_end}, {"pending_at_end", jobs.pending_at_end}};
  if (summary.all.jobs.user_failed + summary.all.jobs.user_cancelled > 0) {
    json["user_failed"] = jobs.user_failed;
    json["user_cancelled"] = jobs.user_cancelled;
  }
  if (summary.failures) {
    json["failed"] = jobs.failed;
  }
  if (summary.preemption) {
    json["cancelled"] = jobs.cancelled;
    json["preempted"] = jobs.preempted;
  }
  if (summary.preemption || summary.failures) {
    json["requeued"] = jobs.requeued;
  }
  return json;
}

void add_times(Json& json, const JobNumbers& numbers) {
  json["wait_s"] = statistics(numbers.wait_s);
  json["turnaround_s"] = statistics(numbers.turnaround_s);
  json["bounded_slowdown"] = statistics(numbers.bounded_slowdown);
}

// Fractions are of the capacity; a fleet without GPUs, or a run without length, has none.
Json gpus(const Summary& summary) {
  const GpuTime& time = summary.gpu_time;
  Json json{{"total", summary.gpus}, {"capacity_gpu_h", gpu_hours(time.capacity)}};
  if (time.capacity > 0) {
    const auto fraction = [&time](Int128 part) {
      return gpu_nanoseconds(part) / gpu_nanoseconds(time.capacity);
    };
    json["allocated"] = fraction(time.allocated);
    json["available"] = fraction(time.available);
    json["productive"] = fraction(time.productive);
  }
  json["productive_gpu_h"] = gpu_hours(time.productive);
  return json;
}

bool modelled(Loss loss, const Summary& summary) {
  if (summary.gpu_time.lost_to(loss) > 0) {
    return true;
  }
  switch (loss) {
    case Loss::idle:
    case Loss::timed_out:
    case Loss::fragmentation:
      return true;
    case Loss::network:
      return summary.network;
    case Loss::redone:
    case Loss::restart:
      return summary.preemption || summary.failures || !summary.leases.leases.empty();
    case Loss::preempted:
      return summary.preemption;
    case Loss::unsold:
      return !summary.leases.leases.empty();
    case Loss::virtualization:
    case Loss::idle_allocated:
    case Loss::undelivered:
    case Loss::corrupted:
    case Loss::straggler:
    case Loss::user_ended:
      return false;
    default:
      return summary.failures;
  }
}

// What is not modelled is absent.
Json lost(const Summary& summary) {
  const GpuTime& time = summary.gpu_time;
  Json json = Json::object();
  for (std::size_t cause = 0; cause < time.lost.size(); ++cause) {
    if (modelled(static_cast<Loss>(cause), summary)) {
      json[std::string(loss_names[cause])] = gpu_hours(time.lost[cause]);
    }
  }
  return json;
}

Json preemption(const PreemptionNumbers& numbers) {
  const auto of = [&numbers](Yield how) {
    return numbers.by_mode.at(static_cast<std::size_t>(how));
  };
  return {{"count", numbers.count},
          {"by_mode",
           {{"cancel", of(Yield::cancel)},
            {"requeue", of(Yield::requeue)},
            {"suspend", of(Yield::suspend)}}},
          {"warned", numbers.warned},
          {"ended_in_time", numbers.ended_in_time},
          {"gpu_h_destroyed", gpu_hours(numbers.destroyed)},
          {"freed_gpus", numbers.freed_gpus},
          {"freed_unused", numbers.freed_unused}};
}

Json ratio(Int128 part, Int128 whole) {
  return whole > 0 ? Json(gpu_nanoseconds(part * gpu_nanosecond) /
                          gpu_nanoseconds(whole * gpu_nanosecond))
                   : Json(nullptr);
}

double hours(Int128 nanoseconds) {
  return gpu_nanoseconds(nanoseconds * gpu_nanosecond) /
         (nanoseconds_per_second * seconds_per_hour);
}

// Of no interruption there is no mean time to the next.
Json mttf(Int128 held_ns, std::uint64_t interruptions) {
  return interruptions > 0 ? Json(hours(held_ns) / static_cast<double>(interruptions))
                           : Json(nullptr);
}

void add_comebacks(Json& json, const ComebackNumbers& numbers) {
  json["in_place"] = numbers.in_place;
  json["time_to_replacement_s"] = {
      {"mean", numbers.replaced > 0 ? Json(hours(numbers.replacing_ns) * seconds_per_hour /
                                           static_cast<double>(numbers.replaced))
                                    : Json(nullptr)},
      {"max", seconds(numbers.replacing_most)}};
  json["retries"] = {{"tried", numbers.tried},
                     {"succeeded", numbers.succeeded},
                     {"success", ratio(Int128{numbers.succeeded}, Int128{numbers.tried})}};
  json["second_order_preemptions"] = {{"count", numbers.second_order},
                                      {"gpu_h_destroyed", gpu_hours(numbers.destroyed)}};
}

void add_failures(Json& json, const Summary& summary) {
  const FailureNumbers& numbers = summary.interruptions;
  const auto total = static_cast<double>(numbers.interruptions);
  const double days = hours(numbers.window_ns) / 24;
  const double node_days = hours(numbers.node_ns) / 24;
  Json by_cause = Json::object();
  Json failures = Json::object();
  Json down = Json::object();
  for (const CauseNumbers& cause : numbers.by_cause) {
    if (!cause.name.empty()) {
      by_cause[cause.name] = cause.interruptions;
      failures[cause.name] = cause.failures;
      down[cause.name] = gpu_hours(cause.down);
    }
  }
  Json mttf_by_gpus = Json::object();
  Json ettr_by_gpus = Json::object();
  for (std::size_t power = 0; power < numbers.by_gpus.size(); ++power) {
    const JobsOfSize& jobs = numbers.by_gpus[power];
    const std::string gpus = std::to_string(std::uint64_t{1} << power);
    if (jobs.held_ns > 0) {
      mttf_by_gpus[gpus] = mttf(jobs.held_ns, jobs.interruptions);
    }
    if (jobs.wall_ns > 0) {
      ettr_by_gpus[gpus] = ratio(jobs.productive_ns, jobs.wall_ns);
    }
  }
  json["interruptions"] = {
      {"total", numbers.interruptions},
      {"per_day", days > 0 ? Json(total / days) : Json(nullptr)},
      {"per_1000_node_days", node_days > 0 ? Json(1000 * total / node_days) : Json(nullptr)},
      {"by_cause", std::move(by_cause)},
      {"mttf_h", mttf(numbers.held_ns(), numbers.interruptions)},
      {"mttf_h_by_gpus", std::move(mttf_by_gpus)},
      {"given_up", numbers.given_up}};
  add_comebacks(json["interruptions"], numbers.comebacks);
  json["ettr"] = {{"mean", ratio(numbers.all_jobs.work, numbers.all_jobs.wall)},
                  {"by_gpus", std::move(ettr_by_gpus)}};
  json["goodput"] = ratio(summary.gpu_time.productive, summary.gpu_time.allocated);
  json["failures"] = {{"total", numbers.failures},
                      {"by_cause", std::move(failures)},
                      {"down_gpu_h_by_cause", std::move(down)}};
  if (numbers.upgrades > 0) {
    json["upgrades"] = {
        {"begun", numbers.upgrades},
        {"over", numbers.upgrades_over},
        {"batches", numbers.upgrade_batches},
        {"nodes", numbers.upgraded},
        {"lasted_h", numbers.upgrades_over > 0 ? Json(hours(numbers.upgrading_ns) /
                                                      static_cast<double>(numbers.upgrades_over))
                                               : Json(nullptr)}};
  }
  if (numbers.alarms + numbers.false_alarms > 0) {
    json["failures"]["alarms"] = numbers.alarms;
    json["failures"]["false_alarms"] = numbers.false_alarms;
    json["failures"]["averted"] = numbers.averted;
  }
  if (numbers.mended_by_hand > 0) {
    json["failures"]["mended_by_crews"] = numbers.mended_by_hand;
    json["failures"]["waited_for_crews_h"] = hours(numbers.crew_wait_ns);
  }
  if (numbers.retired > 0) {
    json["failures"]["retired"] = numbers.retired;
  }
  if (numbers.found + numbers.completed_wrong > 0) {
    json["failures"]["found"] = numbers.found;
    json["failures"]["found_by_tests"] = numbers.found_by_tests;
    json["failures"]["completed_wrong"] = numbers.completed_wrong;
  }
}

void add_groups(Json& json, const char* key, const std::vector<NamedNumbers>& groups,
                const Summary& summary) {
  if (groups.empty()) {
    return;
  }
  Json& all = json[key] = Json::object();
  for (const auto& [name, numbers] : groups) {
    Json one{{"jobs", counts(numbers.jobs, summary)},
             {"allocated_gpu_h", gpu_hours(numbers.allocated)}};
    if (summary.network) {
      one["lost_gpu_h"] = {{"network", gpu_hours(numbers.network)}};
    }
    if (summary.failures) {
      one["interruptions"] = numbers.interruptions;
      one["ettr"] = ratio(numbers.wall_and_work.work, numbers.wall_and_work.wall);
    }
    add_times(one, numbers);
    all[name] = std::move(one);
  }
}

Json mean_and_p95(const Statistics& values) { return {{"mean", values.mean}, {"p95", values.p95}}; }

Json placement(const Summary& summary) {
  Json json{{"multi_node_jobs", summary.multi_node_jobs}};
  if (summary.nodes_spanned) {
    json["nodes"] = mean_and_p95(*summary.nodes_spanned);
  }
  for (const LevelSpread& level : summary.spread) {
    if (level.level == "leaf") {  // of rails: one for the leaves that a group of nodes shares
      json["leaf_switches"] = mean_and_p95(level.domains);
    }
    json["domains"][level.level] = mean_and_p95(level.domains);
  }
  return json;
}

// Nobody was turned away, or nobody waits: absent.
void add_left_out(Json& json, const Summary& summary) {
  for (const auto& [why, jobs] : summary.rejections) {
    json["rejected"][why] = jobs;
  }
  for (std::size_t reason = 0; reason < summary.waiting_at_end.size(); ++reason) {
    if (summary.waiting_at_end[reason] > 0) {
      json["waiting_at_end"][std::string(reason_names[reason])] = summary.waiting_at_end[reason];
    }
  }
}

Json scheduler(const SchedulerCounts& counts) {
  Json reasons = Json::object();
  for (std::size_t reason = 0; reason < counts.waits.size(); ++reason) {
    if (counts.waits[reason] == 0 && reason > static_cast<std::size_t>(Reason::priority)) {
      continue;  // a limit that nobody set, or nobody met
    }
    reasons[std::string(reason_names[reason])] = counts.waits[reason];
  }
  return {
      {"cycles", counts.passes}, {"decisions", counts.decisions}, {"reasons", std::move(reasons)}};
}

}  // namespace

std::string summary_json(const Summary& summary) {
  Json json{{"config", summary.config},
            {"seed", summary.seed},
            {"simulated_s", seconds(summary.simulated)},
            {"events", summary.events},
            {"jobs", counts(summary.all.jobs, summary)},
            {"gpus", gpus(summary)},
            {"lost_gpu_h", lost(summary)}};
  add_times(json, summary.all);
  json["makespan_s"] = summary.makespan ? Json(seconds(*summary.makespan)) : Json(nullptr);
  if (summary.preemption) {
    json["preemption"] = preemption(summary.preemptions);
  }
  if (summary.failures) {
    add_failures(json, summary);
  }
  if (!summary.leases.leases.empty()) {
    json["leases"] = leases_json(summary.leases);
  }
  add_groups(json, "by_tenant", summary.by_tenant, summary);
  add_groups(json, "by_class", summary.by_class, summary);
  add_groups(json, "by_partition", summary.by_partition, summary);
  json["placement"] = placement(summary);
  json["scheduler"] = scheduler(summary.scheduler);
  add_left_out(json["scheduler"], summary);
  // A name that is not UTF-8 is shown with replacement characters rather than ending the run.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace berth
