#include "tests/simulator/laws.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <set>
#include <type_traits>
#include <utility>
#include <variant>

#include "tests/simulator/replay.hpp"

namespace berth::test {
namespace {

std::uint64_t count(GpuMask mask) { return static_cast<std::uint64_t>(std::popcount(mask)); }

std::int64_t quotient(std::int64_t has, std::int64_t wants) {
  return wants > 0 ? has / wants : std::int64_t{1} << 32;
}

// What a part holds of each GPU that it names.
std::uint32_t held_of_each(const Part& part, const Shape& shape) {
  return shape.gpu_milli > 0 ? part.tasks * shape.gpu_milli : 1000;
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

void Laws::told(SimTime now, const Failed& record) {
  const Failure& failure = record.failure;
  demand(failure.at == now, "a failure happens when it was drawn to");
  const std::uint32_t node = failure.nodes.front().first;
  const auto milli = [](const Free& gpus) {
    return std::accumulate(gpus.milli.begin(), gpus.milli.end(), 0U);
  };
  demand(failure.needs_held_milli <= milli(all_[node]) - milli(free_[node]),
         "what load brings on happens under that load");
  const NodeState state = states_[node];
  if (failure.effect != Effect::stops &&
      (serves(state) || state == NodeState::spare || state == NodeState::available)) {
    faults_[node].push_back(failure);
  }
}

RunSpeed Laws::slowest_of(const Known& job) const {
  RunSpeed slowest;
  for (const Part& part : job.placement) {
    const auto here = faults_.find(part.node.index());
    for (std::size_t i = 0; here != faults_.end() && i < here->second.size(); ++i) {
      const Failure& fault = here->second[i];
      const bool slower = fault.slowed_to.parts() < slowest.parts();
      slowest = fault.effect == Effect::slows && slower ? fault.slowed_to : slowest;
    }
  }
  return slowest;
}

void Laws::check_speed(const Known& job) {
  if (job.speed.stands()) {
    demand(job.terms && job.terms->checkpoint_bytes > 0, "who stands still writes a checkpoint");
    return;
  }
  const std::int64_t parts = slowest_of(job).parts() * job.wired.parts() / RunSpeed::full_parts;
  demand(job.speed.parts() == std::max(parts, RunSpeed::slowest_parts),
         "a job is as fast as the network and the slowest of its nodes are");
}

// At the end of an instant.
void Laws::check_faults() {
  if (faults_.empty()) {
    return;
  }
  for (const auto& [sequence, job] : jobs_) {
    if (job.phase != Phase::running) {
      continue;
    }
    const auto at_hand = std::exchange(current_, sequence);
    if (!job.hung) {
      check_speed(job);
    }
    const bool corrupted = std::ranges::any_of(job.placement, [this](const Part& part) {
      const auto here = faults_.find(part.node.index());
      return here != faults_.end() && std::ranges::find(here->second, Effect::corrupts,
                                                        &Failure::effect) != here->second.end();
    });
    demand(!corrupted || job.right, "nobody works right on a node that corrupts");
    current_ = at_hand;
  }
}

void Laws::told(SimTime now, const Alarmed& record) {
  demand(record.failure.at == now && record.failure.warns, "a warning comes when it was drawn to");
  if (record.failure.threatens != never) {
    demand(record.failure.threatens >= now, "a warning is of what is to come");
    threats_[record.failure.nodes.front().first].insert(record.failure.threatens);
  }
}

// Out of service in between, it has been mended.
void Laws::told(SimTime now, const Averted& record) {
  const std::uint32_t node = record.failure.nodes.front().first;
  demand(threats_[node].erase(now) == 1, "only what was warned of is averted");
}

void Laws::told(SimTime now, const Mended& record) {
  const std::uint32_t node = record.node.index();
  demand(states_[node] == record.state, "a crew mends a node in the state that it is in");
  demand(record.waited >= Duration{} && record.waited < now - moved_[node],
         "a node waits for a crew only where it needs one");
}

void Laws::told(SimTime /*now*/, const GivenUp& record) {
  const NodeState state = states_[record.node.index()];
  demand(serves(state) || state == NodeState::spare || state == NodeState::available,
         "only a node in service is given up");
}

void Laws::told(SimTime now, const Corrupted& record) {
  Known* job = find(record.job, Phase::running);
  if (job == nullptr) {
    return;
  }
  const Duration done(static_cast<std::int64_t>(job->done_at(now) / RunSpeed::full_parts));
  const Replay all = replay(job->terms.get(), job->startup, job->before, done, job->from);
  demand(record.job.right == job->before + all.work, "what was worked before a fault is right");
  demand(!job->right || record.job.right < *job->right, "wrong work does not become right");
  job->right = record.job.right;
}

void Laws::told(SimTime now, const Found& record) {
  const std::uint32_t node = record.failure.nodes.front().first;
  demand(faults_.contains(node), "what is found is there");
  demand(record.by_test == record.failure.until_tested, "a silent fault is found by tests alone");
  if (!record.by_test) {
    demand(now == record.failure.at + record.failure.noticed_after,
           "a fault is found when it was drawn to");
    return;
  }
  demand(tests.has_value(), "nothing is tested where there are no tests");
  const SimTime began = now - tests.value_or(ActiveTests{}).lasts;
  const bool tested = states_[node] == NodeState::production || moved_[node] == now;  // it found two
  demand(tested && free_[node] == all_[node] && idle_since_[node] <= began &&
             record.failure.at <= began,
         "a test finds what was there in all of its time, on an idle node");
}

// Of what it has saved, the last that is right; storage holds one checkpoint, and those from before
// its size changed are of no use.
Duration Laws::right_of(const Known& job, Duration saved) {
  const Duration right = job.right.value_or(saved);
  if (saved <= right) {
    return saved;
  }
  const Duration every = job.terms ? job.terms->checkpoint_every : Duration{};
  const bool kept = every > Duration{} && job.terms->checkpoint_bytes == 0 && right >= job.from;
  return kept ? job.from + (right - job.from) / every * every : Duration{};
}

void Laws::begins_again(Known& job, Duration keeps) {
  job.before = keeps;
  job.from = std::min(job.from, keeps);
  job.right = job.right && keeps <= *job.right ? std::nullopt : job.right;
}

void Laws::told(SimTime now, const Hung& record) {
  Known* job = find(record.job, Phase::running);
  if (job == nullptr) {
    return;
  }
  demand(!job->hung && record.job.hung == now, "a job begins to stand still once");
  job->done = job->done_at(now);
  job->hung = true;
}

// A suspended job whose node is gone keeps what it saved before.
void Laws::told(SimTime /*now*/, const Displaced& record) {
  Known* job = find(record.job, Phase::waiting);
  if (job == nullptr) {
    return;
  }
  demand(job->suspended == record.suspended && (record.suspended || record.rolled_back),
         "only a suspended job is displaced, or one whose work is wrong");
  if (!job->suspended) {
    resizes(*job, record.job);
  }
  Duration saved = saved_by(*job, record.job, {}, {});
  if (record.rolled_back) {
    demand(job->right.has_value(), "nobody goes back whose work is right");
    saved = right_of(*job, saved);
  }
  demand(job->before - record.undone == saved, "what a displaced job keeps is what it has saved");
  begins_again(*job, saved);
  job->suspended = false;
}

void Laws::check_stint(const Known& job, const Stint& stint, Duration done, Duration keeps) {
  const Replay told = replay(job.terms.get(), job.startup, job.before, done, job.from);
  demand(stint.startup == told.startup, "a job starts up before it works");
  demand(stint.checkpoint == told.checkpoint, "a job writes its checkpoints when they are due");
  demand(stint.kept + stint.redone == told.work, "a stint is all that was done in it");
  demand(job.before + stint.kept - stint.undone == keeps, "what a job keeps is what it has saved");
}

void Laws::told(SimTime now, const Evicted& record) {
  const LiveJob& live = record.job;
  Known* job = find(live, Phase::running);
  if (job == nullptr) {
    return;
  }
  const Terms* terms = live.job.terms.get();
  const bool given_up =
      terms != nullptr && (!terms->requeue || (terms->retries && job->failures >= *terms->retries));
  demand(record.given_up() == given_up, "a job comes back as often as it may");
  const Duration done(static_cast<std::int64_t>(job->done_at(now) / RunSpeed::full_parts));
  const Replay all = replay(terms, job->startup, job->before, done, job->from);
  Duration saved = saved_by(*job, live, job->startup, done);
  if (record.rolled_back) {
    demand(job->right.has_value(), "nobody goes back whose work is right");
    const bool wrong = job->right && *job->right < job->before + all.work;
    saved = wrong ? right_of(*job, saved) : saved;
  }
  check_stint(*job, record.stint, done, given_up ? Duration{} : saved);
  stops(now, live, record.placement, record.pace);
  ++job->failures;
  begins_again(*job, saved);
  job->ending = given_up ? std::optional(Ending::otherwise) : std::nullopt;
  job->phase = given_up ? Phase::gone : Phase::waiting;
  job->stays = record.then == AfterFailure::goes_on;
  demand(!job->stays || terms->on_failure != OnFailure::requeue,
         "who goes on where it was has asked for it");
  if (job->stays) {
    staying_.insert(live.sequence);
  }
}

// What was written to storage is one of its checkpoints that were due, and none that it had lost.
Duration Laws::saved_by(const Known& job, const LiveJob& live, Duration startup, Duration done) {
  const Duration due = replay(job.terms.get(), startup, job.before, done, job.from).saved;
  if (!job.terms || job.terms->checkpoint_bytes == 0) {
    return due;
  }
  const Duration saved = live.written.value_or(Duration{});
  const Duration every = job.terms->checkpoint_every;
  demand(saved <= due && saved >= job.from && (saved - job.from) % every == Duration{},
         "what is written is a checkpoint that was due");
  return saved;
}

// At the end of an instant.
void Laws::check_nobody_stays_away() {
  demand(staying_.empty(), "who goes on where it was does so at once");
}

// It is where it was but for nodes that are gone, and as large as it was where it is not elastic.
void Laws::check_staying(Known& job, const Placement& placement) {
  if (!std::exchange(job.stays, false)) {
    return;
  }
  staying_.erase(current_);
  const bool elastic = job.terms->on_failure == OnFailure::shrink;
  demand(elastic || job.shape.tasks == job.tasks_before, "who restarts in place keeps its size");
  for (const Part& part : job.placement) {
    const std::uint32_t node = part.node.index();
    const bool serves = states_[node] == NodeState::production && !closed_[node] &&
                        moved_[node] != now_;  // else it was out, if only for an instant
    const bool there = std::ranges::any_of(placement, [&part](const Part& now) {
      return now.node == part.node && (now.gpus & part.gpus) == part.gpus;
    });
    demand(!serves || there, "who goes on where it was keeps its nodes");
  }
}

Duration Laws::starts_up(const Known& job) {
  if (!job.terms || job.suspended) {
    return Duration{};
  }
  return job.terms->cold_start + (job.starts > 0 ? job.terms->restart : Duration{});
}

void Laws::check_doors(const Placement& placement, const LiveJob& live) {
  const bool exclusive = live.job.terms && live.job.terms->exclusive;
  for (const Part& part : placement) {
    const std::uint32_t node = part.node.index();
    if (node >= fleet_.nodes()) {
      return;  // a law of its own
    }
    demand(!closed_[node], "nobody starts on a closed node");
    demand(states_[node] == NodeState::production, "nobody starts on a node out of production");
    const auto lock = jobs_.find(locked_by_[node]);
    const bool locked = lock != jobs_.end() && lock->second.phase == Phase::running &&
                        std::ranges::count(lock->second.placement, part.node, &Part::node) > 0;
    demand(!locked || lock->first == live.sequence, "nobody starts beside an exclusive job");
    locked_by_[node] = 0;
    if (exclusive) {
      demand(free_[node] == all_[node], "an exclusive job starts on nodes without others");
      locked_by_[node] = live.sequence;
    }
  }
}

// The first start chooses the size of a moldable job, and each one that of an elastic one; its GPU
// time stays the same, but for what is rounded up each time.
void Laws::molds(Known& job, const LiveJob& live) {
  job.tasks_before = job.shape.tasks;
  const bool elastic = live.job.terms && live.job.terms->on_failure == OnFailure::shrink;
  if (!live.job.terms || live.job.terms->tasks_least == 0 || (job.starts > 0 && !elastic) ||
      job.suspended) {
    return;
  }
  resizes(job, live);
}

void Laws::resizes(Known& job, const LiveJob& live) {
  if (!live.job.terms || live.job.terms->tasks_least == 0) {
    return;
  }
  const std::uint32_t tasks = live.shape.tasks;
  demand(tasks <= job.whole, "a job has no more tasks than it asked for");
  demand(tasks >= std::min(live.job.terms->tasks_least, job.whole),
         "a job has the tasks that it needs at least");
  const auto same = [&](Duration before, std::uint32_t of, Duration now) {
    const Int128 was = Int128{before.count()} * of;
    const Int128 is = Int128{now.count()} * tasks;
    return is >= was && is < was + Int128{2 * job.starts + 1} * job.whole;
  };
  demand(same(job.work, job.whole, live.job.work), "a smaller job takes as much GPU time");
  demand(same(job.before, job.shape.tasks, live.kept), "a smaller job has kept as much GPU time");
  demand(live.counted_from == job.from || live.counted_from == live.kept,
         "checkpoints are counted from where the size changed");
  if (job.right) {
    demand(same(*job.right, job.shape.tasks, live.right),
           "a smaller job has as much that is right");
    job.right = live.right;
  }
  job.before = live.kept;
  job.from = live.counted_from;
  job.shape.tasks = tasks;
}

void Laws::check_promise(SimTime now, const Known& job) {
  if (promises_.first_kept && job.first_promise) {
    demand(now <= *job.first_promise, "a job starts by the first promise made to it");
  }
  if (promises_.never_later && job.last_promise) {
    demand(now <= *job.last_promise, "a job starts by the last promise made to it");
  }
}

void Laws::check_order(std::uint64_t sequence) {
  if (promises_.in_order) {
    demand(sequence > last_started_, "jobs start in the order of their submission");
  }
  last_started_ = sequence;
}

// Held, before its time, before others have started or ended: never. And only on nodes that it may
// use.
void Laws::check_terms(const Known& job, const Placement& placement) {
  if (!job.terms) {
    return;
  }
  const Terms& terms = *job.terms;
  demand(!terms.held, "a job that is held never starts");
  demand(now_ >= terms.begin, "a job starts when its time has come");
  for (const Dependency& on : terms.after) {
    demand(met(on), "a job starts when those that it depends on have started or ended so");
  }
  const auto among = [](const auto& words, const std::string& word) {
    return std::count(words.begin(), words.end(), word) != 0;
  };
  for (const Part& part : placement) {
    const NodeKind& kind = fleet_.kind(part.node);
    demand(terms.gpu_models.empty() || among(terms.gpu_models, kind.gpu_model),
           "a job runs on a GPU model that it takes");
    demand(std::all_of(terms.labels.begin(), terms.labels.end(),
                       [&](const std::string& label) { return among(kind.labels, label); }),
           "a job runs on nodes with the labels that it asks for");
  }
}

bool Laws::met(const Dependency& on) const {
  const auto found = by_number_.find(on.job);
  if (found == by_number_.end()) {
    return false;
  }
  const Known& other = jobs_.at(found->second);
  switch (on.kind) {
    case Dependency::Kind::after:
      return other.first_start && now_ >= *other.first_start + on.delay;
    case Dependency::Kind::after_any:
      return other.ending.has_value();
    case Dependency::Kind::after_ok:
      return other.ending == Ending::completed;
    case Dependency::Kind::after_not_ok:
      return other.ending == Ending::otherwise;
    default:
      return true;  // singletons are not drawn
  }
}

bool Laws::may_start(const Known& job) const {
  return !job.terms ||
         (!job.terms->held && std::all_of(job.terms->after.begin(), job.terms->after.end(),
                                          [this](const Dependency& on) { return met(on); }));
}

void Laws::take(const Placement& placement, const Shape& shape) {
  std::set<std::pair<NodeId, GpuMask>> nodes;  // with the GPU, where it is given out in shares
  std::uint64_t tasks = 0;
  for (const Part& part : placement) {
    if (part.node.index() >= fleet_.nodes()) {
      demand(false, "a job runs on nodes that there are");
      return;
    }
    demand(nodes.emplace(part.node, shape.gpu_milli > 0 ? part.gpus : 0).second,
           shape.gpu_milli > 0 ? "a placement names each shared GPU once"
                               : "a placement names each node once");
    const std::uint64_t gpus = shape.gpu_milli > 0 ? 1 : part.tasks * std::uint64_t{shape.gpus};
    demand(part.tasks > 0 && count(part.gpus) == gpus, "each task holds the GPUs it asked for");
    Free& free = free_[part.node.index()];
    hold_gpus(free.milli, part, shape);
    free.cpu_milli -= part.tasks * shape.cpu_milli;
    free.memory -= part.tasks * shape.memory;
    demand(free.cpu_milli >= 0, "no more CPU is held than a node has");
    demand(free.memory >= 0, "no more memory is held than a node has");
    tasks += part.tasks;
  }
  demand(tasks == shape.tasks, "all tasks of a job are placed");
}

void Laws::hold_gpus(std::vector<std::uint32_t>& left, const Part& part, const Shape& shape) {
  demand(left.size() == 64 || part.gpus >> left.size() == 0, "a job holds GPUs that there are");
  for (std::size_t gpu = 0; gpu < left.size(); ++gpu) {
    if ((part.gpus >> gpu & 1U) != 0) {
      const std::uint32_t milli = held_of_each(part, shape);
      demand(left[gpu] >= milli, "no GPU is held twice");
      left[gpu] -= milli;
      busy_ += milli;
    }
  }
}

void Laws::give_back(const Placement& placement, const Shape& shape) {
  for (const Part& part : placement) {
    Free& free = free_[part.node.index()];
    for (std::size_t gpu = 0; gpu < free.milli.size(); ++gpu) {
      if ((part.gpus >> gpu & 1U) != 0) {
        const std::uint32_t milli = held_of_each(part, shape);
        free.milli[gpu] += milli;
        demand(free.milli[gpu] <= 1000, "only GPUs that are held are given back");
        busy_ -= milli;
      }
    }
    free.cpu_milli += part.tasks * shape.cpu_milli;
    free.memory += part.tasks * shape.memory;
    idle_since_[part.node.index()] = now_;
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
  if (record.state == EndState::completed) {
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
    tasks = promises_.side_by_side ? (here > 0 ? tasks + 1 : 0) : tasks + here;
    if (tasks >= shape.tasks) {
      return true;
    }
  }
  return false;
}

}  // namespace berth::test
