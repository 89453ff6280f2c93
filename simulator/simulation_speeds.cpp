// Jobs whose speed the network decides, or the storage that they wait for, and a wiring that
// changes.
#include <utility>

#include "core/check.hpp"
#include "simulator/simulation.hpp"

namespace berth {

void Simulation::start_paced(const Draft::Start& start) {
  const LiveJob& live = jobs_[start.job.index()];
  if (options_.network != nullptr) {
    options_.network->start(start.job, live.job.communication, live.shape, start.placement);
    note_speeds();
  }
  running_[start.job.index()].pace = Pace(now_, speed_of(start.job));
  if (storage_) {
    begin_saving(start.job);
  }
  tell(Started{live, start.placement, speed_of(start.job)});
  schedule_end(start.job);
}

RunSpeed Simulation::speed_of(JobId id) const {
  if (running_[id.index()].stands) {
    return RunSpeed::none();
  }
  return options_.network != nullptr ? options_.network->speed(id) : RunSpeed{};
}

void Simulation::note_speeds() {
  const auto& changed = options_.network->changed();
  paced_.insert(paced_.end(), changed.begin(), changed.end());
}

// Once at the end of an instant, whatever started and ended in it.
void Simulation::change_speeds() {
  for (const JobId id : std::exchange(paced_, {})) {
    const LiveJob& live = jobs_[id.index()];
    Running& running = running_[id.index()];
    if (live.hung != berth::never) {
      continue;  // the network has forgotten it
    }
    if (live.phase != LiveJob::Phase::running) {
      continue;
    }
    const RunSpeed speed = speed_of(id);
    if (running.pace.speed() == speed) {
      continue;
    }
    tell(SpeedChanged{live, running.pace, speed});
    running.pace.change(now_, speed);
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
