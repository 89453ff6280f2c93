#include "simulator/simulation.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "core/error.hpp"

namespace berth {
namespace {

constexpr std::uint64_t report_every = 4096;

Duration planned(const Job& job, const Estimates& estimates) {
  if (estimates.kind == Estimates::Kind::exact) {
    return std::min(job.work, job.limit);
  }
  const double scaled = static_cast<double>(job.limit.count()) * estimates.factor;
  const auto most = static_cast<double>(longest_duration.count());
  return estimates.factor == 1.0 ? job.limit
                                 : Duration(static_cast<std::int64_t>(std::min(scaled, most)));
}

}  // namespace

Simulation::Simulation(const Fleet& fleet, JobSource& source, Policy& policy, RunOptions options,
                       std::vector<Sink*> sinks)
    : source_(source),
      policy_(policy),
      options_(options),
      sinks_(std::move(sinks)),
      cluster_(fleet),
      shapes_(fleet, *policy.placer, options.run),
      scheduler_(policy, fleet, options.run),
      draft_(cluster_) {}

// The next arrival waits beside the queue, not in it: every job would pass through otherwise. It is
// the only event of its rank, so time and rank say which comes first.
std::optional<Simulation::Upcoming> Simulation::upcoming() {
  const auto queued = queue_.next();
  if (has_next_ && (!queued || next_.submit < queued->at ||
                    (next_.submit == queued->at && rank(Arrive{}) < queued->rank))) {
    return Upcoming{next_.submit, From::source};
  }
  return queued ? std::optional(Upcoming{queued->at, From::queue}) : std::nullopt;
}

void Simulation::run() {
  report();
  pull();
  EventQueue<Event>::Fired fired;
  for (;;) {
    const auto next = upcoming();
    // An instant is over when the next event is later: then whatever happened in it is planned for.
    if (plan_due_ && (!next || next->at != now_)) {
      plan();
    } else if (!next || (options_.horizon && next->at > *options_.horizon)) {
      break;
    } else if (next->from == From::source) {
      happen(next->at, Arrive{});
    } else {
      queue_.pop(fired);
      happen(fired.at, fired.event);
    }
  }
  finish();
}

void Simulation::happen(SimTime at, const Event& event) {
  if (at.time_since_epoch() > longest_duration) {
    throw InputError({}, "the run goes on for more than 146 years, longer than its clock",
                     "set a horizon, or give it less work than the cluster can do in that time");
  }
  now_ = at;
  std::visit([this](const auto& one) { handle(one); }, event);
  if (plan_due_ && per_event()) {
    plan();
  }
  if (++events_ % report_every == 0) {
    report();
  }
}

// The position in the Event variant, but that under per_event planning arrivals come right after
// releases. Wakes follow both.
unsigned Simulation::rank(const Event& event) const {
  if (per_event() && std::holds_alternative<Arrive>(event)) {
    return 1;
  }
  return event.index() == 0 ? 0 : 1 + static_cast<unsigned>(event.index());
}

// One arrival is kept ahead.
void Simulation::pull() {
  const SimTime before = next_.submit;
  has_next_ = source_.next(next_);
  check(!has_next_ || next_.submit >= before, "jobs come in order of submission");
}

JobId Simulation::new_id() {
  if (free_ids_.empty()) {
    jobs_.emplace_back();
    return JobId(static_cast<std::uint32_t>(jobs_.size() - 1));
  }
  const JobId id = free_ids_.back();
  free_ids_.pop_back();
  return id;
}

Request Simulation::request_for(JobId id, const LiveJob& live) const {
  return {id,
          live.sequence,
          live.job.submit,
          planned(live.job, policy_.estimates),
          live.shape,
          live.job.priority,
          live.job.tenant,
          live.job.job_class,
          live.job.partition};
}

void Simulation::handle(const Arrive& /*arrive*/) {
  const JobId id = new_id();
  LiveJob& live = jobs_[id.index()];
  live.shape = Shape{};
  live.start = SimTime{};
  live.job = next_;
  live.sequence = ++arrivals_;
  pull();
  const auto& shape = shapes_.of(live.job.ask);
  if (!shape) {
    tell(Rejected{live});
    free_ids_.push_back(id);
    return;
  }
  live.shape = *shape;
  live.phase = LiveJob::Phase::waiting;
  tell(Submitted{live});
  scheduler_.submit(request_for(id, live));
  plan_due_ = plan_due_ || !per_event() || scheduler_.promises_to_everyone() ||
              scheduler_.fits(id, now_, cluster_.occupancy());
}

void Simulation::give_back(JobId id) {
  const LiveJob& live = jobs_[id.index()];
  const EndState state =
      live.job.work <= live.job.limit ? EndState::completed : EndState::timed_out;
  tell(Ended{live, cluster_.holding(id).placement, state});
  cluster_.stop(id);
  scheduler_.ended(id, now_);
  jobs_[id.index()].phase = LiveJob::Phase::unused;
}

void Simulation::handle(const Release& release) { give_back(release.job); }

void Simulation::handle(const End& end) {
  if (jobs_[end.job.index()].phase == LiveJob::Phase::running) {
    give_back(end.job);
  }
  free_ids_.push_back(end.job);
  plan_due_ = true;
}

void Simulation::handle(const Wake& /*wake*/) {
  wake_at_.reset();
  plan_due_ = true;
}

void Simulation::plan() {
  plan_due_ = false;
  scheduler_.plan(now_, draft_);
  for (const auto& [job, by] : scheduler_.promises()) {
    tell(Promised{jobs_[job.index()], by});
  }
  for (const Draft::Start& one : draft_.starts()) {
    start(one);
  }
  draft_.commit();
  if (scheduler_.promises_to_everyone()) {
    wake_when_due();
  }
}

void Simulation::start(const Draft::Start& start) {
  LiveJob& live = jobs_[start.job.index()];
  live.start = now_;
  live.phase = LiveJob::Phase::running;
  tell(Started{live, start.placement});
  const Duration runs = std::min(live.job.work, live.job.limit);
  if (per_event() && runs == scheduler_.request(start.job).estimate) {
    queue_.schedule(after(now_, runs), rank(Release{}), Release{start.job});
  }
  queue_.schedule(after(now_, runs), rank(End{}), End{start.job});
}

// A wake for a promise that moved or was kept early is taken back: nothing is left to happen then,
// and the run must not last until then.
void Simulation::wake_when_due() {
  const auto due = scheduler_.wake_at();
  if (due == wake_at_) {
    return;
  }
  queue_.cancel(wake_);
  wake_at_ = due;
  if (due) {
    wake_ = queue_.schedule(*due, rank(Wake{}), Wake{});
  }
}

// The jobs that neither ended nor were rejected, in order of submission.
std::vector<JobId> Simulation::left() const {
  std::vector<JobId> ids;
  for (std::uint32_t i = 0; i < jobs_.size(); ++i) {
    if (jobs_[i].phase != LiveJob::Phase::unused) {
      ids.emplace_back(i);
    }
  }
  std::sort(ids.begin(), ids.end(), [this](JobId a, JobId b) {
    return jobs_[a.index()].sequence < jobs_[b.index()].sequence;
  });
  return ids;
}

void Simulation::finish() {
  if (options_.horizon) {
    now_ = *options_.horizon;
  }
  for (const JobId id : left()) {
    const LiveJob& live = jobs_[id.index()];
    if (live.phase == LiveJob::Phase::running) {
      tell(LeftRunning{live, cluster_.holding(id).placement});
    } else {
      tell(LeftWaiting{live});
    }
  }
  for (Sink* sink : sinks_) {
    sink->finish(now_);
  }
}

void Simulation::report() const {
  if (report_) {
    report_({now_, events_, source_.progress()});
  }
}

void Simulation::tell(const Record& record) {
  for (Sink* sink : sinks_) {
    sink->on(now_, record);
  }
}

}  // namespace berth
