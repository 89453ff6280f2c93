#include "app/run_report.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

#include "generated/berth_version.hpp"
#include <fmt/format.h>

#include "app/table.hpp"
#include "simulator/gpu_time.hpp"

namespace berth {
namespace {

using Align = Table::Align;

std::string gpu_hours(Int128 gpu_time) {
  return readable_number(gpu_nanoseconds(gpu_time) / 3.6e12, 0);
}

std::string plural(std::uint64_t count, const char* word) {
  return readable_count(static_cast<std::int64_t>(count)) + " " + word;
}

// " (3 Dependency, 1 JobHeldUser)": why those wait that are left.
std::string waiting_text(const Summary& summary) {
  std::string text;
  for (std::size_t reason = 0; reason < summary.waiting_at_end.size(); ++reason) {
    if (const std::uint64_t jobs = summary.waiting_at_end[reason]; jobs > 0) {
      text += text.empty() ? " (" : ", ";
      text += plural(jobs, std::string(reason_names[reason]).c_str());
    }
  }
  return text.empty() ? text : text + ")";
}

// "rejected (2 larger than the cluster, 3 QOSMaxGRESPerJob)".
std::string rejected_text(const Summary& summary) {
  std::string why;
  for (const auto& [reason, count] : summary.rejections) {
    const bool too_large = reason == "does not fit the empty fleet";
    const std::string text = too_large ? "larger than the cluster" : reason;
    why += why.empty() ? "" : ", ";
    why += summary.rejections.size() > 1 ? plural(count, text.c_str()) : text;
  }
  return "rejected (" + why + ")";
}

std::string jobs_text(const Summary& summary) {
  const JobCounts& jobs = summary.all.jobs;
  std::string text = plural(jobs.submitted, jobs.submitted == 1 ? "job" : "jobs") + ": " +
                     plural(jobs.completed, "completed");
  const auto add = [&](std::uint64_t count, const char* word) {
    text += count > 0 ? ", " + plural(count, word) : "";
  };
  add(jobs.failed, "given up after failures");
  add(jobs.timed_out, "timed out");
  add(jobs.user_failed, "failed by themselves");
  add(jobs.user_cancelled, "cancelled by their users");
  add(jobs.cancelled, "cancelled for others");
  add(jobs.rejected, rejected_text(summary).c_str());
  add(jobs.running_at_end, "still running");
  add(jobs.pending_at_end, "still waiting");
  return text + waiting_text(summary) + "\n";
}

std::string span_text(const Summary& summary) {
  const auto seconds = [](Duration span) { return static_cast<double>(span.count()) / 1e9; };
  std::string text = readable_duration(seconds(summary.simulated)) + " simulated";
  if (summary.makespan) {
    text += ", " + readable_duration(seconds(*summary.makespan)) +
            " from the first submission to the last end";
  }
  return text + "\n";
}

using Readable = std::string (*)(double);

void add_statistics(Table& table, const char* name, const std::optional<Statistics>& values,
                    Readable readable) {
  if (values) {
    table.row({name, readable(values->mean), readable(values->p50), readable(values->p95),
               readable(values->p99), readable(values->max)});
  }
}

std::string two_digits(double value) { return readable_number(value, 2); }

std::string times_text(const JobNumbers& numbers) {
  Table table({Align::left, Align::right, Align::right, Align::right, Align::right, Align::right});
  table.row({"", "mean", "median", "95 %", "99 %", "max"});
  add_statistics(table, "wait", numbers.wait_s, readable_duration);
  add_statistics(table, "wait and run", numbers.turnaround_s, readable_duration);
  add_statistics(table, "slowdown", numbers.bounded_slowdown, two_digits);
  return "\n" + table.text();
}

std::string gpus_text(const Summary& summary) {
  const GpuTime& time = summary.gpu_time;
  Table table({Align::left, Align::right, Align::right, Align::left});
  const auto add = [&](const char* name, Int128 part, const char* meaning) {
    table.row(
        {name, gpu_hours(part), readable_percent(fraction_of_capacity(summary, part)), meaning});
  };
  table.row({"GPU-hours", "", "", ""});
  add("capacity", time.capacity, "all GPUs, from the first submission to the end");
  add("allocated", time.allocated, "held by jobs");
  add("  productive", time.productive, "spent on work that was kept");
  add("  timed out", time.lost_to(Loss::timed_out),
      "spent by jobs that were stopped at their limit");
  if (time.lost_to(Loss::user_ended) > 0) {
    add("  user ended", time.lost_to(Loss::user_ended),
        "spent by jobs that failed by themselves or were cancelled by their users");
  }
  if (time.lost_to(Loss::virtualization) > 0) {
    add("  virtualization", time.lost_to(Loss::virtualization), "taken by virtual machines");
  }
  if (summary.network) {
    add("  network", time.lost_to(Loss::network), "waited for others beyond the best placement");
  }
  const bool leased = !summary.leases.leases.empty() || time.lost_to(Loss::unsold) > 0;
  if (summary.preemption || summary.failures || leased) {
    add("  redone", time.lost_to(Loss::redone), "worked after the last checkpoint, and again");
  }
  if (summary.preemption || summary.failures || leased || time.lost_to(Loss::restart) > 0) {
    add("  restart", time.lost_to(Loss::restart), "spent on starting again, and on cold starts");
  }
  if (const Int128 held = time.lost_to(Loss::idle_allocated) - time.kept_empty; held > 0) {
    add("  idle", held, "held by exclusive jobs beyond what they asked for");
  }
  if (time.lost_to(Loss::checkpoint) > 0) {
    add("  checkpoint", time.lost_to(Loss::checkpoint), "waited for a checkpoint to be written");
  }
  if (summary.failures) {
    add("  detection", time.lost_to(Loss::detection), "stood still until a failure was noticed");
  }
  if (time.lost_to(Loss::corrupted) > 0) {
    add("  wrong", time.lost_to(Loss::corrupted), "worked on nodes whose faults made it wrong");
  }
  if (time.lost_to(Loss::straggler) > 0) {
    add("  stragglers", time.lost_to(Loss::straggler), "waited for slow nodes of their own");
  }
  if (time.lost_to(Loss::failed) > 0) {
    add("  failed", time.lost_to(Loss::failed), "worked by jobs that were given up");
  }
  if (summary.preemption) {
    add("  preempted", time.lost_to(Loss::preempted),
        "spent by jobs that were cancelled for others");
  }
  add("idle", time.lost_to(Loss::idle), "held by nobody");
  if (time.lost_to(Loss::fragmentation) > 0) {
    add("fragmented", time.lost_to(Loss::fragmentation),
        "held by nobody, in pieces too small for the first that waited");
  }
  if (time.kept_empty > 0) {
    add("kept empty", time.kept_empty, "held by nobody, in blocks that jobs have for themselves");
  }
  if (time.tested_idle > 0) {
    add("under test", time.tested_idle, "of idle nodes that a job takes at any time");
  }
  if (time.lost_to(Loss::spare) > 0) {
    add("spare", time.lost_to(Loss::spare), "of nodes that are kept back until others fail");
  }
  if (time.lost_to(Loss::draining) > 0) {
    add("draining", time.lost_to(Loss::draining), "free on nodes that are to be repaired");
  }
  if (leased) {
    add("unsold", time.lost_to(Loss::unsold), "of nodes that nobody leases");
    if (time.lost_to(Loss::undelivered) > 0) {
      add("undelivered", time.lost_to(Loss::undelivered), "of nodes that are not there yet");
    }
  }
  if (summary.failures || leased) {
    add("down", time.lost_to(Loss::down), "of nodes in reboot, triage, debug or rma");
    add("setting up",
        time.lost_to(Loss::provisioning) + time.lost_to(Loss::cleaning) +
            time.lost_to(Loss::testing) - time.tested_idle,
        "of nodes that are set up, wiped or tested before they are back");
  }
  return "\n" + table.text();
}

std::string preemptions_text(const PreemptionNumbers& numbers) {
  if (numbers.count == 0) {
    return "";
  }
  const auto of = [&numbers](Yield how) {
    return numbers.by_mode.at(static_cast<std::size_t>(how));
  };
  std::string text = "\n" + plural(numbers.count, "preemptions") + ":";
  const auto add = [&](Yield how, const char* word) {
    text += of(how) > 0 ? " " + plural(of(how), word) + "," : "";
  };
  add(Yield::requeue, "requeued");
  add(Yield::cancel, "cancelled");
  add(Yield::suspend, "suspended");
  return text + fmt::format(
                    " {} GPU-hours of work destroyed, {} of {} freed GPUs not used by who "
                    "asked for them\n",
                    gpu_hours(numbers.destroyed),
                    readable_count(static_cast<std::int64_t>(numbers.freed_unused)),
                    readable_count(static_cast<std::int64_t>(numbers.freed_gpus)));
}

double hours_of(Int128 nanoseconds) {
  return gpu_nanoseconds(nanoseconds * gpu_nanosecond) / 3.6e12;
}

std::string mttf_text(Int128 held_ns, std::uint64_t interruptions) {
  return interruptions > 0
             ? readable_duration(hours_of(held_ns) * 3600 / static_cast<double>(interruptions))
             : "-";
}

std::string percent_of(Int128 part, Int128 whole) {
  return whole > 0 ? readable_percent(hours_of(part) / hours_of(whole)) : "-";
}

// The five causes that interrupted most.
std::string causes_text(const FailureNumbers& numbers) {
  std::vector<CauseNumbers> causes = numbers.by_cause;
  std::erase_if(causes, [](const CauseNumbers& cause) { return cause.interruptions == 0; });
  std::ranges::stable_sort(causes, std::greater{}, &CauseNumbers::interruptions);
  constexpr std::size_t most = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(causes.size(), most); ++i) {
    text += fmt::format("{}{} {}", i == 0 ? "  " : ", ", causes[i].name, causes[i].interruptions);
  }
  return text.empty() ? "" : text + (causes.size() > most ? ", ...\n" : "\n");
}

std::string comebacks_text(const ComebackNumbers& numbers) {
  if (numbers.replaced == 0) {
    return "";
  }
  const double mean = hours_of(numbers.replacing_ns) * 3600 / static_cast<double>(numbers.replaced);
  return fmt::format(
      "  nodes again after {} on average, {} of {} in place; {} of {} retries got on\n",
      readable_duration(mean), numbers.in_place, numbers.replaced, numbers.succeeded,
      numbers.tried);
}

// What became of nodes before and after they failed, where that is modelled.
std::string care_text(const FailureNumbers& numbers) {
  std::string text;
  if (numbers.alarms + numbers.false_alarms > 0) {
    text += fmt::format("  {}, {} false; {} averted\n",
                        plural(numbers.alarms + numbers.false_alarms, "alarms"),
                        numbers.false_alarms, plural(numbers.averted, "failures"));
  }
  if (numbers.mended_by_hand > 0) {
    text +=
        fmt::format("  crews mended {} times, each after a wait of {}\n", numbers.mended_by_hand,
                    readable_duration(hours_of(numbers.crew_wait_ns) * 3600 /
                                      static_cast<double>(numbers.mended_by_hand)));
  }
  if (numbers.upgrades > 0) {
    text += fmt::format("  {} begun, {} over: {} in {}\n", plural(numbers.upgrades, "upgrades"),
                        numbers.upgrades_over, plural(numbers.upgraded, "nodes"),
                        plural(numbers.upgrade_batches, "batches"));
  }
  if (numbers.retired > 0) {
    text += fmt::format("  {} given up and replaced\n", plural(numbers.retired, "nodes"));
  }
  if (numbers.found + numbers.completed_wrong > 0) {
    text +=
        fmt::format("  {} that stopped nobody found, {} by tests; {} completed with wrong work\n",
                    plural(numbers.found, "faults"), numbers.found_by_tests,
                    plural(numbers.completed_wrong, "jobs"));
  }
  return text;
}

std::string interruptions_text(const Summary& summary) {
  if (!summary.failures) {
    return "";
  }
  const FailureNumbers& numbers = summary.interruptions;
  const auto total = static_cast<double>(numbers.interruptions);
  const double days = hours_of(numbers.window_ns) / 24;
  const double node_days = hours_of(numbers.node_ns) / 24;
  std::string text =
      fmt::format(
          "\n{}, {} of jobs: {} a day, {} per 1,000 node-days of jobs, ETTR {}, goodput {}\n",
          plural(numbers.failures, "failures"), plural(numbers.interruptions, "interruptions"),
          two_digits(days > 0 ? total / days : 0),
          two_digits(node_days > 0 ? 1000 * total / node_days : 0),
          percent_of(numbers.all_jobs.work, numbers.all_jobs.wall),
          percent_of(summary.gpu_time.productive, summary.gpu_time.allocated)) +
      causes_text(numbers) + comebacks_text(numbers.comebacks) + care_text(numbers);
  Table table({Align::right, Align::right, Align::right, Align::right});
  table.row({"GPUs", "interruptions", "MTTF", "ETTR"});
  for (std::size_t power = 0; power < numbers.by_gpus.size(); ++power) {
    const JobsOfSize& jobs = numbers.by_gpus[power];
    if (jobs.held_ns > 0) {
      table.row({readable_count(std::int64_t{1} << power),
                 readable_count(static_cast<std::int64_t>(jobs.interruptions)),
                 mttf_text(jobs.held_ns, jobs.interruptions),
                 percent_of(jobs.productive_ns, jobs.wall_ns)});
    }
  }
  return text + table.text();
}

std::string readable_seconds(Duration length) {
  return readable_duration(static_cast<double>(length.count()) / 1e9);
}

std::string mean_text(Duration sum, std::uint64_t count) {
  return count > 0 ? readable_seconds(sum / static_cast<std::int64_t>(count)) : "-";
}

// The leases that are owed most, and all together.
std::string leases_text(const Summary& summary) {
  std::vector<LeaseLine> lines = summary.leases.leases;
  if (lines.empty()) {
    return "";
  }
  const LeaseSums sums = summary.leases.sums();
  std::string text = fmt::format(
      "\n{}: {} begun, {} refused, {} ended for others; {} of {} GPU-hours delivered ({}), {} "
      "below size for longer than the SLA\n{} failed: {} replaced, after {} on average and {} at "
      "most; a lease had all its nodes after {}\n",
      plural(lines.size(), "leases"), sums.begun, sums.refused, sums.preempted,
      gpu_hours(sums.delivered), gpu_hours(sums.owed),
      sums.owed > 0 ? readable_percent(gpu_nanoseconds(sums.delivered) / gpu_nanoseconds(sums.owed))
                    : "-",
      plural(sums.breaches, "times"), plural(sums.failures, "nodes"), sums.replacements,
      mean_text(sums.replacing, sums.replacements), readable_seconds(sums.replacing_most),
      mean_text(sums.delivering, sums.delivered_full));
  if (sums.late > 0) {
    text += fmt::format("{} begun late or not yet, {} after they were due on average\n",
                        plural(sums.late, "leases"), mean_text(sums.late_in_all, sums.late));
  }
  if (sums.moves > 0) {
    text += fmt::format("{} moved for other leases, which cost theirs {} GPU-hours\n",
                        plural(sums.moves, "nodes"), gpu_hours(sums.moving));
  }
  std::ranges::stable_sort(lines, std::greater{}, &LeaseLine::owed);
  Table table({Align::left, Align::left, Align::left, Align::right, Align::right, Align::right,
               Align::right, Align::right});
  table.row(
      {"lease", "tenant", "kind", "nodes", "GPU-hours", "availability", "replaced", "breaches"});
  constexpr std::size_t most = 12;
  for (std::size_t i = 0; i < std::min(lines.size(), most); ++i) {
    const LeaseLine& line = lines[i];
    table.row({line.contract.name, line.contract.tenant, std::string(to_string(line.contract.kind)),
               readable_count(line.contract.nodes), gpu_hours(line.delivered),
               line.owed > 0
                   ? readable_percent(gpu_nanoseconds(line.delivered) / gpu_nanoseconds(line.owed))
                   : std::string(to_string(line.last)),
               readable_count(static_cast<std::int64_t>(line.replacements)),
               readable_count(static_cast<std::int64_t>(line.breaches))});
  }
  return text + table.text();
}

std::string classes_text(const Summary& summary) {
  if (summary.by_class.empty()) {
    return "";
  }
  Table table({Align::left, Align::right, Align::right, Align::right, Align::right, Align::right});
  table.row({"class", "jobs", "GPU-hours", "mean wait", "95 % wait", "slowdown"});
  for (const auto& [name, numbers] : summary.by_class) {
    const auto& wait = numbers.wait_s;
    table.row({name, readable_count(static_cast<std::int64_t>(numbers.jobs.submitted)),
               gpu_hours(numbers.allocated), wait ? readable_duration(wait->mean) : "-",
               wait ? readable_duration(wait->p95) : "-",
               numbers.bounded_slowdown ? two_digits(numbers.bounded_slowdown->mean) : "-"});
  }
  return "\n" + table.text();
}

}  // namespace

std::string report_head(const Scenario& scenario, const std::string& what) {
  const Fleet& fleet = scenario.fleet();
  return wrapped(scenario.question, 96) +
         fmt::format("{}: {}, {} nodes with {} GPUs, seed {}, berth {}\n\n", scenario.path, what,
                     readable_count(fleet.nodes()),
                     readable_count(static_cast<std::int64_t>(fleet.gpus())), scenario.seed,
                     version);
}

std::string run_report(const Summary& summary) {
  return jobs_text(summary) + span_text(summary) + times_text(summary.all) + gpus_text(summary) +
         preemptions_text(summary.preemptions) + interruptions_text(summary) +
         leases_text(summary) + classes_text(summary);
}

double fraction_of_capacity(const Summary& summary, Int128 gpu_time) {
  const Int128 capacity = summary.gpu_time.capacity;
  return capacity > 0 ? gpu_nanoseconds(gpu_time) / gpu_nanoseconds(capacity) : 0.0;
}

}  // namespace berth
