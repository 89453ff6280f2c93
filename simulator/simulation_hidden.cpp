// Faults that stop nobody: they make wrong what jobs compute, or slow them, until somebody comes
// upon them: after a while, or by a test of the node while it is idle. What goes through a repair
// is tested there, and free of them afterwards; then nobody learns whose work was wrong.
#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "simulator/simulation.hpp"

namespace berth {

// Who is out of service does not fail again.
void Simulation::hide(Failure failure) {
  const NodeId node(failure.nodes.front().first);
  const NodeState state = cluster_.state(node);
  if (!serves(state) && state != NodeState::spare && state != NodeState::available) {
    return;
  }
  Hidden fault{failures_++, std::move(failure)};
  const Effect effect = fault.failure.effect;
  if (effect == Effect::narrows) {
    const LinkUp up{node, fault.number};
    queue_.schedule(after(now_, fault.failure.mended_after), rank(up), up);
  } else if (fault.failure.until_tested) {
    fault.misses = options_.tests ? options_.tests->misses(fault.failure.luck) : 0;
  } else {
    const Noticed noticed{fault.number, node};
    queue_.schedule(after(now_, fault.failure.noticed_after), rank(noticed), noticed);
  }
  Suspect& here = hidden_[node];
  here.faults.push_back(std::move(fault));
  check(effect == Effect::corrupts || options_.slows, "a run knows that jobs may be slowed");
  if (effect == Effect::narrows) {
    note_links(node);
  }
  for (const JobId id : cluster_.jobs_on(node)) {
    if (effect == Effect::slows) {
      paced_.push_back(id);
    } else if (effect == Effect::corrupts) {
      corrupt(id, here.faults.back());
    }
  }
  test_when_idle(node);
}

void Simulation::corrupt(JobId id, Hidden& fault) {
  LiveJob& live = jobs_[id.index()];
  fault.victims.emplace_back(id, live.sequence);
  if (fault.victims.size() >= fault.forget_at) {
    forget_gone(fault);
  }
  const Duration done = live.kept + live.spent(worked(id)).work;
  if (done < live.right) {
    live.right = done;
    tell(Corrupted{live, pace(id)});
  }
}

// So there are at most twice as many as there are jobs, or a few.
void Simulation::forget_gone(Hidden& fault) const {
  std::erase_if(fault.victims, [this](const auto& victim) {
    const LiveJob& live = jobs_[victim.first.index()];
    return live.phase == LiveJob::Phase::unused || live.sequence != victim.second;
  });
  fault.forget_at = std::max(fault.forget_at, 2 * fault.victims.size());
}

void Simulation::meet_hidden(const Draft::Start& start) {
  for (const Part& part : start.placement) {
    const auto found = hidden_.find(part.node);
    if (found == hidden_.end()) {
      continue;
    }
    queue_.cancel(found->second.tested);
    for (Hidden& fault : found->second.faults) {
      if (fault.failure.effect == Effect::corrupts) {
        corrupt(start.job, fault);
      }
    }
  }
}

RunSpeed Simulation::slowest(const Placement& placement) const {
  RunSpeed slowest;
  for (auto part = placement.begin(); !hidden_.empty() && part != placement.end(); ++part) {
    const auto found = hidden_.find(part->node);
    for (std::size_t i = 0; found != hidden_.end() && i < found->second.faults.size(); ++i) {
      const Failure& failure = found->second.faults[i].failure;
      const bool slows = failure.effect == Effect::slows ||
                         (failure.effect == Effect::narrows && count_nodes(placement) > 1 &&
                          !options_.network_without);
      if (slows && failure.slowed_to.parts() < slowest.parts()) {
        slowest = failure.slowed_to;
      }
    }
  }
  return slowest;
}

// --- tests ---------------------------------------------------------------------------------------

void Simulation::note_left(const Placement& placement) {
  for (const Part& part : placement) {
    if (hidden_.contains(part.node)) {
      left_.push_back(part.node);
    }
  }
}

void Simulation::test_left() {
  for (const NodeId node : std::exchange(left_, {})) {
    test_when_idle(node);
  }
}

// The next test that may have its whole slot, and find something.
void Simulation::test_when_idle(NodeId node) {
  const auto found = hidden_.find(node);
  if (!options_.tests || found == hidden_.end() || cluster_.state(node) != NodeState::production ||
      !cluster_.jobs_on(node).empty() ||
      std::ranges::none_of(found->second.faults, [](const Hidden& fault) {
        return fault.failure.until_tested && !fault.found;
      })) {
    return;
  }
  queue_.cancel(found->second.tested);
  const SimTime slot = options_.tests->next_slot(ActiveTests::wave_of(node), now_);
  const Tested tested{node};
  found->second.tested = queue_.schedule(after(slot, options_.tests->lasts), rank(tested), tested);
}

void Simulation::handle(const Tested& tested) {
  const auto suspect = hidden_.find(tested.node);
  if (suspect == hidden_.end() || cluster_.state(tested.node) != NodeState::production) {
    return;
  }
  std::vector<std::uint32_t> numbers;
  for (Hidden& fault : suspect->second.faults) {
    if (fault.failure.until_tested && !fault.found && fault.misses-- == 0) {
      numbers.push_back(fault.number);
    }
  }
  for (const std::uint32_t number : numbers) {
    come_upon(tested.node, number, true);
  }
  test_when_idle(tested.node);  // where it is still in production
}

// --- what is found -------------------------------------------------------------------------------

// What is done because of a failure that is noticed, and jobs whose work it made wrong go back to
// where it is right, wherever they are by now. One that was mended by then is none any more.
void Simulation::come_upon(NodeId node, std::uint32_t number, bool by_test) {
  const auto suspect = hidden_.find(node);
  if (suspect == hidden_.end()) {
    return;
  }
  const auto fault = std::ranges::find(suspect->second.faults, number, &Hidden::number);
  if (fault == suspect->second.faults.end()) {
    return;
  }
  fault->found = true;
  const Hidden known = *fault;
  const Failure& failure = known.failure;
  tell(Found{failure, (*options_.causes)[failure.cause], by_test});
  roll_back(known);
  if (failure.severity == Severity::high) {
    for (const JobId id : cluster_.jobs_on(node)) {
      interrupt(id, failure.cause, &failure);
    }
  }
  requeue_interrupted();
  take_out(node, failure);
  go_on_in_place();
  plan_due_ = true;
}

void Simulation::roll_back(const Hidden& fault) {
  for (const auto& [id, sequence] : fault.victims) {
    LiveJob& live = jobs_[id.index()];
    if (live.sequence != sequence || live.right == longest_duration) {
      continue;  // it is gone, or has begun again before it went wrong
    }
    if (live.phase == LiveJob::Phase::running) {
      interrupt(id, fault.failure.cause, nullptr, Back::to_right);
    } else if (live.phase == LiveJob::Phase::waiting) {
      displace(id, Back::to_right);
    }
  }
  requeue_interrupted();
}

void Simulation::mend(NodeId node) {
  const auto suspect = hidden_.find(node);
  if (suspect != hidden_.end()) {
    queue_.cancel(suspect->second.tested);
    const bool narrows = std::ranges::any_of(suspect->second.faults, [](const Hidden& fault) {
      return fault.failure.effect == Effect::narrows;
    });
    hidden_.erase(suspect);
    if (narrows) {
      note_links(node);
    }
  }
}

// --- links ---------------------------------------------------------------------------------------

// Whoever has nodes beside this one is slower, or as fast again, from the end of this instant.
void Simulation::note_links(NodeId node) {
  if (options_.network_without) {
    links_turned_ = true;
    return;
  }
  const auto here = cluster_.jobs_on(node);
  paced_.insert(paced_.end(), here.begin(), here.end());
}

// A repair of the node may have mended it before.
void Simulation::handle(const LinkUp& up) {
  const auto suspect = hidden_.find(up.node);
  if (suspect == hidden_.end()) {
    return;
  }
  std::vector<Hidden>& faults = suspect->second.faults;
  const auto fault = std::ranges::find(faults, up.number, &Hidden::number);
  if (fault == faults.end()) {
    return;
  }
  tell(LinkMended{fault->failure, (*options_.causes)[fault->failure.cause]});
  faults.erase(fault);
  if (faults.empty()) {
    queue_.cancel(suspect->second.tested);
    hidden_.erase(suspect);
  }
  note_links(up.node);
}

void Simulation::rewire_links() {
  std::set<NodeLink> down;
  for (const auto& [node, suspect] : hidden_) {
    for (const Hidden& fault : suspect.faults) {
      if (fault.failure.effect == Effect::narrows) {
        down.insert({node, fault.failure.link});
      }
    }
  }
  options_.network->set_network(options_.network_without({down.begin(), down.end()}), cluster_);
  note_speeds();
}

}  // namespace berth
