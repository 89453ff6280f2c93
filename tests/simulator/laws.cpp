#include "tests/simulator/laws.hpp"

#include <algorithm>
#include <numeric>
#include <type_traits>
#include <utility>
#include <variant>

#include "tests/simulator/replay.hpp"

namespace berth::test {
namespace {

std::int64_t quotient(std::int64_t has, std::int64_t wants) {
  return wants > 0 ? has / wants : std::int64_t{1} << 32;
}

// Tasks that find their GPUs, or their shares, here.
std::int64_t gpu_room(const std::vector<std::uint32_t>& left, const Shape& shape) {
  std::int64_t room = 0;
  for (const std::uint32_t each : left) {
    room += shape.gpu_milli > 0 ? each / shape.gpu_milli : (each == 1000 ? 1 : 0);
  }
  return shape.gpu_milli > 0 ? room : quotient(room, shape.gpus);
}

template <class One>
std::uint64_t sequence_of(const One& record) {
  if constexpr (!requires { record.job; }) {
    return 0;  // of nobody
  } else {
    return record.job.sequence;
  }
}

}  // namespace

Laws::Laws(const Fleet& fleet, Promises promises) : fleet_(fleet), promises_(promises) {
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    const NodeKind& kind = fleet.kind(NodeId(node));
    all_.push_back({std::vector(kind.gpus, 1000U), kind.cpu_milli, kind.memory});
  }
  free_ = all_;
  closed_.resize(all_.size());
  states_.resize(all_.size(), NodeState::production);
  locked_by_.resize(all_.size());
  idle_since_.resize(all_.size());
  moved_.resize(all_.size());
}

void Laws::demand(bool kept, const std::string& law) {
  if (!kept && broken_.empty()) {
    broken_ = "at " + std::to_string(now_.time_since_epoch().count()) + "ns, job " +
              std::to_string(current_) + ": " + law;
  }
}

void Laws::on(SimTime now, const Record& record) {
  current_ = std::visit([](const auto& one) { return sequence_of(one); }, record);
  demand(now >= now_, "the clock never goes back");
  if (now > now_) {
    check_head();
    check_faults();
    check_room_was_used();
    check_nobody_stays_away();
  }
  now_ = now;
  std::visit([this, now](const auto& one) { told(now, one); }, record);
  check_totals();
}

void Laws::arrives(const LiveJob& live) {
  demand(live.job.submit == now_, "a job is told of when it is submitted");
  demand(live.sequence == ++arrived_, "jobs are numbered as they arrive");
  demand(jobs_.count(live.sequence) == 0, "a job is submitted once");
}

void Laws::told(SimTime now, const Submitted& record) {
  arrives(record.job);
  Known job;
  job.submit = now;
  job.shape = record.job.shape;
  job.terms = record.job.job.terms;
  by_number_[record.job.job.number] = record.job.sequence;
  job.work = record.job.job.work;
  job.whole = record.job.shape.tasks;
  jobs_[record.job.sequence] = job;
}

void Laws::told(SimTime /*now*/, const Rejected& record) {
  arrives(record.job);
  jobs_[record.job.sequence].phase = Phase::gone;
}

Laws::Known* Laws::find(const LiveJob& live, Phase phase) {
  const auto found = jobs_.find(live.sequence);
  const bool as_expected = found != jobs_.end() && found->second.phase == phase;
  demand(as_expected, phase == Phase::waiting ? "only a waiting job starts or is promised a start"
                                              : "only a running job ends");
  return as_expected ? &found->second : nullptr;
}

void Laws::told(SimTime now, const Promised& record) {
  Known* job = find(record.job, Phase::waiting);
  if (job == nullptr) {
    return;
  }
  demand(record.by >= now && record.by != never, "a promise is of a time to come");
  if (promises_.never_later && job->last_promise) {
    demand(record.by <= *job->last_promise, "a promise never moves back");
  }
  job->first_promise = job->first_promise.value_or(record.by);
  job->last_promise = record.by;
}

void Laws::told(SimTime now, const Started& record) {
  Known* job = find(record.job, Phase::waiting);
  if (job == nullptr) {
    return;
  }
  demand(now >= job->submit, "a job starts after it was submitted");
  molds(*job, record.job);
  demand(record.job.start == now && record.job.shape == job->shape, "a start is of this job, now");
  check_promise(now, *job);
  check_terms(*job, record.placement);
  check_order(record.job.sequence);
  demand(!job->suspended || record.placement == job->placement,
         "a suspended job goes on where it was");
  job->startup = record.job.startup;
  demand(job->startup == starts_up(*job), "a start costs what the job says");
  demand(++job->starts == record.job.starts, "starts are counted");
  check_staying(*job, record.placement);
  job->suspended = false;
  job->hung = false;
  job->phase = Phase::running;
  job->start = now;
  job->first_start = job->first_start.value_or(now);
  job->placement = record.placement;
  job->since = now;
  job->speed = record.speed;
  job->wired = record.wired;
  check_speed(*job);
  check_doors(record.placement, record.job);
  check_blocks(record.placement, record.job);
  take(record.placement, job->shape);
}

void Laws::told(SimTime /*now*/, const Turned& record) {
  for (const NodeId node : record.nodes) {
    demand(closed_[node.index()] == record.open, "a node that turns was turned the other way");
    closed_[node.index()] = !record.open;
  }
}

void Laws::told(SimTime /*now*/, const NodeMoved& record) {
  NodeState& state = states_[record.node.index()];
  demand(state == record.from && follows(record.from, record.to),
         "a node goes the way of its life cycle");
  demand(serves(record.to) || free_[record.node.index()] == all_[record.node.index()],
         "nobody is on a node that is out of service");
  state = record.to;
  moved_[record.node.index()] = now_;
  if (record.to == NodeState::test) {
    faults_.erase(record.node.index());
  }
  if (record.to == NodeState::production) {
    idle_since_[record.node.index()] = now_;
  }
}

void Laws::stops(SimTime now, const LiveJob& live, const Placement& placement, const Pace* pace) {
  Known* job = find(live, Phase::running);
  if (job == nullptr) {
    return;
  }
  demand(job->placement == placement, "a job gives back what it was given");
  demand(now - job->start <= live.job.stopped_after(), "a job never runs longer than its limit");
  const Int128 done = job->done_at(now) / RunSpeed::full_parts;
  demand(
      done <=
          takes(live.job.terms.get(), job->startup, job->before, live.job.work, job->from).count(),
      "a job never does more than its work");
  const SimTime until = std::min(now, live.hung);
  const Duration told = pace != nullptr ? pace->worked(until) : until - job->start;
  demand(done == told.count(), "a job has done what its speeds come to");
  late_ += ((now - job->start).count() - done) * Int128{job->shape.total_gpu_milli()};
  job->phase = Phase::gone;
  job->warned.reset();
  job->done = 0;
  give_back(job->placement, job->shape);
}

void Laws::told(SimTime now, const Warned& record) {
  Known* job = find(record.job, Phase::running);
  if (job == nullptr) {
    return;
  }
  const Duration grace = promises_.yields.grace;
  demand(record.at == now + grace && grace > Duration{}, "who is warned has its grace");
  demand(!job->warned, "a job is warned once");
  check_yield(*job, record.job, record.by);
  job->warned = record.at;
}

// As it is told to stop, or stops at once.
void Laws::check_yield(const Known& job, const LiveJob& live, const LiveJob& by) {
  const YieldLaws& yields = promises_.yields;
  demand(yields.anybody, "nobody yields where nobody has to");
  demand(!yields.by_priority || by.job.priority > live.job.priority,
         "a job yields to one of a higher rank only");
  demand(now_ - job.start >= yields.exempt, "a job runs as long as it is exempt");
  const auto other = jobs_.find(by.sequence);
  demand(other != jobs_.end() && (other->second.phase == Phase::waiting || &other->second == &job),
         "a job yields to one that waits");
}

// At the end of an instant: who stopped at once did so for a job that started at once.
void Laws::check_room_was_used() {
  for (const std::uint64_t sequence : made_room_for_) {
    const Known& job = jobs_.at(sequence);
    const auto at_hand = std::exchange(current_, sequence);
    demand(job.starts > 0 && job.start == now_,
           "who stops at once makes room for a job that starts at once");
    current_ = at_hand;
  }
  made_room_for_.clear();
}

// What it keeps is what its checkpoints, or its suspension, keep; no work is lost or won otherwise.
void Laws::told(SimTime now, const Preempted& record) {
  const LiveJob& live = record.job;
  Known* job = find(live, Phase::running);
  if (job == nullptr) {
    return;
  }
  demand(record.by.sequence != live.sequence || record.how == Yield::requeue,
         "nobody yields to itself");
  const YieldLaws& yields = promises_.yields;
  if (job->warned) {
    demand(now == *job->warned, "who was warned stops when its grace is over");
  } else {
    demand(yields.grace == Duration{} || record.how == Yield::suspend,
           "nobody stops without its grace");
    check_yield(*job, live, record.by);
    if (record.by.sequence != live.sequence) {  // else it moves
      made_room_for_.insert(record.by.sequence);
    }
  }
  const bool may_come_back = !live.job.terms || live.job.terms->requeue;
  const Yield how = may_come_back || yields.how != Yield::requeue ? yields.how.value_or(record.how)
                                                                  : Yield::cancel;
  demand(record.how == how, "a job yields in the way that it has to");
  const Duration done(static_cast<std::int64_t>(job->done_at(now) / RunSpeed::full_parts));
  const Stint& stint = record.stint;
  const Replay told = replay(live.job.terms.get(), job->startup, job->before, done, job->from);
  Duration keeps = record.how == Yield::suspend ? job->before + told.work : Duration{};
  if (record.how == Yield::requeue) {
    keeps = saved_by(*job, live, job->startup, done);
  }
  check_stint(*job, stint, done, keeps);
  stops(now, live, record.placement, record.pace);
  begins_again(*job, keeps);
  job->suspended = record.how == Yield::suspend;
  job->ending = record.how == Yield::cancel ? std::optional(Ending::otherwise) : std::nullopt;
  job->phase = record.how == Yield::cancel ? Phase::gone : Phase::waiting;
}

void Laws::told(SimTime now, const SpeedChanged& record) {
  Known* job = find(record.job, Phase::running);
  if (job == nullptr) {
    return;
  }
  demand(!(record.to == job->speed && record.wired == job->wired), "a change of speed changes it");
  job->done = job->done_at(now);
  job->since = now;
  job->speed = record.to;
  job->wired = record.wired;
  check_speed(*job);
}

void Laws::told(SimTime now, const Ended& record) {
  const LiveJob& live = record.job;
  const Known* known = find(live, Phase::running);
  if (known == nullptr) {
    return;
  }
  const Known& job = *known;
  const Duration left =
      takes(live.job.terms.get(), job.startup, job.before, live.job.work, job.from);
  const Int128 work = Int128{left.count()} * RunSpeed::full_parts;
  if (record.state != EndState::timed_out) {
    const bool completes = live.job.ends == Ends::completed;
    demand((record.state == EndState::completed) == completes,
           "a job that fails by itself or is cancelled completes for nobody, and no other is");
    demand(job.done_at(now) >= work, "a completed job did all its work");
    demand(now == job.since || job.done_at(now - Duration(1)) < work,
           "a job ends as soon as its work is done");
  } else {
    demand(now - live.start + live.against_limit == live.job.limit && job.done_at(now) < work,
           "a job times out at its limit, with work left");
  }
  stops(now, live, record.placement, record.pace);
  jobs_.at(live.sequence).ending =
      record.state == EndState::completed ? Ending::completed : Ending::otherwise;
}

void Laws::told(SimTime now, const LeftRunning& record) {
  demand(!promises_.to_the_end, "without a horizon every job ends");
  stops(now, record.job, record.placement, record.pace);
}

void Laws::told(SimTime now, const LeftWaiting& record) {
  if (Known* job = find(record.job, Phase::waiting)) {
    demand(!promises_.to_the_end || !may_start(*job), "without a horizon every job ends");
    check_promise(now, *job);
    job->phase = Phase::gone;
  }
}

void Laws::finish(SimTime now) {
  current_ = 0;
  check_room_was_used();
  check_nobody_stays_away();
  demand(now >= now_, "the clock never goes back");
  demand(now == now_ || !promises_.to_the_end, "without a horizon a run ends with its last job");
  for (const auto& [sequence, job] : jobs_) {
    current_ = sequence;
    demand(job.phase == Phase::gone, "every job is accounted for at the end");
  }
  check_totals();
}

void Laws::check_totals() {
  std::uint64_t free = 0;
  for (const Free& node : free_) {
    free += std::accumulate(node.milli.begin(), node.milli.end(), std::uint64_t{0});
  }
  demand(busy_ + free == 1000 * fleet_.gpus(), "busy and free GPUs are all GPUs");
}

// At the end of an instant: has the first in the queue been passed over?
void Laws::check_head() {
  if (!promises_.head_is_eager) {
    return;
  }
  for (const auto& [sequence, job] : jobs_) {
    if (job.phase == Phase::waiting) {
      const auto at_hand = std::exchange(current_, sequence);
      demand(!fits(job.shape), "the first job never waits while it fits");
      current_ = at_hand;
      return;
    }
  }
}

bool Laws::fits(const Shape& shape) const {
  std::int64_t tasks = 0;
  for (const Free& free : free_) {
    const std::int64_t here =
        std::min({gpu_room(free.milli, shape), quotient(free.cpu_milli, shape.cpu_milli),
                  quotient(free.memory, shape.memory)});
    tasks = promises_.side_by_side ? (here > 0 ? tasks + here : 0) : tasks + here;
    if (tasks >= shape.tasks) {
      return true;
    }
  }
  return false;
}

}  // namespace berth::test
