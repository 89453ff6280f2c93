#include "simulator/simulation.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "core/error.hpp"

namespace berth {
namespace {

constexpr std::uint64_t report_every = 4096;
constexpr std::uint32_t plans_in_a_row_most = 100'000;

}  // namespace

Simulation::Simulation(const Fleet& fleet, JobSource& source, Policy& policy, RunOptions options,
                       std::vector<Sink*> sinks)
    : source_(source),
      policy_(policy),
      options_(options),
      sinks_(std::move(sinks)),
      cluster_(fleet),
      allocator_(allocator()),
      lent_(lend_spares()),
      shapes_(fleet, *policy.placer, options.run),
      scheduler_(policy, cluster_, options.run, options.catalog),
      draft_(cluster_) {
  if (options_.crews) {
    crews_.emplace(*options_.crews);
  }
  if (options_.failures != nullptr || allocator_) {
    cluster_.watch_nodes();
  }
  if (options_.failures != nullptr) {
    pull_failure();
  }
  if (options_.storage_bytes_per_s > 0) {
    storage_.emplace(options_.storage_bytes_per_s);
  }
}

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
  keep_back();
  pull();
  EventQueue<Event>::Fired fired;
  for (;;) {
    const auto next = upcoming();
    // An instant is over when the next event is later: then whatever happened in it is planned for.
    const bool over = !next || next->at != now_;
    if (plan_due_ && over) {
      plan();
    } else if ((!paced_.empty() || links_turned_) && over) {
      change_speeds();
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
  if (at != now_ || !std::holds_alternative<Wake>(event)) {
    plans_in_a_row_ = 0;
  }
  now_ = at;
  std::visit([this](const auto& one) { handle(one); }, event);
  follow_up();
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
  static_assert(std::variant_size_v<Event> < EventQueue<Event>::ranks, "each event has a rank");
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

void Simulation::handle(const Arrive& /*arrive*/) {
  const JobId id = new_id();
  LiveJob& live = jobs_[id.index()];
  live = LiveJob{};
  live.job = next_;
  if (options_.virtualization_ppm > 0) {
    tax(live.job);
  }
  live.sequence = ++arrivals_;
  pull();
  const auto shape = shapes_.of(live.job);
  live.shape = shape.value_or(Shape{});
  std::string why = shape ? "" : "does not fit the empty fleet";
  if (why.empty() && live.job.terms) {
    why = shapes_.join_group(live.shape, *live.job.terms);
  }
  if (why.empty() && wants_blocks_alone(live.job)) {
    why = shapes_.be_alone(live.shape);
  }
  live.tasks_whole = live.shape.tasks;
  resolve_recovery(live);
  if (!storage_ && live.job.terms && live.job.terms->checkpoint_bytes > 0) {
    throw InputError({}, "jobs write checkpoints of some size, and there is no storage",
                     "write storage: {bandwidth: 200GB}, bytes a second that all of them share");
  }
  live.startup = live.starts_up();
  const Request request = request_for(id);
  why = why.empty() ? never(request) : why;
  if (!why.empty()) {
    tell(Rejected{live, why});
    free_ids_.push_back(id);
    return;
  }
  live.phase = LiveJob::Phase::waiting;
  tell(Submitted{live});
  scheduler_.submit(request);
  plan_due_ = plan_due_ || !per_event() || scheduler_.plans_for_all() ||
              scheduler_.fits(id, now_, cluster_.occupancy());
}

// sbatch --exclusive=topo, or a partition of which that is true.
bool Simulation::wants_blocks_alone(const Job& job) const {
  return (job.terms && job.terms->block_alone) ||
         (options_.catalog != nullptr &&
          policy_.site->partition(job.partition, *options_.catalog).exclusive_topo);
}

// Shapes has asked already whether the empty fleet has room.
std::string Simulation::never(const Request& request) {
  return request.terms || request.shape.alone > 0 || !policy_.admission.empty() ||
                 scheduler_.tainted()
             ? scheduler_.never(request)
             : std::string();
}

Duration Simulation::worked(JobId id) const {
  const LiveJob& live = jobs_[id.index()];
  const SimTime until = std::min(now_, live.hung);
  return pace(id) != nullptr ? pace(id)->worked(until) : until - live.start;
}

EndState Simulation::end_of(JobId id) const {
  const LiveJob& live = jobs_[id.index()];
  if (worked(id) < live.remaining()) {
    return EndState::timed_out;
  }
  return live.job.ends == Ends::completed ? EndState::completed
         : live.job.ends == Ends::failed  ? EndState::user_failed
                                          : EndState::user_cancelled;
}

void Simulation::give_back(JobId id) {
  const LiveJob& live = jobs_[id.index()];
  const EndState state = end_of(id);
  tell(Ended{live, cluster_.holding(id).placement, state, pace(id)});
  leave_cluster(id);
  cluster_.stop(id);
  scheduler_.ended(id, now_, state == EndState::completed ? Stop::completed : Stop::failed);
  jobs_[id.index()].phase = LiveJob::Phase::unused;
}

// Nothing that was to happen to it as a running job happens any more.
void Simulation::leave_cluster(JobId id) {
  may_be_drained_ = !draining_.empty();
  if (!hidden_.empty()) {
    note_left(cluster_.holding(id).placement);
  }
  if (options_.network != nullptr && jobs_[id.index()].hung == berth::never) {
    options_.network->stop(id);
    note_speeds();
  }
  if (storage_) {
    stop_saving(id);
  }
  if (policy_.preemption) {
    queue_.cancel(running_[id.index()].leaving);
  }
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
  // Whoever yields does so to one that ranks above it, so this ends; see decision 13.
  check(++plans_in_a_row_ < plans_in_a_row_most, "jobs do not make each other yield for ever");
  scheduler_.plan(now_, draft_);
  for (const auto& [job, by] : scheduler_.promises()) {
    tell(Promised{jobs_[job.index()], by});
  }
  for (const Yielding& one : scheduler_.yields()) {
    if (one.victim.grace > Duration{}) {
      warn(one);
    } else {
      yield(one.victim, jobs_[one.by.index()]);
    }
  }
  for (const Draft::Start& one : draft_.starts()) {
    take_up_again(one);
    start(one);
  }
  draft_.commit();
  free_gone();
  for (const Request& request : std::exchange(again_, {})) {
    scheduler_.requeue(request, now_);
    plan_due_ = plan_due_ || scheduler_.plans_again();
  }
  plan_due_ = plan_due_ || scheduler_.in_vain();
  if (may_be_drained_) {
    let_drained_go();
  }
  if (!left_.empty()) {
    test_left();
  }
  tell_of_pieces();
  if (scheduler_.plans_for_all()) {
    wake_when_due();
  }
}

// What is free, and whom it would serve.
void Simulation::tell_of_pieces() {
  if (scheduler_.keeps_queues_apart()) {
    tell_of_pieces_by_tenant();
    return;
  }
  const WaitingQueue& waiting = scheduler_.queue();
  bool pieces = false;
  if (!waiting.empty()) {
    const JobId first = waiting[waiting.first()].job;
    const Reason reason = scheduler_.reason(first);
    pieces = (reason == Reason::resources || reason == Reason::topology) &&
             scheduler_.request(first).shape.total_gpus() <= cluster_.occupancy().free_gpus();
  }
  if (pieces != in_pieces_) {
    in_pieces_ = pieces;
    tell(FreeInPieces{pieces});
  }
}

// A wake for a promise that moved or was kept early is taken back: nothing is left to happen then,
// and the run must not last until then.
void Simulation::wake_when_due() {
  const auto due = scheduler_.wake_at(now_);
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
      tell(LeftRunning{live, cluster_.holding(id).placement, pace(id)});
    } else {
      tell(LeftWaiting{live, scheduler_.reason(id)});
    }
  }
  std::ranges::for_each(sinks_, [this](Sink* sink) { sink->finish(now_); });
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
