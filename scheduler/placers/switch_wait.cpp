#include "scheduler/placers/switch_wait.hpp"

#include <algorithm>

namespace berth {

SwitchWait SwitchWait::read(Setting part) {
  SwitchWait wait;
  wait.most_ = part.duration_or("max_switch_wait", wait.most_);
  return wait;
}

std::optional<SimTime> SwitchWait::until(const Request& request, SimTime now) const {
  if (!request.terms || !request.terms->switches) {
    return std::nullopt;
  }
  const Duration longest = std::min(request.terms->switches->at_most.value_or(most_), most_);
  const SimTime end = after(request.submit, longest);
  return now < end ? std::optional(end) : std::nullopt;
}

std::uint32_t leaves_of(const Placement& placement, const Fleet& fleet, const LevelOption& leaf) {
  if (fleet.levels() == 0) {
    return 1;
  }
  const LevelId level = leaf.or_leaf(fleet);
  std::uint32_t leaves = 0;
  std::optional<DomainId> last;
  for (const Part& part : placement) {
    const DomainId domain = fleet.domain_of(part.node, level);
    leaves += domain == last ? 0U : 1U;
    last = domain;
  }
  return leaves;
}

}  // namespace berth
