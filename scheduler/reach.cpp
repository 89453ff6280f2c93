#include "scheduler/reach.hpp"

#include <algorithm>

namespace berth {

ScopeId scope_at(const Admissions& admissions, Scopes& scopes, const Request& request, SimTime at) {
  ScopeId scope = request.scope;
  for (const auto& admission : admissions) {
    scope = scopes.both(scope, admission->scope_now(request, at));
  }
  return scope;
}

std::optional<SimTime> next_change(const Admissions& admissions, SimTime now) {
  std::optional<SimTime> first;
  for (const auto& admission : admissions) {
    const auto next = admission->wake_at(now);
    first = first && next ? std::min(*first, *next) : first ? first : next;
  }
  return first;
}

Reach::Reach(const RunContext& context)
    : scopes_(context.scopes),
      admissions_(context.admission),
      changes_(std::ranges::any_of(context.admission, &Admission::scope_changes)),
      closed_(context.fleet.nodes()) {}

void Reach::turned(NodeId node, bool open) {
  if (open) {
    closed_.erase(node.index());
  } else {
    closed_.insert(node.index());
  }
}

SimTime Reach::next_change(SimTime at) const {
  return changes_ ? berth::next_change(admissions_, at).value_or(never) : never;
}

ScopeId Reach::scope(const Request& request, SimTime start) const {
  return changes_ ? scope_at(admissions_, scopes_, request, start) : request.scope;
}

}  // namespace berth
