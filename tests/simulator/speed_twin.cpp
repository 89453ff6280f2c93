#include "tests/simulator/speed_twin.hpp"

#include <cstdlib>
#include <optional>
#include <variant>

namespace berth::test {

SpeedTwin::SpeedTwin(const Fleet& fleet, const Network& network, const Communications& profiles)
    : fleet_(fleet), best_(network), profiles_(profiles) {}

void SpeedTwin::on(SimTime now, const Record& record) {
  if (now > now_ && !done_) {
    compare();
    now_ = now;
  }
  if (const auto* started = std::get_if<Started>(&record)) {
    const LiveJob& live = started->job;
    jobs_[live.sequence] = {live.job.communication, live.shape, started->placement, started->wired};
  } else if (const auto* changed = std::get_if<SpeedChanged>(&record)) {
    jobs_[changed->job.sequence].speed = changed->wired;
  } else if (const auto* ended = std::get_if<Ended>(&record)) {
    jobs_.erase(ended->job.sequence);
  } else if (const auto* yielded = std::get_if<Preempted>(&record)) {
    jobs_.erase(yielded->job.sequence);
  } else if (const auto* hung = std::get_if<Hung>(&record)) {
    jobs_.erase(hung->job.sequence);
  } else if (const auto* evicted = std::get_if<Evicted>(&record)) {
    jobs_.erase(evicted->job.sequence);
  } else if (std::holds_alternative<LeftRunning>(record)) {
    done_ = true;  // jobs are told of one by one as the run is cut off
  }
}

void SpeedTwin::compare() {
  NetworkModel model(fleet_, best_, profiles_);
  std::optional<Network> now;
  for (const auto& [at, network] : wirings_) {
    now = at <= now_ ? std::optional(network) : now;
  }
  if (now) {
    const Cluster nobody(fleet_);
    model.set_network(*now, nobody);
  }
  for (const auto& [sequence, job] : jobs_) {
    model.start(JobId(static_cast<std::uint32_t>(sequence)), job.profile, job.shape, job.placement);
  }
  for (const auto& [sequence, job] : jobs_) {
    RunSpeed should = model.speed(JobId(static_cast<std::uint32_t>(sequence)));
    if (flaps && job.placement.front().node != job.placement.back().node) {
      const double flaps_per_s =
          static_cast<double>(job.shape.total_gpus()) * flaps->per_gpu_day / 86'400;
      const double stall_s = static_cast<double>(flaps->stall.count()) / 1e9;
      should = RunSpeed::slowed(1 / should.value() * (1 + flaps_per_s * stall_s));
    }
    const bool counts = !job.speed.stands();  // else it writes a checkpoint
    if (counts && broken_.empty() &&
        std::abs(should.parts() - job.speed.parts()) > (flaps ? 4 : 2)) {
      broken_ = "at " + std::to_string(now_.time_since_epoch().count()) + "ns, job " +
                std::to_string(sequence) + ": runs at " + std::to_string(job.speed.value()) +
                ", should at " + std::to_string(should.value());
    }
  }
}

}  // namespace berth::test
