#include "core/radix_heap.hpp"

#include <algorithm>

namespace berth {
namespace {

// Where the keys of each digit begin, when they lie digit by digit. One byte for each of 64 digits.
class Offsets {
 public:
  void count(unsigned digit) { words_[digit / 8] += one(digit); }

  // Once all are counted.
  void sum_up() {
    constexpr std::uint64_t ones = 0x0101010101010101;
    std::uint64_t before = 0;
    for (std::uint64_t& word : words_) {
      const std::uint64_t sums = word * ones;  // byte i: of the bytes up to i
      word = (sums << 8) + before * ones;
      before += sums >> 56;
    }
  }

  // The place of the next key of this digit. REQUIRES: sum_up() was called.
  std::size_t take(unsigned digit) {
    const std::size_t place = words_[digit / 8] >> shift(digit) & 0xFF;
    words_[digit / 8] += one(digit);
    return place;
  }

 private:
  static unsigned shift(unsigned digit) { return digit % 8 * 8; }
  static std::uint64_t one(unsigned digit) { return std::uint64_t{1} << shift(digit); }

  std::array<std::uint64_t, 8> words_{};
};

}  // namespace

void RadixHeap::refill(SlotArray slots) {
  while (refill_due()) {
    const auto level = static_cast<unsigned>(__builtin_ctz(levels_));
    const auto digit = static_cast<unsigned>(__builtin_ctzll(filled_[level]));
    if (level == 0) {
      take_instant({level, digit});
    } else {
      take_bucket({level, digit}, slots);
    }
  }
}

// Forgets the keys of the bucket; its list is for the caller to empty.
void RadixHeap::unmark(Bucket bucket) {
  waiting_ -= lists_.size(list_of(bucket));
  filled_[bucket.level] &= ~(std::uint64_t{1} << bucket.digit);
  if (filled_[bucket.level] == 0) {
    levels_ &= ~(1U << bucket.level);
  }
}

// All keys of this bucket are equal. Only its first chunk comes to the front, so that a storm of
// events at one instant never has to be sorted.
void RadixHeap::take_instant(Bucket bucket) {
  const unsigned list = list_of(bucket);
  lists_.drain_chunk(list, [this](const HeapKey& key) {
    front_[front_size_++] = key;
    --waiting_;
  });
  reverse_front();
  const bool all = lists_.size(list) == 0;
  if (all) {
    unmark(bucket);
  }
  fence_time_ = base_;
  fence_rank_ = all ? bucket.digit + 1 : bucket.digit;
}

void RadixHeap::take_bucket(Bucket bucket, SlotArray slots) {
  const std::uint64_t width = std::uint64_t{1} << shift_of(bucket.level);
  const std::uint64_t below = width * digits - 1;  // wraps to all ones on the highest level
  base_ = (base_ & ~below) | (bucket.digit * width);
  const std::size_t size = lists_.size(list_of(bucket));
  if (size <= sorted_at_once) {
    return gather(bucket, base_ & ~below);
  }
  unmark(bucket);
  if (size > soon || waiting_ < out_of_cache) {
    return lists_.drain(list_of(bucket), [this](const HeapKey& key) { push_behind(key); });
  }
  lists_.drain(list_of(bucket), [&](const HeapKey& key) {
    slots.prefetch(key);
    push_behind(key);
  });
}

// Neighbours of a small bucket come along, for a front of a single key is not worth the way.
void RadixHeap::gather(Bucket bucket, std::uint64_t start_of_level) {
  for (;;) {
    fence_time_ = start_of_level + (std::uint64_t{bucket.digit + 1} << shift_of(bucket.level));
    take_sorted(bucket);
    if (front_size_ >= gathered || filled_[bucket.level] == 0) {
      break;
    }
    bucket.digit = static_cast<unsigned>(__builtin_ctzll(filled_[bucket.level]));
    if (lists_.size(list_of(bucket)) > sorted_at_once) {
      break;
    }
  }
  fence_rank_ = 0;
  reverse_front();
}

void RadixHeap::take_sorted(Bucket bucket) {
  unmark(bucket);
  if (lists_.size(list_of(bucket)) > inserted_at_once) {
    return deal_out(bucket);
  }
  lists_.drain(list_of(bucket), [this](const HeapKey& key) { sort_in(key); });
}

// Dealt out by the digit below, the keys are nearly in order before they are sorted in.
void RadixHeap::deal_out(Bucket bucket) {
  const auto digit_of = [level = bucket.level](const HeapKey& key) {
    return level == 1 ? key.rank : static_cast<unsigned>(key.time >> shift_of(level - 1)) % digits;
  };
  std::array<HeapKey, sorted_at_once> keys;
  std::size_t size = 0;
  Offsets offsets;
  lists_.drain(list_of(bucket), [&](const HeapKey& key) {
    keys[size++] = key;
    offsets.count(digit_of(key));
  });
  offsets.sum_up();
  for (std::size_t i = 0; i < size; ++i) {
    front_[front_size_ + offsets.take(digit_of(keys[i]))] = keys[i];
  }
  for (std::size_t i = 0; i < size; ++i) {
    sort_in(HeapKey{front_[front_size_]});
  }
}

// For a front that is still sorted the other way round, as the buckets come.
void RadixHeap::sort_in(const HeapKey& key) {
  std::size_t at = front_size_++;
  for (; at > 0 && fires_before(key, front_[at - 1]); --at) {
    front_[at] = front_[at - 1];
  }
  front_[at] = key;
}

void RadixHeap::reverse_front() {
  std::reverse(front_.begin(), front_.begin() + static_cast<std::ptrdiff_t>(front_size_));
}

// The front is full of events scheduled since it was filled: they go back to the buckets.
void RadixHeap::spill() {
  if (floor_ < base_) {
    rewind();
  }
  // What equals the fence is the head of a bucket that was taken in part.
  std::size_t first = 0;
  for (; first < front_size_ && front_[first].time == fence_time_ &&
         front_[first].rank == fence_rank_;
       ++first) {
    lists_.prepend(mark(bucket_of(front_[first])), front_[first]);
  }
  for (std::size_t i = front_size_; i > first; --i) {
    push_behind(front_[i - 1]);
  }
  front_size_ = 0;
  fence_time_ = base_;
  fence_rank_ = 0;
}

// Takes the base back to the floor. Only the buckets below the highest digit that changes are
// misplaced: all of them belong into the one bucket of the old base's digit.
void RadixHeap::rewind() {
  const unsigned level = level_of(base_ ^ floor_);
  const Bucket to{level, static_cast<unsigned>(base_ >> shift_of(level)) % digits};
  for (unsigned low = 0; low < level; ++low) {
    for (unsigned digit = 0; digit < digits; ++digit) {
      if (const Bucket from{low, digit}; marked(from)) {
        lists_.splice(list_of(to), list_of(from));
        filled_[low] &= ~(std::uint64_t{1} << digit);
        filled_[level] |= std::uint64_t{1} << to.digit;
      }
    }
    levels_ &= ~(1U << low);
  }
  levels_ |= filled_[level] != 0 ? 1U << level : 0;
  base_ = floor_;
}

}  // namespace berth
