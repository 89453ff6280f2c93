// What will happen, in the order in which it will: by time, at one instant by rank, among equals
// by the order of scheduling. The order is total. Time never goes back, which buys the speed (see
// RadixHeap): firing an event costs about the same whether a thousand or a million are pending.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/check.hpp"
#include "core/radix_heap.hpp"
#include "core/time.hpp"

namespace berth {

// One scheduled event; a default one stands for none. Harmless after the event has fired.
struct EventHandle {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
};

// REQUIRES of Event: it is default-constructible and can be moved.
template <class Event>
class EventQueue {
 public:
  static constexpr unsigned ranks = RadixHeap::ranks;

  struct Fired {
    SimTime at;
    unsigned rank = 0;
    Event event;
  };

  // REQUIRES: at is not before the last event fired, nor `never`; rank < ranks.
  EventHandle schedule(SimTime at, unsigned rank, Event event) {
    check(at >= now_ && at != never, "an event is scheduled between now and never");
    check(rank < ranks, "the rank of an event is known");
    const std::uint32_t slot = take_slot();
    slots_[slot].event = std::move(event);
    ++live_;
    heap_.push({static_cast<std::uint64_t>(at.time_since_epoch().count()), rank, slot});
    return {slot, ++slots_[slot].generation};
  }

  // False when the event has fired or was cancelled before.
  bool cancel(EventHandle handle) {
    if (handle.slot >= slots_.size() || !is_live(handle)) {
      return false;
    }
    retire(slots_[handle.slot]);
    if constexpr (!std::is_trivially_destructible_v<Event>) {
      slots_[handle.slot].event = Event{};
    }
    if (const std::size_t dead = heap_.size() - live_; dead > 64 && dead > live_) {
      purge();
    }
    return true;
  }

  // Takes the next event out of the queue; false when there is none.
  bool pop(Fired& fired) {
    if (!bring_live_to_front()) {
      return false;
    }
    const HeapKey key = heap_.pop();
    now_ = time_of(key);
    fired.at = now_;
    fired.rank = key.rank;
    fired.event = std::move(slots_[key.slot].event);
    retire(slots_[key.slot]);
    free_slot(key.slot);
    return true;
  }

  std::optional<Fired> pop() {
    std::optional<Fired> fired(std::in_place);
    if (!pop(*fired)) {
      fired.reset();
    }
    return fired;
  }

  struct Next {
    SimTime at;
    unsigned rank = 0;
  };
  // When the next event fires, and with which rank. Not const: cancelled events in its way are
  // cleared.
  std::optional<Next> next() {
    if (!bring_live_to_front()) {
      return std::nullopt;
    }
    const HeapKey& key = heap_.front().back();
    return Next{time_of(key), key.rank};
  }
  std::optional<SimTime> next_time() {
    const auto upcoming = next();
    return upcoming ? std::optional(upcoming->at) : std::nullopt;
  }

  [[nodiscard]] bool empty() const { return live_ == 0; }
  [[nodiscard]] std::size_t size() const { return live_; }
  // Slots held, those of cancelled events included: what the memory in use goes by.
  [[nodiscard]] std::size_t capacity() const { return slots_.size(); }

 private:
  // No slot lies across two cache lines when that costs little.
  static constexpr std::size_t slot_size = sizeof(Event) + 2 * sizeof(std::uint32_t);
  static constexpr std::size_t slot_alignment =
      slot_size <= cache_line ? std::bit_ceil(slot_size) : alignof(Event);

  struct alignas(slot_alignment) Slot {
    Event event{};
    std::uint32_t generation = 0;  // odd while the event is pending
    std::uint32_t next_free = 0;
  };

  static constexpr std::uint32_t none = ~std::uint32_t{0};

  static SimTime time_of(const HeapKey& key) {
    return SimTime{Duration{static_cast<Duration::rep>(key.time)}};
  }

  [[nodiscard]] bool is_live(EventHandle handle) const {
    const std::uint32_t generation = slots_[handle.slot].generation;
    return generation == handle.generation && generation % 2 == 1;
  }

  void retire(Slot& slot) {
    ++slot.generation;
    --live_;
  }

  std::uint32_t take_slot() {
    if (free_ == none) {
      check(slots_.size() < none, "fewer than 2^32 events are pending");
      slots_.emplace_back();
      return static_cast<std::uint32_t>(slots_.size() - 1);
    }
    return std::exchange(free_, slots_[free_].next_free);
  }

  void free_slot(std::uint32_t slot) { slots_[slot].next_free = std::exchange(free_, slot); }

  // False when no event is pending. Otherwise the last key of the front is live.
  bool bring_live_to_front() {
    if (live_ == 0) {
      return false;
    }
    for (;;) {
      if (heap_.refill_due()) {
        refill();
      }
      const std::uint32_t slot = heap_.front().back().slot;
      if (slots_[slot].generation % 2 == 1) [[likely]] {
        return true;
      }
      heap_.drop();
      free_slot(slot);
    }
  }

  // The slots of the front are all over memory: fetch them at once, not one after the other.
  // In a large queue the heap has brought them near before.
  void refill() {
    heap_.refill({reinterpret_cast<const std::byte*>(slots_.data()), sizeof(Slot)});
    for (const HeapKey& key : heap_.front()) {
      __builtin_prefetch(&slots_[key.slot]);
    }
  }

  void purge() {
    heap_.erase_if([this](const HeapKey& key) {
      const bool dead = slots_[key.slot].generation % 2 == 0;
      if (dead) {
        free_slot(key.slot);
      }
      return dead;
    });
  }

  RadixHeap heap_;
  std::vector<Slot, LargePages<Slot>> slots_;
  std::uint32_t free_ = none;
  std::size_t live_ = 0;
  SimTime now_{};
};

}  // namespace berth
