#include "simulator/network/fair_share.hpp"

#include <algorithm>
#include <functional>

#include "core/check.hpp"

namespace berth {
namespace {

// Rates closer than this part are the same rate, a link filled to this part is full: sums of a
// million doubles are off by less.
constexpr double tolerance = 1e-11;

bool below(double a, double b) { return a < b * (1 - tolerance); }

}  // namespace

LinkShares::LinkShares(const std::vector<std::int64_t>& capacities) : links_(capacities.size()) {
  for (std::size_t i = 0; i < capacities.size(); ++i) {
    links_[i].capacity = capacities[i];
  }
}

void LinkShares::add(JobId job, const LinkUses& uses) {
  if (job.index() >= jobs_.size()) {
    jobs_.resize(job.index() + 1);
  }
  Sharer& added = sharer(job);
  check(!added.present, "a job shares links once");
  added.present = true;
  added.rate = 1;
  bool narrow = false;
  for (const LinkUse& use : uses) {
    Link& on = link(use.link);
    added.uses.push_back({use.link, static_cast<std::uint32_t>(on.jobs.size()), use.weight});
    on.jobs.push_back({job, use.weight});
    on.wanted += use.weight;
    narrow = narrow || on.narrow();
  }
  if (narrow) {
    activate(job);
  }
  settle();
}

void LinkShares::leave(const Use& use) {
  Link& on = link(use.link);
  on.wanted -= use.weight;
  const OnLink moved = on.jobs.back();
  on.jobs[use.place] = moved;
  on.jobs.pop_back();
  for (Use& other : sharer(moved.job).uses) {
    other.place = other.link == use.link ? use.place : other.place;
  }
}

void LinkShares::remove(JobId job) {
  Sharer& gone = sharer(job);
  check(gone.present, "only a job that shares links leaves them");
  for (const Use& use : gone.uses) {
    if (link(use.link).narrow()) {
      touch(use.link);
    }
    leave(use);
  }
  gone.present = false;
  gone.uses.clear();
  settle();
}

void LinkShares::set_capacity(LinkId id, std::int64_t capacity) {
  const bool was_narrow = link(id).narrow();
  link(id).capacity = capacity;
  if (was_narrow || link(id).narrow()) {
    touch(id);
    for (const OnLink& use : link(id).jobs) {
      activate(use.job);  // it may hold more than there is now
    }
  }
  settle();
}

void LinkShares::touch(LinkId id) {
  if (!link(id).touched) {
    link(id).touched = true;
    touched_.push_back(id);
  }
}

void LinkShares::activate(JobId job) {
  Sharer& reached = sharer(job);
  if (reached.active) {
    return;
  }
  reached.active = true;
  reached.before = reached.rate;
  active_.push_back(job);
  for (const Use& use : reached.uses) {
    if (link(use.link).narrow()) {
      touch(use.link);
    }
  }
}

void LinkShares::settle() {
  if (!touched_.empty()) {
    do {
      find_rates();
      measure();
    } while (pull_in());
  }
  report();
}

// Progressive filling: all active jobs rise together, and those on the link that is full first stay
// where they are. The others are taken as they are.
void LinkShares::find_rates() {
  for (const JobId job : active_) {
    sharer(job).waiting = true;
  }
  open_links();
  while (!heap_.empty()) {
    std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
    const auto [share, id] = heap_.back();
    heap_.pop_back();
    Link& full = link(id);
    if (full.wanting == 0) {
      continue;
    }
    // Those fixed since had less than this: the share of the rest has only risen.
    const double now = full.share();
    if (below(share, now)) {
      heap_.emplace_back(now, id);
      std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
      continue;
    }
    for (const OnLink& use : full.jobs) {
      if (sharer(use.job).waiting) {
        give(use.job, std::min(now, 1.0));
      }
    }
  }
  for (const JobId job : active_) {
    if (sharer(job).waiting) {
      give(job, 1);
    }
  }
}

void LinkShares::open_links() {
  heap_.clear();
  for (const LinkId id : touched_) {
    Link& open = link(id);
    open.left = static_cast<double>(open.capacity);
    open.wanting = 0;
    for (const OnLink& use : open.jobs) {
      const Sharer& job = sharer(use.job);
      open.wanting += job.waiting ? use.weight : 0;
      open.left -= job.waiting ? 0 : static_cast<double>(use.weight) * job.rate;
    }
    if (open.wanting > 0 && open.narrow() && open.share() < 1) {
      heap_.emplace_back(open.share(), id);
    }
  }
  std::make_heap(heap_.begin(), heap_.end(), std::greater<>());
}

void LinkShares::give(JobId job, double rate) {
  Sharer& given = sharer(job);
  given.rate = rate;
  given.waiting = false;
  for (const Use& use : given.uses) {
    Link& on = link(use.link);
    on.left -= static_cast<double>(use.weight) * rate;
    on.wanting -= use.weight;
  }
}

void LinkShares::measure() {
  for (const LinkId id : touched_) {
    Link& measured = link(id);
    double load = 0;
    double highest = 0;
    for (const OnLink& use : measured.jobs) {
      const double rate = sharer(use.job).rate;
      load += static_cast<double>(use.weight) * rate;
      highest = std::max(highest, rate);
    }
    const bool full = !below(load, static_cast<double>(measured.capacity));
    measured.level = full && measured.narrow() ? highest : not_full;
  }
}

// By a bottleneck, or by nothing at all.
bool LinkShares::held_up(const Sharer& sharer) const {
  return !below(sharer.rate, 1) || std::ranges::any_of(sharer.uses, [&](const Use& use) {
    const double level = link(use.link).level;
    return level != not_full && !below(sharer.rate, level);
  });
}

// A job without a bottleneck is to be changed; if it was already, those that have more of its links
// are.
void LinkShares::examine(JobId job) {
  const Sharer& one = sharer(job);
  if (held_up(one)) {
    return;
  }
  if (!one.active) {
    reached_.push_back(job);
    return;
  }
  for (const Use& use : one.uses) {
    const Link& on = link(use.link);
    for (std::size_t i = 0; on.level != not_full && i < on.jobs.size(); ++i) {
      const Sharer& other = sharer(on.jobs[i].job);
      if (!other.active && below(one.rate, other.rate)) {
        reached_.push_back(on.jobs[i].job);
      }
    }
  }
}

// False when every job on a touched link is as it should be.
bool LinkShares::pull_in() {
  reached_.clear();
  for (const LinkId id : touched_) {
    for (const OnLink& use : link(id).jobs) {
      examine(use.job);
    }
  }
  for (const JobId job : reached_) {
    activate(job);
  }
  return !reached_.empty();
}

void LinkShares::report() {
  changed_.clear();
  for (const JobId job : active_) {
    Sharer& one = sharer(job);
    one.active = false;
    if (below(one.rate, one.before) || below(one.before, one.rate)) {
      changed_.push_back(job);
    }
  }
  std::sort(changed_.begin(), changed_.end());
  for (const LinkId id : touched_) {
    link(id).touched = false;
  }
  active_.clear();
  touched_.clear();
}

}  // namespace berth
