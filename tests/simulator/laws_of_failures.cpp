// What failures do to jobs and nodes.
#include <algorithm>
#include <numeric>
#include <utility>

#include "tests/simulator/laws.hpp"
#include "tests/simulator/replay.hpp"

namespace berth::test {

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
  const bool several = std::ranges::any_of(
      job.placement, [&job](const Part& part) { return part.node != job.placement.front().node; });
  for (const Part& part : job.placement) {
    const auto here = faults_.find(part.node.index());
    for (std::size_t i = 0; here != faults_.end() && i < here->second.size(); ++i) {
      const Failure& fault = here->second[i];
      const bool slower = fault.slowed_to.parts() < slowest.parts();
      const bool slows =
          fault.effect == Effect::slows || (fault.effect == Effect::narrows && several);
      slowest = slows && slower ? fault.slowed_to : slowest;
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

// Each node has its turn once, and comes back before the upgrade is over.
void Laws::told(SimTime now, const UpgradeTold& record) {
  Turns& turns = turns_[record.number];
  const auto out = [this](NodeId node) {
    const NodeState state = states_[node.index()];
    return state != NodeState::production && state != NodeState::lent &&
           state != NodeState::spare && state != NodeState::available &&
           state != NodeState::ordered && state != NodeState::rma;
  };
  switch (record.what) {
    case UpgradeTold::What::begins:
      turns.began = now;
      break;
    case UpgradeTold::What::batch: {
      for (const NodeId node : record.nodes) {
        const NodeState state = states_[node.index()];
        const bool fit = !out(node) && state != NodeState::ordered && state != NodeState::rma;
        demand(turns.had.emplace(node, fit).second, "a node has its turn once");
      }
      demand(turns.began.has_value(), "a batch is of an upgrade that has begun");
      const Upgrade& plan = upgrades.at(record.number);
      std::uint32_t unavailable = 0;
      for (const std::vector<NodeId>& batch : plan.batches) {
        for (const NodeId node : batch) {
          const NodeState state = states_[node.index()];
          const bool goes = state != NodeState::ordered && state != NodeState::rma &&
                            std::ranges::count(record.nodes, node) > 0;
          const bool closed = state == NodeState::production && closed_[node.index()];
          unavailable += goes || out(node) || closed ? 1U : 0U;
        }
      }
      demand(unavailable <= plan.max_unavailable, "no more nodes are unavailable than may be");
      break;
    }
    case UpgradeTold::What::ends:
      for (const auto& [node, was_fit] : turns.had) {
        demand(!was_fit || moved_[node.index()] >= *turns.began, "each node that was fit was out");
      }
      break;
  }
}

void Laws::told(SimTime now, const LinkMended& record) {
  std::vector<Failure>& here = faults_[record.failure.nodes.front().first];
  const auto fault = std::ranges::find_if(here, [&record](const Failure& one) {
    return one.effect == Effect::narrows && one.at == record.failure.at &&
           one.link == record.failure.link && one.mended_after == record.failure.mended_after;
  });
  demand(fault != here.end(), "only a link that is down is mended");
  demand(now == record.failure.at + record.failure.mended_after, "and when it was drawn to be");
  if (fault != here.end()) {
    here.erase(fault);
  }
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
  const bool tested =
      states_[node] == NodeState::production || moved_[node] == now;  // it found two
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

}  // namespace berth::test
