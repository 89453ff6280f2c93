#include "scheduler/profile.hpp"

#include <algorithm>
#include <iterator>

#include "core/bits.hpp"
#include "core/check.hpp"

namespace berth {

namespace {

const GpuShares none_shared;

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

Profile::Profile(const Fleet& fleet, const Placer& placer, Naming naming)
    : placer_(placer),
      counts_(naming == Naming::as_needed && interchangeable(fleet) && placer.takes_any_room()),
      scratch_(fleet) {
  Slice all;
  all.begin = SimTime{};
  all.free_gpus = fleet.gpus();
  for (std::uint32_t node = 0; !counts_ && node < fleet.nodes(); ++node) {
    const NodeId id(node);
    all.nodes.push_back({scratch_.free(id), scratch_.free_cpu_milli(id), scratch_.free_memory(id)});
  }
  slices_.push_back(std::move(all));
}

void Profile::advance(SimTime now) {
  std::size_t past = 0;
  while (past + 1 < slices_.size() && slices_[past + 1].begin <= now) {
    ++past;
  }
  slices_.erase(slices_.begin(), slices_.begin() + static_cast<std::ptrdiff_t>(past));
  slices_.front().begin = now;
}

std::size_t Profile::cut(SimTime at) {
  const auto after =
      std::upper_bound(slices_.begin(), slices_.end(), at,
                       [](SimTime t, const Slice& slice) { return t < slice.begin; });
  check(after != slices_.begin(), "the profile is not cut in the past");
  const auto index = static_cast<std::size_t>(after - slices_.begin()) - 1;
  if (slices_[index].begin == at) {
    return index;
  }
  Slice copy = slices_[index];
  copy.begin = at;
  slices_.insert(after, std::move(copy));
  return index + 1;
}

void Profile::merge(std::size_t index) {
  if (index > 0 && index < slices_.size() &&
      slices_[index - 1].free_gpus == slices_[index].free_gpus &&
      slices_[index - 1].nodes == slices_[index].nodes &&
      slices_[index - 1].shared == slices_[index].shared) {
    slices_.erase(slices_.begin() + static_cast<std::ptrdiff_t>(index));
  }
}

void Profile::change(const Shape& shape, const Slot& slot, SimTime from, bool take) {
  if (from >= slot.end) {
    return;
  }
  const std::size_t first = cut(from);
  const std::size_t past = cut(slot.end);
  for (std::size_t i = first; i < past; ++i) {
    if (counts_) {
      slices_[i].free_gpus += static_cast<std::uint64_t>(take ? -1 : 1) * shape.total_gpus();
      continue;
    }
    for (const Part& part : slot.placement) {
      change(slices_[i], shape, part, take);
    }
  }
  merge(past);
  merge(first);
}

void Profile::change(Slice& slice, const Shape& shape, const Part& part, bool take) {
  const std::int64_t sign = take ? -1 : 1;
  const std::uint32_t node = part.node.index();
  Free& free = slice.nodes[node];
  const GpuMask before = free.gpus;
  if (shape.gpu_milli == 0) {
    check((free.gpus & part.gpus) == (take ? part.gpus : 0), "promised GPUs are taken once");
    free.gpus ^= part.gpus;
  } else {
    GpuShares& shares = slice.shared[node];
    take ? shares.take(part, shape.gpu_milli, free.gpus)
         : shares.give_back(part, shape.gpu_milli, free.gpus);
    if (shares.empty()) {
      slice.shared.erase(node);
    }
  }
  slice.free_gpus += count_ones(free.gpus) - std::uint64_t{count_ones(before)};
  free.cpu_milli += sign * part.tasks * shape.cpu_milli;
  free.memory += sign * part.tasks * shape.memory;
}

void Profile::take(const Shape& shape, const Slot& slot) { change(shape, slot, slot.start, true); }

void Profile::give_back(const Shape& shape, const Slot& slot, SimTime from) {
  change(shape, slot, from, false);
}

void Profile::narrow(const Slice& slice) {
  for (const auto& [node, shares] : slice.shared) {
    window_shared_.try_emplace(node);
  }
  for (auto& [node, shares] : window_shared_) {
    const auto other = slice.shared.find(node);
    shares.narrow(window_[node].gpus, slice.nodes[node].gpus,
                  other == slice.shared.end() ? none_shared : other->second);
  }
  for (std::size_t node = 0; node < window_.size(); ++node) {
    const Free& free = slice.nodes[node];
    Free& in_all = window_[node];
    in_all.gpus &= free.gpus;
    in_all.cpu_milli = std::min(in_all.cpu_milli, free.cpu_milli);
    in_all.memory = std::min(in_all.memory, free.memory);
  }
}

// The request from the begin of slice `first`. When it does not fit, `retry` is the next slice to
// try: beyond the slice that alone has too little, since every window over it fails too.
std::optional<Placement> Profile::try_window(std::size_t first, const Request& request, RunKey run,
                                             std::size_t& retry) {
  const SimTime end = end_of(request, slices_[first].begin);
  std::size_t past = first;
  for (; past < slices_.size() && (past == first || slices_[past].begin < end); ++past) {
    if (slices_[past].free_gpus < request.shape.total_gpus()) {
      retry = past + 1;
      return std::nullopt;
    }
  }
  if (counts_) {
    check(request.shape.gpu_milli == 0, "shares are placed where GPUs have names");
    return Placement{};
  }
  window_ = slices_[first].nodes;
  window_shared_ = slices_[first].shared;
  for (std::size_t i = first + 1; i < past; ++i) {
    narrow(slices_[i]);
  }
  for (std::uint32_t node = 0; node < window_.size(); ++node) {
    const auto shared = window_shared_.find(node);
    scratch_.assume(NodeId(node), window_[node].gpus, window_[node].cpu_milli, window_[node].memory,
                    shared == window_shared_.end() ? none_shared : shared->second);
  }
  retry = first + 1;
  return placer_.place(request, {scratch_, slices_[first].begin, run});
}

Slot Profile::at(SimTime start, const Request& request, RunKey run) {
  std::size_t retry = 0;
  auto placement = try_window(cut(start), request, run, retry);
  check(placement.has_value(), "there is room where a slot is wanted");
  return {start, end_of(request, start), std::move(*placement)};
}

Slot Profile::earliest(const Request& request, RunKey run) {
  for (std::size_t first = 0; first < slices_.size();) {
    std::size_t retry = first + 1;
    if (auto placement = try_window(first, request, run, retry)) {
      const SimTime start = slices_[first].begin;
      return {start, end_of(request, start), std::move(*placement)};
    }
    first = retry;
  }
  check(false, "a request that fits the empty fleet finds a slot after everything else");
  return {};
}

}  // namespace berth
