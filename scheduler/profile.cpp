#include "scheduler/profile.hpp"

#include <algorithm>
#include <utility>

#include "core/bits.hpp"
#include "core/check.hpp"

namespace berth {
namespace {

bool interchangeable(const Fleet& fleet) {
  return std::all_of(fleet.kinds().begin(), fleet.kinds().end(), [](const NodeKind& kind) {
    return kind.gpus == 1 && kind.cpu_milli == 0 && kind.memory == 0;
  });
}

// A job of no length, too, holds what it was given until its end is told: a slot without length
// would let another job have the same GPUs at the same instant.
SimTime end_of(const Request& request, SimTime start) {
  return after(start, std::max(request.estimate, Duration(1)));
}

}  // namespace

Profile::Profile(const Fleet& fleet, const Placer& placer, Naming naming, const Reach* reach)
    : placer_(placer),
      reach_(reach),
      counts_(naming == Naming::as_needed && interchangeable(fleet) && placer.takes_any_room()),
      free_gpus_(static_cast<std::int64_t>(fleet.gpus())),
      scratch_(fleet),
      times_(scratch_) {}

void Profile::advance(SimTime now) {
  if (now == now_) {
    return;
  }
  now_ = now;
  if (counts_) {
    free_gpus_.advance(now);
  } else {
    times_.advance(now);
    ends_.erase(ends_.begin(), ends_.upper_bound(now));
  }
}

Need Profile::need(const Shape& shape) const {
  return counts_ ? Need{&free_gpus_, static_cast<std::int64_t>(shape.total_gpus())}
                 : times_.need(shape);
}

void Profile::take(const Shape& shape, const Slot& slot) {
  if (counts_) {
    free_gpus_.add(slot.start, slot.end, -need(shape).least);
    return;
  }
  times_.change(NodeTimes::Change::take, shape, slot.placement, slot.start, slot.end);
  ++ends_[slot.end];
}

void Profile::give_back(const Shape& shape, const Slot& slot, SimTime from) {
  if (from >= slot.end) {
    return;
  }
  if (counts_) {
    free_gpus_.add(from, slot.end, need(shape).least);
    return;
  }
  times_.change(NodeTimes::Change::give_back, shape, slot.placement, from, slot.end);
  forget_end(slot.end);
}

void Profile::forget_end(SimTime end) {
  if (const auto found = ends_.find(end); --found->second == 0) {
    ends_.erase(found);
  }
}

void Profile::reserve(const Slot& slot) {
  times_.change(NodeTimes::Change::close, {}, slot.placement, std::max(now_, slot.start), slot.end);
  ++ends_[slot.end];
}

void Profile::release(const Slot& slot) {
  if (slot.end > now_) {
    times_.change(NodeTimes::Change::open, {}, slot.placement, std::max(now_, slot.start),
                  slot.end);
    forget_end(slot.end);
  }
}

Slot Profile::at(SimTime start, const Request& request, const View& view) {
  auto slot = place_at(request, view, start);
  check(slot.has_value(), "there is room where a slot is wanted");
  return std::move(*slot);
}

// From one stretch of time in which the need is met to the next.
std::optional<Slot> Profile::earliest(const Request& request, const View& view, SimTime from,
                                      SimTime before) {
  if (const auto later = placer_.retry_at(request, now_)) {
    ends_.try_emplace(*later, 0U);  // it may fit from then on though nothing ends
  }
  const auto [room, least] = need(request.shape);
  const Duration takes = std::max(request.estimate, Duration(1));
  for (auto enough = room->stretch(least, takes, from); enough.from < before;
       enough = room->stretch(least, takes, enough.past)) {
    const SimTime last = enough.past == never ? never : enough.past - takes;
    const SimTime past = std::min(before, after(last, Duration(1)));
    if (auto slot = place(request, view, enough.from, past)) {
      return slot;
    }
    if (enough.past >= before) {
      break;
    }
  }
  return std::nullopt;
}

// Starts at `from` or later, but before `past`. Where GPUs are named a slot is earliest only now,
// where another one ends, or where nodes come within reach; of those times after all ends, so many
// are looked at.
std::optional<Slot> Profile::place(const Request& request, const View& view, SimTime from,
                                   SimTime past) {
  if (counts_) {
    return from < past ? std::optional(Slot{from, end_of(request, from), {}}) : std::nullopt;
  }
  constexpr int changes_most = 64;
  int changes = 0;
  for (SimTime start = from == now_ ? now_ : next_start(from);
       start < past && changes < changes_most; start = next_start(start + Duration(1))) {
    if (auto slot = place_at(request, view, start)) {
      return slot;
    }
    changes += next_end(start) == never ? 1 : 0;
  }
  return std::nullopt;
}

SimTime Profile::next_end(SimTime from) const {
  const auto next = ends_.lower_bound(from);
  return next == ends_.end() ? never : next->first;
}

SimTime Profile::next_start(SimTime from) const {
  const SimTime end = next_end(from);
  return reach_ != nullptr ? std::min(end, reach_->next_change(from - Duration(1))) : end;
}

std::optional<Slot> Profile::place_at(const Request& request, const View& view, SimTime start) {
  const SimTime end = end_of(request, start);
  times_.free_throughout(start, end, window_);
  const ScopeId scope = reach_ != nullptr ? reach_->scope(request, start) : view.scope;
  const bool all = reach_ != nullptr && reach_->all(scope);
  const std::uint32_t each = request.shape.gpus;
  std::uint64_t room = 0;
  std::vector<NodeId> beyond;  // where it matters whether anybody is there
  for (std::uint32_t node = 0; node < window_.size(); ++node) {
    if (!all && !may_have(NodeId(node), scope, view)) {
      if (request.shape.alone > 0) {
        beyond.emplace_back(node);
        continue;
      }
      window_[node] = {};
    }
    room += each > 0 ? count_ones(window_[node].gpus) / each : request.shape.tasks;
  }
  if (room < request.shape.tasks) {
    return std::nullopt;  // spares the placer's index, which costs more
  }
  for (std::uint32_t node = 0; node < window_.size(); ++node) {
    const NodeTimes::Free& free = window_[node];
    const NodeId id(node);
    if (scratch_.free(id) != free.gpus || scratch_.free_cpu_milli(id) != free.cpu_milli ||
        scratch_.free_memory(id) != free.memory || scratch_.shares(id) != free.shares) {
      scratch_.assume(id, free.gpus, free.cpu_milli, free.memory, free.shares);
    }
  }
  for (const NodeId node : beyond) {
    scratch_.set_available(node, false);
  }
  auto placement = placer_.place(request, {scratch_, start, view.run, scope, view.seen});
  for (const NodeId node : beyond) {
    scratch_.set_available(node, true);
  }
  return placement ? std::optional(Slot{start, end, std::move(*placement)}) : std::nullopt;
}

}  // namespace berth
