// Starts and ends of jobs; how fast they run where the network, slow nodes or the storage that they
// wait for decide, and a wiring that changes.
#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "simulator/simulation.hpp"

namespace berth {

void Simulation::start(const Draft::Start& start) {
  LiveJob& live = jobs_[start.job.index()];
  live.resize(start.shape.tasks);
  if (live.starts == 0 && !(live.job.terms && live.job.terms->elastic())) {
    live.tasks_whole = live.shape.tasks;
  }
  live.start = now_;
  live.first_start = live.starts == 0 ? now_ : live.first_start;
  ++live.starts;
  live.phase = LiveJob::Phase::running;
  live.hung = berth::never;
  if (tracks()) {
    running_.resize(std::max(running_.size(), jobs_.size()));
  }
  if (paces()) {
    start_at_pace(start);
  } else {
    start_at_full_speed(start);
  }
  if (!broken_.empty()) {
    hang_on_broken_nodes(start);
  }
  if (!hidden_.empty()) {
    meet_hidden(start);
  }
}

void Simulation::start_at_full_speed(const Draft::Start& start) {
  const LiveJob& live = jobs_[start.job.index()];
  tell(Started{live, start.placement});
  const Duration left = live.job.stopped_after() - live.against_limit;
  const Ending ending = schedule_end(start.job, after(now_, std::min(live.remaining(), left)));
  if (tracks()) {
    running_[start.job.index()].ending = ending;
  }
}

// A limit is one of time, not of work.
void Simulation::schedule_end(JobId id) {
  const LiveJob& live = jobs_[id.index()];
  Running& running = running_[id.index()];
  const Duration left = live.job.stopped_after() - live.against_limit;
  running.ending =
      schedule_end(id, std::min(running.pace.reaches(live.remaining()), after(live.start, left)));
}

Simulation::Ending Simulation::schedule_end(JobId id, SimTime at) {
  Ending ending;
  if (per_event() && at == after(jobs_[id.index()].start, scheduler_.request(id).estimate)) {
    ending.release = queue_.schedule(at, rank(Release{}), Release{id});
  }
  ending.end = queue_.schedule(at, rank(End{}), End{id});
  return ending;
}

// The slowest of its nodes sets the pace.
Simulation::Speeds Simulation::speeds_of(JobId id, const Placement& placement) const {
  if (running_[id.index()].stands) {
    return {RunSpeed::none(), RunSpeed::none()};
  }
  RunSpeed wired = options_.network != nullptr ? options_.network->speed(id) : RunSpeed{};
  if (options_.flaps) {
    wired = options_.flaps->speed(jobs_[id.index()].shape, placement).of(wired);
  }
  return {wired, slowest(placement).of(wired)};
}

void Simulation::start_at_pace(const Draft::Start& start) {
  const LiveJob& live = jobs_[start.job.index()];
  if (options_.network != nullptr) {
    options_.network->start(start.job, live.job.communication, live.shape, start.placement);
    note_speeds();
  }
  const Speeds speeds = speeds_of(start.job, start.placement);
  running_[start.job.index()].pace = Pace(now_, speeds.wired, speeds.all);
  if (storage_) {
    begin_saving(start.job);
  }
  tell(Started{live, start.placement, speeds.all, speeds.wired});
  schedule_end(start.job);
}

void Simulation::note_speeds() {
  const auto& changed = options_.network->changed();
  paced_.insert(paced_.end(), changed.begin(), changed.end());
}

// Once at the end of an instant, whatever started and ended in it.
void Simulation::change_speeds() {
  if (std::exchange(links_turned_, false)) {
    rewire_links();
  }
  for (const JobId id : std::exchange(paced_, {})) {
    const LiveJob& live = jobs_[id.index()];
    Running& running = running_[id.index()];
    if (live.hung != berth::never) {
      continue;  // the network has forgotten it
    }
    if (live.phase != LiveJob::Phase::running) {
      continue;
    }
    const Speeds speeds = speeds_of(id, cluster_.holding(id).placement);
    if (running.pace.speed() == speeds.all && running.pace.wired() == speeds.wired) {
      continue;
    }
    tell(SpeedChanged{live, running.pace, speeds.all, speeds.wired});
    running.pace.change(now_, speeds.wired, speeds.all);
    queue_.cancel(running.ending.release);
    queue_.cancel(running.ending.end);
    schedule_end(id);
    if (storage_) {
      schedule_save(id);
    }
  }
}

void Simulation::rewire(SimTime at, Network network) {
  check(options_.network != nullptr, "only a network that is modelled changes");
  const Rewire event{static_cast<std::uint32_t>(wirings_.size())};
  wirings_.push_back(std::move(network));
  queue_.schedule(at, rank(event), event);
}

void Simulation::handle(const Rewire& rewire) {
  options_.network->set_network(std::move(wirings_[rewire.number]), cluster_);
  note_speeds();
}

}  // namespace berth
