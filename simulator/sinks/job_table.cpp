#include "simulator/sinks/job_table.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cluster/gpu_shares.hpp"
#include "core/hostlist.hpp"
#include "simulator/gpu_time.hpp"

namespace berth {
namespace {

constexpr std::string_view header =
    "job_id,tenant,class,submit_s,start_s,end_s,wait_s,gpus,nodes,state,interruptions,requeues,"
    "lost_gpu_s,node_list\n";

// What became of a job, as far as a line of the table tells it.
struct Fate {
  std::string_view state;
  std::optional<SimTime> end;
  const Placement* placement = nullptr;  // null: it holds nothing
  Int128 lost = 0;                       // GPU time
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
  void told(SimTime /*now*/, const Warned& /*record*/) {}
  void told(SimTime /*now*/, const Turned& /*record*/) {}
  void told(SimTime /*now*/, const Failed& /*record*/) {}
  void told(SimTime /*now*/, const FreeInPieces& /*record*/) {}
  void told(SimTime /*now*/, const LinkMended& /*record*/) {}
  void told(SimTime /*now*/, const UpgradeTold& /*record*/) {}
  void told(SimTime /*now*/, const Hung& /*record*/) {}
  void told(SimTime /*now*/, const NodeMoved& /*record*/) {}
  void told(SimTime /*now*/, const LeaseTold& /*record*/) {}
  void told(SimTime /*now*/, const Corrupted& /*record*/) {}
  void told(SimTime /*now*/, const Found& /*record*/) {}
  void told(SimTime /*now*/, const Alarmed& /*record*/) {}
  void told(SimTime /*now*/, const Averted& /*record*/) {}
  void told(SimTime /*now*/, const Mended& /*record*/) {}
  void told(SimTime /*now*/, const GivenUp& /*record*/) {}
  void told(SimTime now, const Evicted& record);
  void told(SimTime /*now*/, const Displaced& record) {
    before_[record.job.sequence].lost += gpu_time(record.job, record.undone);
  }
  void told(SimTime now, const Preempted& record);
  void told(SimTime /*now*/, const Rejected& record) { line(record.job, {"rejected", {}}); }
  void told(SimTime now, const Ended& record) {
    constexpr std::array states{"completed", "timed_out", "user_failed", "user_cancelled"};
    const bool completed = record.state == EndState::completed;
    line(record.job, {states.at(static_cast<std::size_t>(record.state)), now, &record.placement,
                      completed ? spent(record.job, record.pace, now) : held(record.job, now)});
  }
  void told(SimTime now, const LeftRunning& record) {
    line(record.job, {"running", {}, &record.placement, spent(record.job, record.pace, now)});
  }
  void told(SimTime /*now*/, const LeftWaiting& record) {
    line(record.job,
         {"pending", {}, nullptr, lost_before(record.job) + wrong(record.job, record.job.kept)});
  }

  struct Before {  // of a job that had to yield
    std::uint32_t times = 0;
    Int128 held = 0;
    Int128 lost = 0;
  };
  [[nodiscard]] static Int128 gpu_time(const LiveJob& live, Duration length) {
    return berth::gpu_time(live.shape.total_gpu_milli(), length);
  }
  [[nodiscard]] const Before& before(const LiveJob& live) const {
    static const Before nothing;
    const auto found = before_.find(live.sequence);
    return found == before_.end() ? nothing : found->second;
  }
  [[nodiscard]] Int128 lost_before(const LiveJob& live) const { return before(live).lost; }
  // All GPU time that was held for it.
  [[nodiscard]] Int128 held(const LiveJob& live, SimTime now) const {
    return before(live).held + gpu_time(live, now - live.start);
  }

  // GPU time that did not become work of it: the network held it up, it started up, saved what it
  // did, stood still after a failure, or work was lost or wrong.
  [[nodiscard]] Int128 spent(const LiveJob& live, const Pace* pace, SimTime now) const {
    const SimTime until = std::min(now, live.hung);
    const Duration worked = pace != nullptr ? pace->worked(until) : until - live.start;
    const Duration work = live.spent(worked).work;
    return lost_before(live) + gpu_time(live, (now - live.start) - work) +
           wrong(live, live.kept + work);
  }
  [[nodiscard]] static Int128 wrong(const LiveJob& live, Duration done) {
    return gpu_time(live, std::max(done, live.right) - live.right);
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
  std::map<std::uint64_t, Before> before_;  // by sequence
};

void JobTable::told(SimTime now, const Preempted& record) {
  const LiveJob& live = record.job;
  Before& before = before_[live.sequence];
  ++before.times;
  before.held += gpu_time(live, now - live.start);
  before.lost += gpu_time(live, (now - live.start) - record.stint.kept + record.stint.undone);
  if (record.how == Yield::cancel) {
    before.lost = before.held;
    line(live, {"cancelled", now, &record.placement, before.held});
  }
}

void JobTable::told(SimTime now, const Evicted& record) {
  const LiveJob& live = record.job;
  Before& before = before_[live.sequence];
  ++before.times;
  before.held += gpu_time(live, now - live.start);
  before.lost += gpu_time(live, (now - live.start) - record.stint.kept + record.stint.undone);
  if (record.given_up()) {
    before.lost = before.held;
    line(live, {"failed", now, &record.placement, before.held});
  }
}

void JobTable::line(const LiveJob& live, const Fate& fate) {
  const bool started = live.starts > 0;
  line_ = csv_field(job_name(live, sources_));
  name(catalog_.tenants, live.job.tenant);
  name(catalog_.classes, live.job.job_class);
  time(live.job.submit);
  field(started ? exact_seconds(live.first_start.time_since_epoch().count()) : "");
  field(fate.end ? exact_seconds(fate.end->time_since_epoch().count()) : "");
  field(started ? exact_seconds(live.wait().count()) : "");
  field(gpus(live));
  field(fate.placement != nullptr ? std::to_string(count_nodes(*fate.placement)) : "");
  field(fate.state);
  field(std::to_string(before(live).times));
  field(std::to_string(live.requeues));
  field(exact_gpu_seconds(fate.lost));
  field(fate.placement != nullptr ? node_list(*fate.placement) : "");
  line_ += '\n';
  out_.write(line_);
  before_.erase(live.sequence);
}

void JobTable::field(std::string_view text) {
  line_ += ',';
  line_ += csv_field(text);
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
  const std::uint64_t shaped = live.shape.total_gpu_milli();
  const Ask& ask = live.job.ask;
  const std::uint64_t whole = ask.gpus + std::uint64_t{ask.whole_nodes} * fleet_.gpus_per_node();
  const std::uint64_t asked =
      whole * gpu_milli_all + std::uint64_t{ask.gpu_milli} * std::max(ask.tasks, 1U);
  return exact_gpus(shaped > 0 ? shaped : asked);
}

}  // namespace

std::unique_ptr<Sink> job_table(TextOut& out, const Fleet& fleet, const Catalog& catalog,
                                Sources sources) {
  return std::make_unique<JobTable>(out, fleet, catalog, sources);
}

}  // namespace berth
