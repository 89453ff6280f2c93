#include "scheduler/waiting_queue.hpp"

#include <algorithm>
#include <bit>
#include <tuple>

#include "core/check.hpp"

namespace berth {
namespace {

bool before(const WaitingQueue::Entry& a, const WaitingQueue::Entry& b) {
  return std::tie(a.key, a.submit, a.sequence) < std::tie(b.key, b.submit, b.sequence);
}

}  // namespace

// Most workloads have few kinds, and ask for the same again.
std::uint32_t WaitingQueue::kind_of(const Kind& kind) {
  const std::size_t few = std::min<std::size_t>(kinds_.size(), 8);
  const auto past = kinds_.begin() + static_cast<std::ptrdiff_t>(few);
  if (const auto known = std::find(kinds_.begin(), past, kind); known != past) {
    return static_cast<std::uint32_t>(known - kinds_.begin());
  }
  const auto [at, fresh] =
      number_of_kind_.try_emplace(kind, static_cast<std::uint32_t>(kinds_.size()));
  if (fresh) {
    kinds_.push_back(kind);
  }
  return at->second;
}

WaitingQueue::Entry WaitingQueue::entry_of(const Request& request, std::int64_t key) {
  return {key,
          request.submit,
          request.sequence,
          request.estimate,
          request.shape.total_gpus(),
          request.id,
          kind_of({request.shape, request.scope}),
          false};
}

void WaitingQueue::insert(const Request& request, std::int64_t key) {
  if (entries_.size() > 2 * alive_ + 64) {
    close_gaps();
  }
  const Entry entry = entry_of(request, key);
  if (entries_.empty() || before(entries_.back(), entry)) {
    entries_.push_back(entry);
    first_ = alive_ == 0 ? entries_.size() - 1 : first_;
    fresh_blocks_ = std::min(fresh_blocks_, (entries_.size() - 1) / block_size);
  } else {
    const auto at = std::lower_bound(entries_.begin(), entries_.end(), entry, before);
    const auto position = static_cast<Position>(at - entries_.begin());
    first_ = std::min(alive_ == 0 ? entries_.size() : first_, position);
    entries_.insert(at, entry);
    first_ = skip_gone(first_);
    fresh_blocks_ = std::min(fresh_blocks_, position / block_size);
  }
  ++alive_;
}

void WaitingQueue::Block::add(const Entry& entry) {
  Duration& least = briefest[entry.kind % kind_bits];
  least = (kinds & bit(entry.kind)) == 0 ? entry.estimate : std::min(least, entry.estimate);
  kinds |= bit(entry.kind);
}

bool WaitingQueue::Block::has(const Wanted& wanted) const {
  if ((kinds & wanted.any) != 0) {
    return true;
  }
  for (Kinds left = kinds & wanted.brief; left != 0; left &= left - 1) {
    if (briefest[static_cast<std::size_t>(std::countr_zero(left))] <= wanted.brief_most) {
      return true;
    }
  }
  return false;
}

void WaitingQueue::refresh(Position block) {
  if (block >= blocks_.size()) {
    blocks_.resize(block + 1);
  }
  Block exact;
  const Position past = std::min((block + 1) * block_size, entries_.size());
  for (Position at = block * block_size; at < past; ++at) {
    if (!entries_[at].gone) {
      exact.add(entries_[at]);
    }
  }
  blocks_[block] = exact;
}

WaitingQueue::Position WaitingQueue::next(Position position, const Wanted& wanted) {
  const auto is_wanted = [&wanted](const Entry& entry) {
    const Kinds kind = bit(entry.kind);
    return !entry.gone && ((kind & wanted.any) != 0 ||
                           ((kind & wanted.brief) != 0 && entry.estimate <= wanted.brief_most));
  };
  for (Position at = position + 1; at < entries_.size();) {
    const Position block = at / block_size;
    if (block >= fresh_blocks_) {
      refresh(block);
      fresh_blocks_ = block + 1;
    }
    const Position past = std::min((block + 1) * block_size, entries_.size());
    if (blocks_[block].has(wanted)) {
      const auto found =
          std::find_if(entries_.begin() + static_cast<std::ptrdiff_t>(at),
                       entries_.begin() + static_cast<std::ptrdiff_t>(past), is_wanted);
      at = static_cast<Position>(found - entries_.begin());
      if (at < past) {
        return at;
      }
    }
    at = past;
  }
  return entries_.size();
}

void WaitingQueue::erase(Position position) {
  check(position < entries_.size() && !entries_[position].gone, "only a waiting job leaves");
  entries_[position].gone = true;
  --alive_;
  if (position == first_) {
    first_ = skip_gone(first_);
  }
}

WaitingQueue::Position WaitingQueue::find(const Request& request, std::int64_t key) const {
  Entry entry;
  entry.key = key;
  entry.submit = request.submit;
  entry.sequence = request.sequence;
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), entry, before);
  check(at != entries_.end() && at->job == request.id && !at->gone,
        "a job is found where it waits");
  return static_cast<Position>(at - entries_.begin());
}

void WaitingQueue::clear() {
  entries_.clear();
  first_ = 0;
  alive_ = 0;
  fresh_blocks_ = 0;
}

void WaitingQueue::close_gaps() {
  std::erase_if(entries_, [](const Entry& entry) { return entry.gone; });
  first_ = 0;
  fresh_blocks_ = 0;
}

}  // namespace berth
