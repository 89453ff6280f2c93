#include "simulator/sinks/job_table.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/hostlist.hpp"

namespace berth {
namespace {

constexpr std::string_view header =
    "job_id,tenant,class,submit_s,start_s,end_s,wait_s,gpus,nodes,state,interruptions,requeues,"
    "lost_gpu_s,node_list\n";

// What became of a job, as far as a line of the table tells it.
struct Fate {
  std::string_view state;
  std::optional<SimTime> end;
  const Placement* placement = nullptr;  // null: it never started
  Int128 lost = 0;                       // GPU-nanoseconds
};

class JobTable final : public Sink {
 public:
  JobTable(TextOut& out, const Fleet& fleet, const Catalog& catalog, Sources sources)
      : out_(out), fleet_(fleet), catalog_(catalog), sources_(sources) {
    out_.write(header);
  }

  void on(SimTime now, const Record& record) override {
    std::visit([this, now](const auto& one) { told(now, one); }, record);
  }

 private:
  void told(SimTime /*now*/, const Submitted& /*record*/) {}
  void told(SimTime /*now*/, const Promised& /*record*/) {}
  void told(SimTime /*now*/, const Started& /*record*/) {}
  void told(SimTime /*now*/, const SpeedChanged& /*record*/) {}
  void told(SimTime /*now*/, const Rejected& record) { line(record.job, {"rejected", {}}); }
  void told(SimTime now, const Ended& record) {
    const LiveJob& live = record.job;
    if (record.state == EndState::completed) {
      line(live, {"completed", now, &record.placement, waited(live, record.pace, now)});
    } else {
      const Int128 held = Int128{live.shape.total_gpus()} * (now - live.start).count();
      line(live, {"timed_out", now, &record.placement, held});
    }
  }
  void told(SimTime now, const LeftRunning& record) {
    line(record.job, {"running", {}, &record.placement, waited(record.job, record.pace, now)});
  }
  void told(SimTime /*now*/, const LeftWaiting& record) { line(record.job, {"pending", {}}); }

  // GPU time in which the network held it up.
  static Int128 waited(const LiveJob& live, const Pace* pace, SimTime now) {
    const Duration late = pace != nullptr ? pace->late(live.start, now) : Duration{};
    return Int128{live.shape.total_gpus()} * late.count();
  }
  void line(const LiveJob& live, const Fate& fate);
  void field(std::string_view text);  // with its comma before, quoted where it has to be
  void time(SimTime at) { field(exact_seconds(at.time_since_epoch().count())); }
  template <class IdType>
  void name(const Names<IdType>& names, IdType id) {
    field(names.size() == 0 ? std::string_view() : std::string_view(names.name(id)));
  }
  [[nodiscard]] std::string node_list(const Placement& placement) const;
  [[nodiscard]] std::string gpus(const LiveJob& live) const;

  TextOut& out_;
  const Fleet& fleet_;
  const Catalog& catalog_;
  Sources sources_;
  std::string line_;
};

void JobTable::line(const LiveJob& live, const Fate& fate) {
  const bool started = fate.placement != nullptr;
  line_ = job_name(live, sources_);
  name(catalog_.tenants, live.job.tenant);
  name(catalog_.classes, live.job.job_class);
  time(live.job.submit);
  field(started ? exact_seconds(live.start.time_since_epoch().count()) : "");
  field(fate.end ? exact_seconds(fate.end->time_since_epoch().count()) : "");
  field(started ? exact_seconds(live.wait().count()) : "");
  field(gpus(live));
  field(started ? std::to_string(fate.placement->size()) : "");
  field(fate.state);
  field("0");  // interruptions and requeues come with failures
  field("0");
  field(exact_seconds(fate.lost));
  field(started ? node_list(*fate.placement) : "");
  line_ += '\n';
  out_.write(line_);
}

void JobTable::field(std::string_view text) {
  line_ += ',';
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    line_ += text;
    return;
  }
  line_ += '"';
  for (const char letter : text) {
    line_.append(letter == '"' ? 2 : 1, letter);
  }
  line_ += '"';
}

std::string JobTable::node_list(const Placement& placement) const {
  std::vector<std::string> names;
  names.reserve(placement.size());
  for (const Part& part : by_node(placement)) {
    names.push_back(fleet_.name(part.node));
  }
  return fold_hostlist(names);
}

// A job that fits no fleet has no shape; then what it asked for, or what nodes of the fleet have.
std::string JobTable::gpus(const LiveJob& live) const {
  const std::uint64_t shaped = live.shape.total_gpus();
  const Ask& ask = live.job.ask;
  const std::uint64_t asked = ask.gpus + std::uint64_t{ask.whole_nodes} * fleet_.gpus_per_node();
  return std::to_string(shaped > 0 ? shaped : asked);
}

}  // namespace

std::unique_ptr<Sink> job_table(TextOut& out, const Fleet& fleet, const Catalog& catalog,
                                Sources sources) {
  return std::make_unique<JobTable>(out, fleet, catalog, sources);
}

}  // namespace berth
