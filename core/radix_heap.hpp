// The order in which events fire: a monotone radix heap of small keys, made for a clock that never
// goes back. Time is cut into digits of six bits. A key waits in the bucket of the highest digit
// in which it differs from the base, and falls through at most one bucket per digit on its way to
// the front, always in streams and never by chance through memory; a bucket small enough is sorted
// into the front at once. What a key stands for is fetched into the cache before its turn comes.
// Buckets are first in, first out and equal keys share one, so the order of pushing is kept without
// being stored.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/chunk_lists.hpp"

namespace berth {

// Where the owner keeps what the keys stand for.
struct SlotArray {
  const std::byte* at;
  std::size_t stride;

  void prefetch(const HeapKey& key) const { __builtin_prefetch(at + key.slot * stride, 0, 2); }
};

class RadixHeap {
 public:
  static constexpr unsigned ranks = 32;  // at most as many as a digit has values

  // The next key is the last of these. Empty only when the heap is, or when refill() is due.
  [[nodiscard]] std::span<const HeapKey> front() const { return {front_.data(), front_size_}; }
  [[nodiscard]] bool refill_due() const { return front_size_ == 0 && levels_ != 0; }
  [[nodiscard]] std::size_t size() const { return front_size_ + waiting_; }

  // REQUIRES: key.time >= that of the last key popped, key.rank < ranks.
  void push(const HeapKey& key) {
    if (key.time > fence_time_ || (key.time == fence_time_ && key.rank >= fence_rank_)) {
      push_behind(key);
    } else if (front_size_ < front_.size()) {
      push_front(key);
    } else {
      spill();
      push(key);
    }
  }

  // REQUIRES: front() is not empty.
  HeapKey pop() {
    const HeapKey key = front_[--front_size_];
    floor_ = key.time;
    return key;
  }

  // Takes the next key out without its time having come: earlier ones may still be pushed.
  // REQUIRES: front() is not empty.
  void drop() { --front_size_; }

  // Brings the earliest keys to the front, and the slots of those that come soon into the cache.
  // REQUIRES: refill_due().
  void refill(SlotArray slots);

  // Drops the keys for which `drop(key)` is true; it is asked once for each key.
  template <class Drop>
  void erase_if(Drop drop);

 private:
  static constexpr unsigned digit_bits = 6;
  static constexpr unsigned digits = 1U << digit_bits;
  static_assert(ranks <= digits);
  static constexpr unsigned levels = 1 + (64 + digit_bits - 1) / digit_bits;  // 0 is the rank
  static constexpr std::size_t sorted_at_once = 32;                           // keys of one bucket
  static constexpr std::size_t inserted_at_once = 12;  // of these: too few to be dealt out first
  static constexpr std::size_t soon = 8192;  // keys of one bucket whose slots the cache can hold
  static constexpr std::size_t out_of_cache = 16384;  // keys whose slots it cannot hold
  static constexpr std::size_t gathered = 8;          // keys worth a visit to the buckets
  static constexpr std::size_t front_most = 64;

  struct Bucket {
    unsigned level;
    unsigned digit;
  };

  static unsigned list_of(Bucket bucket) { return bucket.level * digits + bucket.digit; }

  static unsigned level_of(std::uint64_t differs) {
    return 1 + (63 - static_cast<unsigned>(__builtin_clzll(differs))) / digit_bits;
  }
  static unsigned shift_of(unsigned level) { return (level - 1) * digit_bits; }

  [[nodiscard]] Bucket bucket_of(const HeapKey& key) const {
    const std::uint64_t differs = key.time ^ base_;
    if (differs == 0) {
      return {0, key.rank};
    }
    const unsigned level = level_of(differs);
    return {level, static_cast<unsigned>(key.time >> shift_of(level)) % digits};
  }

  // Notes that one more key waits in the bucket and returns its list.
  unsigned mark(Bucket bucket) {
    filled_[bucket.level] |= std::uint64_t{1} << bucket.digit;
    levels_ |= 1U << bucket.level;
    ++waiting_;
    return list_of(bucket);
  }

  void push_behind(const HeapKey& key) { lists_.append(mark(bucket_of(key)), key); }

  // Behind its equals, that is before them in the array. REQUIRES: room in the front.
  void push_front(const HeapKey& key) {
    std::size_t at = front_size_++;
    for (; at > 0 && !fires_before(key, front_[at - 1]); --at) {
      front_[at] = front_[at - 1];
    }
    front_[at] = key;
  }

  [[nodiscard]] bool marked(Bucket bucket) const {
    return (filled_[bucket.level] >> bucket.digit & 1) != 0;
  }
  void unmark(Bucket bucket);
  void take_instant(Bucket bucket);
  void take_bucket(Bucket bucket, SlotArray slots);
  void gather(Bucket bucket, std::uint64_t start_of_level);
  void take_sorted(Bucket bucket);
  void deal_out(Bucket bucket);
  void sort_in(const HeapKey& key);
  void reverse_front();
  void spill();
  void rewind();

  std::array<HeapKey, front_most> front_;  // sorted, the earliest last
  std::size_t front_size_ = 0;
  // What fires before (fence_time_, fence_rank_) is in the front, the rest in buckets.
  std::uint64_t fence_time_ = 0;
  unsigned fence_rank_ = 0;
  unsigned levels_ = 0;      // bit l: a bucket of level l is filled
  std::uint64_t base_ = 0;   // <= the time of every key in a bucket
  std::uint64_t floor_ = 0;  // <= the time of every key to come
  std::size_t waiting_ = 0;  // keys in buckets
  std::array<std::uint64_t, levels> filled_{};
  ChunkLists lists_{levels * digits};
};

template <class Drop>
void RadixHeap::erase_if(Drop drop) {
  std::size_t kept = 0;
  for (const HeapKey& key : front()) {
    if (!drop(key)) {
      front_[kept++] = key;
    }
  }
  front_size_ = kept;
  for (unsigned list = 0; list < levels * digits; ++list) {
    const Bucket bucket{list / digits, list % digits};
    if (marked(bucket)) {
      unmark(bucket);
      lists_.drain(list, [&](const HeapKey& key) {
        if (!drop(key)) {
          lists_.append(mark(bucket), key);
        }
      });
    }
  }
}

}  // namespace berth
