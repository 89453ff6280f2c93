#include "simulator/sinks/event_log.hpp"

#include <array>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "core/hostlist.hpp"
#include "core/units.hpp"

namespace berth {
namespace {

std::string at(SimTime time) { return format_duration(time.time_since_epoch()); }

// What the job takes: "8 gpus", "2 x 8 gpus", "0 gpus + 4000 mcpu + 1GiB", "300 mgpu"; of each
// task.
std::string asks(const Shape& shape) {
  std::string text = shape.tasks > 1 ? fmt::format("{} x ", shape.tasks) : "";
  text += shape.gpu_milli > 0 ? fmt::format("{} mgpu", shape.gpu_milli)
                              : fmt::format("{} gpus", shape.gpus);
  if (shape.cpu_milli > 0) {
    text += fmt::format(" + {} mcpu", shape.cpu_milli);
  }
  if (shape.memory > 0) {
    text += " + " + format_bytes(shape.memory);
  }
  return text + (shape.alone > 0 ? ", alone in its blocks" : "");
}

std::string effect_of(const Failure& failure) {
  switch (failure.effect) {
    case Effect::corrupts:
      return ", makes work wrong";
    case Effect::slows:
      return fmt::format(", slows to {:.6f}", failure.slowed_to.value());
    case Effect::narrows:
      return fmt::format(", link {} down for {}", failure.link,
                         format_duration(failure.mended_after));
    default:
      return "";
  }
}

std::string noticed(const Failure& failure) {
  if (failure.until_tested) {
    return ", until it is tested";
  }
  return failure.noticed_after > Duration{}
             ? ", noticed after " + format_duration(failure.noticed_after)
             : "";
}

class EventLog final : public Sink {
 public:
  EventLog(TextOut& out, const Fleet& fleet, Sources sources)
      : out_(out), fleet_(fleet), sources_(sources) {}

  void on(SimTime now, const Record& record) override {
    std::visit([this, now](const auto& one) { told(now, one); }, record);
  }

 private:
  void told(SimTime now, const Submitted& record) {
    const LiveJob& live = record.job;
    const bool endless = live.job.limit == longest_duration;
    line(
        now, "submit", live,
        asks(live.shape) + (endless ? ", no limit" : ", limit " + format_duration(live.job.limit)));
  }
  void told(SimTime now, const Rejected& record) {
    line(now, "reject", record.job, std::string(record.why));
  }
  void told(SimTime now, const Promised& record) {
    line(now, "promise", record.job, "to start by " + at(record.by));
  }
  void told(SimTime now, const Started& record) {
    const RunSpeed speed = record.speed;
    line(now, "start", record.job,
         where(record.placement) +
             (speed.full() ? "" : fmt::format(", {:.6f} of full speed", speed.value())));
  }
  void told(SimTime now, const SpeedChanged& record) {
    line(now, "speed", record.job,
         record.to.stands() ? "none, writes a checkpoint"
                            : fmt::format("{:.6f} of full speed", record.to.value()));
  }
  void told(SimTime now, const Warned& record) {
    line(now, "warn", record.job,
         "to yield to job " + job_name(record.by, sources_) + " by " + at(record.at));
  }
  void told(SimTime now, const Preempted& record) {
    constexpr std::array words{"cancelled", "requeued", "suspended"};
    const Duration lost = record.stint.redone + record.stint.undone;
    line(now, "yield", record.job,
         fmt::format("to job {}, {} after {}, loses {}", job_name(record.by, sources_),
                     words.at(static_cast<std::size_t>(record.how)),
                     format_duration(now - record.job.start), format_duration(lost)));
  }
  void told(SimTime now, const Ended& record) {
    constexpr std::array words{"completed", "timed out", "failed by itself",
                               "cancelled by its user"};
    line(now, "end", record.job,
         fmt::format("{} after {}", words.at(static_cast<std::size_t>(record.state)),
                     format_duration(now - record.job.start)));
  }
  void told(SimTime now, const LeftRunning& record) {
    line(now, "running", record.job, "for " + format_duration(now - record.job.start));
  }
  void told(SimTime now, const LeftWaiting& record) {
    line(now, "waiting", record.job,
         fmt::format("for {}: {}", format_duration(now - record.job.job.submit),
                     to_string(record.why)));
  }

  void told(SimTime /*now*/, const FreeInPieces& /*record*/) {}
  void told(SimTime now, const Failed& record) {
    const Failure& failure = record.failure;
    std::vector<std::string> names;
    for (const NodeRange range : failure.nodes) {
      for (std::uint32_t node = range.first; node < range.past; ++node) {
        names.push_back(fleet_.name(NodeId(node)));
      }
    }
    node_line(
        now, "fail", fold_hostlist(names),
        fmt::format("{}{}{}{}", record.cause, failure.severity == Severity::low ? ", mild" : "",
                    effect_of(failure), noticed(failure)));
  }
  void told(SimTime now, const Corrupted& record) {
    line(now, "wrong", record.job,
         "what it works after " + format_duration(record.job.right) + " of work");
  }
  void told(SimTime now, const Found& record) {
    node_line(now, "found", first_node(record.failure),
              fmt::format("{}, there since {}{}", record.cause, at(record.failure.at),
                          record.by_test ? ", by a test" : ""));
  }
  void told(SimTime now, const Alarmed& record) {
    const SimTime then = record.failure.threatens;
    node_line(now, "alarm", first_node(record.failure),
              fmt::format("{}{}", record.cause, then != never ? ", to come at " + at(then) : ""));
  }
  void told(SimTime now, const Averted& record) {
    node_line(now, "averted", first_node(record.failure), std::string(record.cause));
  }
  void told(SimTime now, const LinkMended& record) {
    node_line(now, "mended", first_node(record.failure),
              fmt::format("{}, link {}", record.cause, record.failure.link));
  }
  void told(SimTime now, const UpgradeTold& record) {
    const std::string which = std::to_string(record.number + 1);
    if (record.what != UpgradeTold::What::batch) {
      node_line(now, "upgrade", which,
                record.what == UpgradeTold::What::begins ? "begins" : "is over");
      return;
    }
    std::vector<std::string> names;
    for (const NodeId node : record.nodes) {
      names.push_back(fleet_.name(node));
    }
    node_line(now, "upgrade", which, names.empty() ? "nobody" : fold_hostlist(names));
  }
  [[nodiscard]] std::string first_node(const Failure& failure) const {
    return fleet_.name(NodeId(failure.nodes.front().first));
  }
  void told(SimTime now, const Hung& record) { line(now, "hang", record.job, "does nothing"); }
  void told(SimTime now, const Evicted& record) {
    const Duration lost = record.stint.redone + record.stint.undone;
    constexpr std::array words{"requeued", "goes on", "given up"};
    line(now, "stop", record.job,
         fmt::format("{}, {} after {}, loses {}{}", record.cause_name,
                     words.at(static_cast<std::size_t>(record.then)),
                     format_duration(now - record.job.start), format_duration(lost),
                     record.rolled_back ? ", back to where it is right" : ""));
  }
  void told(SimTime now, const Displaced& record) {
    const bool wrong = record.rolled_back;
    line(now, wrong ? "back" : "unpin", record.job,
         (wrong ? "what it saved is wrong, loses " : "its node is gone, loses ") +
             format_duration(record.undone));
  }
  void told(SimTime now, const NodeMoved& record) {
    node_line(now, "node", fleet_.name(record.node),
              fmt::format("{} to {}, {}", to_string(record.from), to_string(record.to),
                          record.cause_name));
  }
  void told(SimTime now, const Mended& record) {
    node_line(now, "crew", fleet_.name(record.node),
              fmt::format(
                  "{} done{}", to_string(record.state),
                  record.waited > Duration{} ? ", waited " + format_duration(record.waited) : ""));
  }
  void told(SimTime now, const GivenUp& record) {
    node_line(now, "retire", fleet_.name(record.node),
              fmt::format("after {} failures", record.failures));
  }
  void told(SimTime now, const LeaseTold& record) {
    if (record.what == LeaseEvent::takes || record.what == LeaseEvent::lets_go) {
      return;  // NodeMoved says it
    }
    const Contract& contract = record.contract;
    std::string details(to_string(record.what));
    if (record.node) {
      details += " " + fleet_.name(*record.node);
    } else if (record.what == LeaseEvent::asks) {
      details += fmt::format(" for {} nodes, {} of {}", contract.nodes, to_string(contract.kind),
                             contract.tenant);
      if (contract.lead > Duration{}) {
        details += ", due in " + format_duration(contract.lead);
      }
    }
    if (record.node) {
      details += fmt::format(", {} of {}", record.serving, contract.nodes);
    }
    if (record.stands_in_after) {
      details += record.moved ? ", moved in " : ", stands in after ";
      details += format_duration(*record.stands_in_after);
    }
    details += record.why.empty() ? "" : fmt::format(": {}", record.why);
    node_line(now, "lease", contract.name, details);
  }
  void told(SimTime now, const Turned& record) {
    if (record.by == Door::health) {
      return;  // NodeMoved says it
    }
    std::vector<std::string> names;
    for (const NodeId node : record.nodes) {
      names.push_back(fleet_.name(node));
    }
    node_line(now, record.open ? "open" : "drain", fold_hostlist(names),
              record.by == Door::slurm ? "by slurm" : "by kubernetes");
  }
  void node_line(SimTime now, std::string_view verb, const std::string& nodes,
                 const std::string& details) {
    out_.write(fmt::format("{:>12}  {:<7}  {}  {}\n", at(now), verb, nodes, details));
  }

  void line(SimTime now, std::string_view verb, const LiveJob& live, const std::string& details);
  [[nodiscard]] std::string where(const Placement& placement) const;

  TextOut& out_;
  const Fleet& fleet_;
  Sources sources_;
  std::string line_;
};

void EventLog::line(SimTime now, std::string_view verb, const LiveJob& live,
                    const std::string& details) {
  line_.clear();
  fmt::format_to(std::back_inserter(line_), "{:>12}  {:<7}  job {:<6}  {}\n", at(now), verb,
                 job_name(live, sources_), details);
  out_.write(line_);
}

// Neighbours with the same GPUs fold: "n[01-12]:0-7 n13:0-3".
std::string EventLog::where(const Placement& placement) const {
  const Placement parts = by_node(placement);
  std::string text;
  for (auto part = parts.begin(); part != parts.end();) {
    const GpuMask gpus = part->gpus;
    std::vector<std::string> names;
    for (; part != parts.end() && part->gpus == gpus; ++part) {
      names.push_back(fleet_.name(part->node));
    }
    text += (text.empty() ? "" : " ") + fold_hostlist(names);
    text += gpus == 0 ? "" : ":" + gpu_ranges(gpus);
  }
  return text;
}

}  // namespace

std::unique_ptr<Sink> event_log(TextOut& out, const Fleet& fleet, Sources sources) {
  return std::make_unique<EventLog>(out, fleet, sources);
}

}  // namespace berth
