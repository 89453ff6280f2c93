#include "scheduler/preemptions/kueue_trial.hpp"

#include <algorithm>
#include <utility>

namespace berth {

KueueTrial::KueueTrial(const Request& request, const PreemptionView& view,
                       const KueueQueues& queues, const Placer& placer)
    : RoomTrial(request, view, placer),
      queues_(queues),
      quota_(queues.quota()),
      wants_(queues.wants(request)) {}

KueueTrial::~KueueTrial() { give_all_back(); }

// The nodes just below the innermost cohort of both; the roots themselves where there is none.
std::pair<std::uint32_t, std::uint32_t> KueueTrial::sides(std::uint32_t queue) const {
  std::vector<std::uint32_t> ours;
  for (std::optional<std::uint32_t> node = wants_.queue; node; node = quota_.parent(*node)) {
    ours.push_back(*node);
  }
  std::uint32_t theirs = queue;
  for (;;) {
    const auto up = quota_.parent(theirs);
    const auto common = up ? std::ranges::find(ours, *up) : ours.end();
    if (common != ours.end() && common != ours.begin()) {
      return {*(common - 1), theirs};
    }
    if (!up) {
      return {ours.back(), theirs};
    }
    theirs = *up;
  }
}

bool KueueTrial::takes_from(std::uint32_t queue) const {
  const std::uint32_t last = sides(queue).second;
  for (std::uint32_t node = queue;; node = *quota_.parent(node)) {
    if (!quota_.borrows(node, wants_.flavor, wants_.amounts)) {
      return false;
    }
    if (node == last) {
      return true;
    }
  }
}

bool KueueTrial::is_fair(const Candidate& from, bool finally) const {
  const auto [ours, theirs] = sides(from.charge.queue);
  quota_.take(wants_.queue, wants_.flavor, wants_.amounts);
  const DominantShare we = quota_.share(ours);
  quota_.give_back(wants_.queue, wants_.flavor, wants_.amounts);
  if (!finally) {
    return we < quota_.share(theirs);
  }
  quota_.give_back(from.charge.queue, from.charge.flavor, from.charge.amounts);
  const DominantShare they = quota_.share(theirs);
  quota_.take(from.charge.queue, from.charge.flavor, from.charge.amounts);
  return we <= they;
}

void KueueTrial::taken(JobId job) {
  const auto& charge = queues_.charge(job);
  quota_.give_back(charge.queue, charge.flavor, charge.amounts);
}

void KueueTrial::given_back(JobId job) {
  const auto& charge = queues_.charge(job);
  quota_.take(charge.queue, charge.flavor, charge.amounts);
}

bool KueueTrial::admitted() const {
  return quota_.fits(wants_.queue, wants_.flavor, wants_.amounts) &&
         (borrows_ == Borrows::yes || quota_.within(wants_.queue, wants_.flavor, wants_.amounts));
}

bool KueueTrial::take_from(const std::vector<Candidate>& candidates, Borrows borrows) {
  borrows_ = borrows;
  for (const Candidate& one : candidates) {
    if (!one.own && !takes_from(one.charge.queue)) {
      continue;  // others gave enough: its queue borrows no longer
    }
    if (take(one.victim)) {
      give_back_what_is_not_needed();
      return true;
    }
  }
  give_all_back();
  return false;
}

}  // namespace berth
