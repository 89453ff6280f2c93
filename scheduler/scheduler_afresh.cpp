// A pass that places all jobs anew, whoever runs: the least remainder first, the least served
// first, or whatever else the order says. Decided on a draft in which everybody was stopped; what
// comes out the same is then left alone.
//
// Who runs stays where it is while that is free at its turn; else it moves, which is a stop and a
// start at one instant. Who finds no room at its turn waits, and others after it are tried.
#include <algorithm>
#include <compare>
#include <iterator>
#include <tuple>

#include "scheduler/molding.hpp"
#include "scheduler/scheduler.hpp"

namespace berth {

struct Scheduler::Candidate {
  std::int64_t key = 0;
  SimTime submit{};
  std::uint64_t sequence = 0;
  JobId job;
  bool runs = false;
  std::optional<Placement> placement{};

  [[nodiscard]] static bool before(const Candidate& a, const Candidate& b) {
    return std::tie(a.key, a.submit, a.sequence) < std::tie(b.key, b.submit, b.sequence);
  }
};

void Scheduler::afresh_pass(const Pass& pass) {
  for (const auto& admission : policy_.admission) {
    admission->begin_pass(pass.now);
  }
  std::vector<Candidate> running = those_that_run(pass.now);
  std::vector<Candidate> waiting = those_that_wait(pass);
  std::vector<Candidate> all;
  std::merge(std::make_move_iterator(running.begin()), std::make_move_iterator(running.end()),
             std::make_move_iterator(waiting.begin()), std::make_move_iterator(waiting.end()),
             std::back_inserter(all), Candidate::before);
  for (const Candidate& one : all) {
    if (one.runs) {
      pass.draft.stop(one.job);
    }
  }
  InVain in_vain;
  for (Candidate& one : all) {
    place_afresh(one, in_vain, pass);
  }
  pass.draft.roll_back();
  make_so(all, pass);
}

// In the order of the policy, as of now.
std::vector<Scheduler::Candidate> Scheduler::those_that_run(SimTime now) const {
  std::vector<Candidate> all;
  running_.each([&](const RunningJobs::Running& running) {
    Request request = running.request;
    const Duration ran = now - running.since;
    request.served += ran;
    request.left -= std::min(request.left, ran);
    all.push_back(
        {policy_.order->key(request), request.submit, request.sequence, request.id, true});
  });
  std::ranges::sort(all, Candidate::before);
  return all;
}

// The same of those whom admission does not refuse.
std::vector<Scheduler::Candidate> Scheduler::those_that_wait(const Pass& pass) {
  std::vector<Candidate> all;
  for (auto at = queue_.first(); at != queue_.end(); at = queue_.next(at)) {
    const WaitingQueue::Entry& entry = queue_[at];
    const Request& request = requests_[entry.job.index()];
    if (const auto refusal = refused(request, pass.now)) {
      waits(request, *refusal);
    } else {
      all.push_back({entry.key, entry.submit, entry.sequence, entry.job, false});
    }
  }
  return all;
}

// True when nobody before it took where it runs, and it may be there for what it still runs.
bool Scheduler::may_stay(const Request& request, const Pass& pass) {
  Request rest = request;
  rest.estimate -= std::min(rest.estimate, pass.now - running_.at(request.id).since);
  const View view = view_of(scopes_change_ ? rest : request, pass);
  return view.free.has(request.shape, cluster_.holding(request.id).placement);
}

// Where the placer puts it, unless that was tried in vain.
std::optional<Placement> Scheduler::place_anew(const Request& request, InVain& in_vain,
                                               const Pass& pass) {
  const View view = view_of(request, pass);
  const bool anywhere = !request.terms || !request.terms->ask_where();
  if (anywhere && in_vain.contains({request.shape, view.scope})) {
    return std::nullopt;
  }
  auto found = placer_->place(request, view);
  if (!found && anywhere && placer_->equal_shapes_fare_alike()) {
    in_vain.insert({request.shape, view.scope});
  }
  return found;
}

void Scheduler::place_afresh(Candidate& one, InVain& in_vain, const Pass& pass) {
  const Request& request = requests_[one.job.index()];
  ++counts_.decisions;
  if (one.runs && may_stay(request, pass)) {
    one.placement = cluster_.holding(one.job).placement;
  } else {
    one.placement = place_anew(request, in_vain, pass);
  }
  const std::uint32_t least = one.runs ? request.shape.tasks : least_tasks(request);
  for (std::uint32_t tasks = request.shape.tasks; !one.placement && tasks > least;) {
    const Request smaller = molded(request, --tasks);
    if (!refused(smaller, pass.now)) {
      one.placement = place_anew(smaller, in_vain, pass);
    }
  }
  if (one.placement) {
    Shape shape = request.shape;
    shape.tasks = tasks_in(*one.placement);
    pass.draft.start(one.job, shape, Placement(*one.placement));
  } else if (!one.runs) {
    waits(request, Reason::resources);
  }
}

void Scheduler::make_so(std::vector<Candidate>& all, const Pass& pass) {
  std::erase_if(all, [this](const Candidate& one) {
    return one.runs ? one.placement == cluster_.holding(one.job).placement
                    : !one.placement.has_value();
  });
  const auto first_new = std::ranges::find(all, false, &Candidate::runs);
  for (const Candidate& one : all) {
    if (one.runs) {
      const JobId by = first_new != all.end() ? first_new->job : one.job;
      stop({one.job, Yield::requeue, {}}, requests_[by.index()], pass);
    }
  }
  for (Candidate& one : all) {
    if (one.placement) {
      const Request& request = requests_[one.job.index()];
      if (!one.runs) {
        queue_.erase(queue_.find(request, one.key));
      }
      start(request, std::move(*one.placement), pass);
    }
  }
}

}  // namespace berth
