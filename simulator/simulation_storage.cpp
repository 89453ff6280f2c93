// Checkpoints that go to the storage of the site, which all who write at a time share. What is
// written counts when it is whole. A job stands still for that, or goes on beside it; then one that
// comes due while the one before is still being written is taken in vain.
#include <utility>

#include "simulator/simulation.hpp"

namespace berth {

void Simulation::begin_saving(JobId id) {
  LiveJob& live = jobs_[id.index()];
  Running& running = running_[id.index()];
  running.checkpoint = 1;
  if (live.job.terms && live.job.terms->checkpoint_bytes > 0) {
    live.written = live.written.value_or(Duration{});
    schedule_save(id);
  }
}

// Its next checkpoint, at the speed that it has now.
void Simulation::schedule_save(JobId id) {
  const LiveJob& live = jobs_[id.index()];
  Running& running = running_[id.index()];
  queue_.cancel(running.saving);
  if (!live.written || running.checkpoint > live.checkpoints_left()) {
    return;
  }
  const SimTime at = running.pace.reaches(live.taken_at(running.checkpoint));
  if (at != berth::never) {
    running.saving = queue_.schedule(at, rank(Saves{}), Saves{id});
  }
}

void Simulation::stop_saving(JobId id) {
  Running& running = running_[id.index()];
  queue_.cancel(running.saving);
  running.stands = false;
  if (storage_->writes(id)) {
    storage_->abandon(id, now_);
    expect_written();
  }
}

void Simulation::handle(const Saves& saves) {
  const LiveJob& live = jobs_[saves.job.index()];
  Running& running = running_[saves.job.index()];
  const std::int64_t number = running.checkpoint++;
  if (!storage_->writes(saves.job)) {
    running.saves = live.saved_by(number);
    running.stands = !live.job.terms->checkpoint_beside;
    storage_->begin(saves.job, live.job.terms->checkpoint_bytes, now_);
    expect_written();
  }
  if (running.stands) {
    paced_.push_back(saves.job);
  } else {
    schedule_save(saves.job);
  }
}

void Simulation::handle(const Written& /*written*/) {
  const std::vector<JobId> done = storage_->take_done(now_);
  for (const JobId id : done) {
    jobs_[id.index()].written = running_[id.index()].saves;
    if (std::exchange(running_[id.index()].stands, false)) {
      paced_.push_back(id);
    }
  }
  if (!departing_.empty()) {
    depart_with_written(done);
  }
  expect_written();
}

void Simulation::expect_written() {
  queue_.cancel(written_);
  if (const auto at = storage_->next()) {
    written_ = queue_.schedule(*at, rank(Written{}), Written{});
  }
}

}  // namespace berth
