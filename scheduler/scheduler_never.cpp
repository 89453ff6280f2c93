// What a job can never have, so that it is rejected when it comes instead of waiting for ever.
#include <algorithm>
#include <string>

#include "scheduler/molding.hpp"
#include "scheduler/scheduler.hpp"

namespace berth {

std::string Scheduler::never(const Request& request) {
  if (policy_.site->asks()) {
    policy_.site->check(request, catalog_);
  }
  const Request whole = with_its_group(request);
  for (const auto& admission : policy_.admission) {
    if (std::string why = admission->never(whole); !why.empty()) {
      return why;
    }
  }
  if (std::string why = never_apart(request); !why.empty()) {
    return why;
  }
  if (std::string why = never_together(request); !why.empty()) {
    return why;
  }
  if (request.terms && request.terms->tasks_least > request.shape.tasks) {
    return "asks for at least " + std::to_string(request.terms->tasks_least) +
           " tasks and for at most " + std::to_string(request.shape.tasks);
  }
  const ScopeId scope = scope_of(request);
  const Occupancy& free = empty(scope);
  if (std::string why = policy_.placer->contradiction(request, cluster_.fleet()); !why.empty()) {
    return why;
  }
  const Request least = with_its_group(molded(request, least_tasks(request)));
  // Some day it does not care any more how many switches it gets.
  if (!policy_.placer->fits(least, {free, berth::never, run_, scope})) {
    return scope == all_nodes ? "does not fit the empty fleet"
           : cluster_.scopes().nodes(scope).empty()
               ? "its GPU models, labels, taints and partition leave it no node"
               : "does not fit the nodes that it may use, empty";
  }
  return {};
}

// A moldable job asks for no more tasks than there would be room for on its nodes, empty. REQUIRES:
// never() says nothing.
void Scheduler::mold_to_fit(Request& request) {
  std::uint32_t fitting = least_tasks(request);
  if (request.pinned || fitting == request.shape.tasks) {  // the suspended keep what they had
    return;
  }
  const View view{empty(request.scope), berth::never, run_, request.scope};
  const auto fits = [&](std::uint32_t tasks) {
    return policy_.placer->fits(molded(request, tasks), view);
  };
  if (fits(request.shape.tasks)) {
    return;
  }
  for (std::uint32_t past = request.shape.tasks; past - fitting > 1;) {
    const std::uint32_t middle = fitting + (past - fitting) / 2;
    (fits(middle) ? fitting : past) = middle;
  }
  request = molded(request, fitting);
}

// Who asks to wait in a policy that does not know of it.
void Scheduler::count_unheeded(const Request& request) {
  const bool asks = request.terms && request.terms->asks_to_wait(request.submit);
  const bool heeded = std::ranges::any_of(policy_.admission, &Admission::heeds_terms);
  counts_.unheeded += asks && !heeded ? 1 : 0;
}

// Pods that keep apart, or are spread, need a placer that knows it, and no slots or victims that
// were chosen without it.
std::string Scheduler::never_apart(const Request& request) const {
  const bool apart = request.shape.apart != 0;
  const bool spread = request.terms && !request.terms->spread.empty();
  if (!apart && !spread) {
    return {};
  }
  const Heeds heeds = policy_.placer->heeds();
  if (apart && !heeds.apart) {
    return "the placer keeps no pods apart";
  }
  if (spread && !heeds.spread) {
    return "the placer does not look at how pods are spread; those with filters do";
  }
  const std::string what = apart ? "keeping pods apart" : "spreading pods";
  if (policy_.preemption) {
    return "who yields is chosen without " + what;
  }
  return promises_slots(*policy_.backfill) ? "the backfill promises slots without " + what
                                           : std::string();
}

// The nodes of a scope with nobody on them.
const Occupancy& Scheduler::empty(ScopeId scope) {
  if (scope.index() >= empty_.size()) {
    empty_.resize(scope.index() + 1);
  }
  auto& free = empty_[scope.index()];
  if (!free) {
    free = std::make_unique<Occupancy>(cluster_.fleet());
    const NodeSet& nodes = cluster_.scopes().nodes(scope);
    for (std::uint32_t node = 0; node < cluster_.fleet().nodes(); ++node) {
      free->set_available(NodeId(node), nodes.contains(node));
    }
  }
  return *free;
}

}  // namespace berth
