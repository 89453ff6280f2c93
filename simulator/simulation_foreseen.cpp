// Failures that are foreseen, or seem to be: the node is drained and repaired before, and jobs may
// leave it when they have saved their work.
#include "simulator/simulation.hpp"

namespace berth {

void Simulation::heed(const Failure& warning) {
  tell(Alarmed{warning, (*options_.causes)[warning.cause]});
  const NodeId node(warning.nodes.front().first);
  take_out(node, warning);
  for (const JobId id : warning.clears ? cluster_.jobs_on(node) : std::vector<JobId>{}) {
    const LiveJob& live = jobs_[id.index()];
    depart_when_saved({id, live.sequence, live.starts, node, warning.cause, {}});
  }
  plan_due_ = true;
}

// At the speed that it has now; who writes to storage, when what he writes is whole. Whose stops
// are counted, or final, stays.
void Simulation::depart_when_saved(Departs departs) {
  const LiveJob& live = jobs_[departs.job.index()];
  const bool may = live.job.terms && live.job.terms->requeue && !live.job.terms->retries;
  if (!may || live.hung != berth::never) {
    return;
  }
  if (live.written) {
    departing_[departs.job] = departs;
    return;
  }
  const auto saved = live.next_saved(worked(departs.job));
  if (!saved) {
    return;
  }
  departs.when = *saved;
  const Pace* slow = pace(departs.job);
  const SimTime at = slow != nullptr ? slow->reaches(*saved) : after(live.start, *saved);
  if (at < after(live.start, live.job.stopped_after() - live.against_limit)) {
    queue_.schedule(at, rank(departs), departs);
  }
}

bool Simulation::still_departs(const Departs& departs) const {
  const LiveJob& live = jobs_[departs.job.index()];
  return live.phase == LiveJob::Phase::running && live.sequence == departs.sequence &&
         live.starts == departs.starts && live.hung == berth::never &&
         cluster_.state(departs.node) == NodeState::draining;
}

// Whoever has another speed by now writes it earlier or later.
void Simulation::handle(const Departs& departs) {
  if (!still_departs(departs)) {
    return;
  }
  if (worked(departs.job) != departs.when) {
    depart_when_saved(departs);
    return;
  }
  interrupt(departs.job, departs.cause);
  requeue_interrupted();
  plan_due_ = true;
}

void Simulation::depart_with_written(const std::vector<JobId>& written) {
  for (const JobId id : written) {
    const auto departs = departing_.extract(id);
    if (!departs.empty() && still_departs(departs.mapped())) {
      interrupt(id, departs.mapped().cause);
      plan_due_ = true;
    }
  }
  requeue_interrupted();
}

bool Simulation::was_averted(const Failure& failure) {
  const bool averted = averted_.erase({NodeId(failure.nodes.front().first), failure.at}) > 0;
  if (averted) {
    tell(Averted{failure, (*options_.causes)[failure.cause]});
  }
  return averted;
}

}  // namespace berth
