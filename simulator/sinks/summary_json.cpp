#include "simulator/sinks/summary_json.hpp"

#include <cstddef>

#include <nlohmann/json.hpp>

#include "scheduler/reason.hpp"
#include "simulator/gpu_time.hpp"

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

Json counts(const JobCounts& jobs, bool preemption) {
  Json json{{"submitted", jobs.submitted},           {"completed", jobs.completed},
            {"timed_out", jobs.timed_out},           {"rejected", jobs.rejected},
            {"running_at_end", jobs.running_at_end}, {"pending_at_end", jobs.pending_at_end}};
  if (preemption) {
    json["cancelled"] = jobs.cancelled;
    json["preempted"] = jobs.preempted;
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

// What is not modelled is absent.
Json lost(const Summary& summary) {
  const GpuTime& time = summary.gpu_time;
  Json json = Json::object();
  for (std::size_t cause = 0; cause < time.lost.size(); ++cause) {
    const auto loss = static_cast<Loss>(cause);
    const bool modelled = loss == Loss::network  ? summary.network
                          : loss > Loss::network ? summary.preemption
                                                 : true;
    if (modelled) {
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

void add_groups(Json& json, const char* key, const std::vector<NamedNumbers>& groups,
                const Summary& summary) {
  if (groups.empty()) {
    return;
  }
  Json& all = json[key] = Json::object();
  for (const auto& [name, numbers] : groups) {
    Json one{{"jobs", counts(numbers.jobs, summary.preemption)},
             {"allocated_gpu_h", gpu_hours(numbers.allocated)}};
    if (summary.network) {
      one["lost_gpu_h"] = {{"network", gpu_hours(numbers.network)}};
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
  for (const Rejections& one : summary.rejections) {
    json["rejected"][one.why] = one.jobs;
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
            {"jobs", counts(summary.all.jobs, summary.preemption)},
            {"gpus", gpus(summary)},
            {"lost_gpu_h", lost(summary)}};
  add_times(json, summary.all);
  json["makespan_s"] = summary.makespan ? Json(seconds(*summary.makespan)) : Json(nullptr);
  if (summary.preemption) {
    json["preemption"] = preemption(summary.preemptions);
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
