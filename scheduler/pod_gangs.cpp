#include "scheduler/pod_gangs.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace berth {

bool PodGangs::alike(const Request& request) const {
  const auto found = gangs_.find(request.shape.group);
  return found == gangs_.end() ||
         (found->second.shape == request.shape && found->second.tenant == request.tenant &&
          found->second.min_member == request.terms->min_member);
}

// One that was suspended, and is known of anew, is not there any more unless it still has its GPUs.
void PodGangs::waits(const Request& request) {
  if (!asks(request) || request.pinned) {
    return;
  }
  Gang& gang = gang_of(request);
  gang.shape = request.shape;
  gang.tenant = request.tenant;
  gang.min_member = request.terms->min_member;
  gang.there -= goes_on(gang, request.id) ? 1U : 0U;
  gang.waiting.insert(request.id);
}

void PodGangs::waits_no_more(const Request& request) {
  if (asks(request)) {
    Gang& gang = gang_of(request);
    gang.there -= goes_on(gang, request.id) ? 1U : 0U;
    gang.waiting.erase(request.id);
  }
}

void PodGangs::started(const Request& request) {
  if (asks(request)) {
    Gang& gang = gang_of(request);
    gang.there += goes_on(gang, request.id) ? 0U : 1U;
    gang.waiting.erase(request.id);
  }
}

void PodGangs::stopped(const Request& request, Stop how) {
  if (!asks(request)) {
    return;
  }
  Gang& gang = gang_of(request);
  if (how == Stop::suspended) {
    gang.suspended.insert(request.id);
  } else if (how != Stop::completed) {
    check(gang.there > 0, "only a pod that started stops");
    --gang.there;
  }
}

std::uint32_t PodGangs::missing(const Request& request) const {
  if (!asks(request) || request.pinned) {
    return 0;
  }
  const auto found = gangs_.find(request.shape.group);
  const std::uint32_t there = found == gangs_.end() ? 0 : found->second.there;
  return request.terms->min_member - std::min(request.terms->min_member, there);
}

const std::set<JobId>& PodGangs::waiting(const Request& request) const {
  return gangs_.at(request.shape.group).waiting;
}

}  // namespace berth
