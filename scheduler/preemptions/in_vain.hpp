// Requests that found nobody to yield to them. A pass asks for each job that waits; those that are
// alike are answered once, until anybody starts or stops, or time goes on.
#pragma once

#include <cstdint>
#include <set>
#include <tuple>
#include <utility>

#include "scheduler/preemption.hpp"

namespace berth {

class InVain {
 public:
  // True when one like it was asked for in vain. `rank` is that of the request.
  [[nodiscard]] bool knows(const Request& request, const PreemptionView& view, std::int64_t rank,
                           std::int64_t within = 0) {
    if (std::exchange(at_, view.now) != view.now) {
      clear();
    }
    return plain(request) && kinds_.contains({rank, within, request.shape, view.scope});
  }
  // Room that is still to come might have been all that it needed: that is not in vain.
  void add(const Request& request, const PreemptionView& view, std::int64_t rank,
           std::int64_t within = 0) {
    if (plain(request) && view.running.leaving().empty()) {
      kinds_.emplace(rank, within, request.shape, view.scope);
    }
  }
  void clear() { kinds_.clear(); }

 private:
  // A placer may look at terms; who is pinned asks for its own GPUs.
  static bool plain(const Request& request) { return !request.terms && !request.pinned; }

  SimTime at_{};
  std::set<std::tuple<std::int64_t, std::int64_t, Shape, ScopeId>> kinds_;
};

}  // namespace berth
