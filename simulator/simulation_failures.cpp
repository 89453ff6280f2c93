// What failures do to jobs. From a failure on whoever runs there does nothing; when it is noticed
// he is evicted, waits again in his old place of the queue, and begins at his last checkpoint. In
// between, whoever starts on a broken node stands still with it.
#include <algorithm>
#include <cmath>
#include <utility>

#include "cluster/gpu_shares.hpp"
#include "core/int128.hpp"
#include "core/samplers.hpp"
#include "simulator/gpu_time.hpp"
#include "simulator/simulation.hpp"

namespace berth {

// One failure is kept ahead.
void Simulation::pull_failure() {
  if (options_.failures->next(next_failure_)) {
    queue_.schedule(next_failure_.at, rank(Fails{}), Fails{});
  }
}

void Simulation::handle(const Fails& /*fails*/) {
  Failure failure = std::move(next_failure_);
  pull_failure();
  befall(std::move(failure));
}

void Simulation::handle(const Relapses& relapses) {
  befall(std::move(relapses_.extract(relapses.number).mapped()));
}

// With less load a node lasts; and a new one has not the faults of the one before.
bool Simulation::is_spared(const Failure& failure) const {
  const NodeId node(failure.nodes.front().first);
  return (failure.needs_held_milli > 0 && held_milli(node) < failure.needs_held_milli) ||
         (failure.of_lemon && replaced_.contains(node));
}

void Simulation::befall(Failure&& happens) {
  Undetected undetected{std::move(happens), {}};
  const Failure& failure = undetected.failure;
  if (is_spared(failure)) {
    return;
  }
  if (failure.warns) {
    heed(failure);
    return;
  }
  if (failure.foretold && was_averted(failure)) {
    return;
  }
  tell(Failed{failure, (*options_.causes)[failure.cause]});
  if (failure.effect != Effect::stops) {
    hide(std::move(undetected.failure));
    return;
  }
  if (failure.noticed_after == Duration{}) {
    notice(undetected);
    return;
  }
  if (failure.severity == Severity::high) {
    for (const JobId id : hit_by(undetected)) {
      hang(id, cluster_.holding(id).placement);
      undetected.victims.emplace_back(id, jobs_[id.index()].sequence);
    }
    mark_broken(failure, 1);
  }
  const Noticed noticed{failures_++, {}};
  queue_.schedule(after(now_, failure.noticed_after), rank(noticed), noticed);
  undetected_.emplace(noticed.number, std::move(undetected));
}

void Simulation::handle(const Noticed& noticed) {
  if (noticed.hides_on) {
    come_upon(*noticed.hides_on, noticed.number, false);
    return;
  }
  const auto found = undetected_.extract(noticed.number);
  if (found.mapped().failure.severity == Severity::high) {
    mark_broken(found.mapped().failure, -1);
  }
  notice(found.mapped());
}

std::uint32_t Simulation::held_milli(NodeId node) const {
  return cluster_.fleet().kind(node).gpus * gpu_milli_all -
         cluster_.occupancy().free_gpu_milli(node);
}

// Whoever starts there stands still, too.
void Simulation::mark_broken(const Failure& failure, std::int32_t more) {
  if (failure.of_software()) {
    return;
  }
  for (const NodeRange range : failure.nodes) {
    for (std::uint32_t node = range.first; node < range.past; ++node) {
      std::uint32_t& count = broken_[NodeId(node)];
      count += static_cast<std::uint32_t>(more);
      if (count == 0) {
        broken_.erase(NodeId(node));
      }
    }
  }
}

void Simulation::hang_on_broken_nodes(const Draft::Start& start) {
  if (std::ranges::any_of(start.placement,
                          [this](const Part& part) { return broken_.contains(part.node); })) {
    hang(start.job, start.placement);
  }
}

// In order of id, each once. Of software: who holds the one GPU.
std::vector<JobId> Simulation::hit_by(const Undetected& failure) const {
  std::vector<JobId> jobs;
  for (const NodeRange range : failure.failure.nodes) {
    for (std::uint32_t node = range.first; node < range.past; ++node) {
      const auto here = cluster_.jobs_on(NodeId(node));
      jobs.insert(jobs.end(), here.begin(), here.end());
    }
  }
  std::ranges::sort(jobs);
  jobs.erase(std::unique(jobs.begin(), jobs.end()), jobs.end());
  if (failure.failure.of_software()) {
    const NodeId node(failure.failure.nodes.front().first);
    const GpuMask gpu = GpuMask{1} << failure.failure.gpu;
    std::erase_if(jobs, [&](JobId id) {
      return std::ranges::none_of(cluster_.holding(id).placement, [&](const Part& part) {
        return part.node == node && (part.gpus & gpu) != 0;
      });
    });
  }
  return jobs;
}

// It stands still until its failure is noticed, or its limit is over; but one that has just done
// its work ends.
void Simulation::hang(JobId id, const Placement& placement) {
  LiveJob& live = jobs_[id.index()];
  if (live.hung != berth::never || worked(id) >= live.remaining()) {
    return;
  }
  Ending& ending = running_[id.index()].ending;
  queue_.cancel(ending.release);
  queue_.cancel(ending.end);
  if (options_.network != nullptr) {
    options_.network->stop(id);
    note_speeds();
  }
  if (storage_) {
    stop_saving(id);
  }
  live.hung = now_;
  tell(Hung{live, placement});
  ending = {};
  const Duration left = live.job.stopped_after() - live.against_limit;
  if (left < longest_duration) {
    ending = schedule_end(id, after(live.start, left));
  }
}

void Simulation::notice(const Undetected& noticed) {
  const Failure& failure = noticed.failure;
  if (failure.severity == Severity::high) {
    std::vector<JobId> jobs = hit_by(noticed);
    if (failure.of_software() &&
        failure.noticed_after > Duration{}) {  // those of then, if still there
      jobs.clear();
      for (const auto& [id, sequence] : noticed.victims) {
        const LiveJob& live = jobs_[id.index()];
        if (live.phase == LiveJob::Phase::running && live.sequence == sequence &&
            live.hung == failure.at) {
          jobs.push_back(id);
        }
      }
    }
    for (const JobId id : jobs) {
      interrupt(id, failure.cause, &failure);
    }
  }
  requeue_interrupted();
  for (const NodeRange range : failure.nodes) {
    for (std::uint32_t node = range.first; node < range.past && !failure.of_software(); ++node) {
      take_out(NodeId(node), failure);
    }
  }
  go_on_in_place();
  plan_due_ = true;
}

// By a failure, or (null) by somebody.
void Simulation::interrupt(JobId id, std::uint32_t cause, const Failure* failure, Back back) {
  LiveJob& live = jobs_[id.index()];
  const Terms* terms = live.job.terms.get();
  const bool given_up =
      terms != nullptr && (!terms->requeue || (terms->retries && live.failures >= *terms->retries));
  auto stays = given_up || failure == nullptr ? std::nullopt : stays_on(id, *failure);
  const Stint stint = stint_of(id, given_up ? Yield::cancel : Yield::requeue, back);
  const Placement placement = cluster_.holding(id).placement;
  const AfterFailure then = given_up ? AfterFailure::given_up
                            : stays  ? AfterFailure::goes_on
                                     : AfterFailure::requeued;
  tell(Evicted{live, placement, cause, cause_name(cause), stint, then, pace(id),
               back == Back::to_right});
  leave_cluster(id);
  queue_.cancel(running_[id.index()].ending.release);
  queue_.cancel(running_[id.index()].ending.end);
  cluster_.stop(id);
  scheduler_.ended(id, now_, given_up ? Stop::failed : Stop::requeued);
  live.keep(live.kept + stint.kept - stint.undone);
  live.served += now_ - live.start;
  live.hung = berth::never;
  ++live.failures;
  if (given_up) {
    live.phase = LiveJob::Phase::unused;
    gone_.push_back(id);
  } else if (stays) {
    live.phase = LiveJob::Phase::stopped;
    live.against_limit = Duration{};
    live.startup = live.starts_up();
    staying_.push_back({id, std::move(*stays)});
  } else {
    if (terms != nullptr && terms->elastic()) {
      live.resize(live.tasks_whole);  // who yields keeps its size: else two might for ever
    }
    back_to_queue(id, Yield::requeue, placement);
  }
}

void Simulation::requeue_interrupted() {
  free_gone();
  for (const Request& request : std::exchange(again_, {})) {
    scheduler_.requeue(request, now_);
  }
}

// That it takes at least.
std::uint32_t Simulation::nodes_of(const Shape& shape) const {
  const std::uint64_t of_one = std::max(cluster_.fleet().gpus_per_node(), 1U);
  const std::uint64_t whole = (shape.total_gpus() + of_one - 1) / of_one;
  return static_cast<std::uint32_t>(std::max<std::uint64_t>(whole, 1));
}

// What a job does about failures, where it says nothing, and how often it saves its work where that
// goes by how often it fails: every sqrt(2 c M) of work, with c the cost of a checkpoint and M the
// mean time between its interruptions (Young 1974, Daly 2006).
void Simulation::resolve_recovery(LiveJob& live) {
  const Terms* own = live.job.terms.get();
  const bool silent = own == nullptr || (own->checkpoint_every == Duration{} &&
                                         !own->checkpoint_daly && own->restart == Duration{} &&
                                         !own->retries && own->on_failure == OnFailure::requeue);
  const bool by_default = silent && options_.recovery != nullptr;
  if (!by_default && (silent || !own->checkpoint_daly)) {
    return;
  }
  const std::uint32_t nodes = nodes_of(live.shape);
  auto& known = recoveries_[nodes];
  if (own == nullptr && known) {
    live.job.terms = known;
    return;
  }
  auto terms = std::make_shared<Terms>(own != nullptr ? *own : Terms{});
  if (by_default) {
    terms->checkpoint_every = options_.recovery->checkpoint_every;
    terms->checkpoint_daly = options_.recovery->checkpoint_daly;
    terms->checkpoint_cost = options_.recovery->checkpoint_cost;
    terms->checkpoint_async = options_.recovery->checkpoint_async;
    terms->checkpoint_bytes = options_.recovery->checkpoint_bytes;
    terms->checkpoint_beside = options_.recovery->checkpoint_beside;
    terms->restart = options_.recovery->restart;
    terms->retries = options_.recovery->retries;
    terms->on_failure = options_.recovery->on_failure;
  }
  if (terms->checkpoint_daly) {
    const double per_s = options_.interruptions_per_node_s * nodes;
    const double cost_s = static_cast<double>(terms->checkpoint_cost.count()) / 1e9;
    terms->checkpoint_every = per_s > 0
                                  ? std::max({to_duration(std::sqrt(2 * cost_s / per_s)),
                                              terms->checkpoint_cost, terms->checkpoint_async})
                                  : longest_duration;
  }
  if (own == nullptr) {
    known = terms;
  }
  live.job.terms = std::move(terms);
}

// Of so many GPU-seconds of work a virtual machine makes more. A limit that is the work exactly
// stays so; others are what users asked for.
void Simulation::tax(Job& job) const {
  const Int128 left = parts_per_million - options_.virtualization_ppm;
  const Int128 taxed = (Int128{job.work.count()} * parts_per_million + left - 1) / left;
  const bool exact = job.limit == job.work;
  job.work = Duration(static_cast<std::int64_t>(std::min(taxed, Int128{longest_duration.count()})));
  job.limit = exact ? job.work : job.limit;
}

}  // namespace berth
