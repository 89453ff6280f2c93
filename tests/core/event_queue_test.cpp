#include "core/event_queue.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>

#include "core/random.hpp"

using namespace std::chrono_literals;

namespace berth {
namespace {

using Queue = EventQueue<int>;

// "5s/1:2" is event 2, fired at 5 s with rank 1.
std::string fire_all(Queue& queue) {
  std::string text;
  while (const auto fired = queue.pop()) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(fired->at - SimTime{});
    text += text.empty() ? "" : " ";
    text += std::to_string(seconds.count()) + "s/" + std::to_string(fired->rank) + ":" +
            std::to_string(fired->event);
  }
  return text;
}

TEST_CASE("events fire by time, whatever the order of scheduling") {
  Queue queue;
  queue.schedule(SimTime{3s}, 0, 3);
  queue.schedule(SimTime{1s}, 0, 1);
  queue.schedule(SimTime{2s}, 0, 2);
  CHECK(fire_all(queue) == "1s/0:1 2s/0:2 3s/0:3");
}

TEST_CASE("at one instant the lower rank fires first, so a finish frees GPUs for an arrival") {
  Queue queue;
  queue.schedule(SimTime{5s}, 2, 1);
  queue.schedule(SimTime{5s}, 0, 2);
  queue.schedule(SimTime{5s}, 1, 3);
  CHECK(fire_all(queue) == "5s/0:2 5s/1:3 5s/2:1");
}

TEST_CASE("events of one instant and one rank fire in the order of scheduling") {
  Queue queue;
  queue.schedule(SimTime{5s}, 1, 1);
  queue.schedule(SimTime{5s}, 1, 2);
  queue.schedule(SimTime{4s}, 1, 3);
  queue.schedule(SimTime{5s}, 1, 4);
  CHECK(fire_all(queue) == "4s/1:3 5s/1:1 5s/1:2 5s/1:4");
}

TEST_CASE("an event scheduled for now fires before those of a higher rank that wait already") {
  Queue queue;
  queue.schedule(SimTime{5s}, 1, 1);
  queue.schedule(SimTime{5s}, 2, 2);
  queue.schedule(SimTime{5s}, 3, 3);
  CHECK(queue.pop()->event == 1);
  queue.schedule(SimTime{5s}, 2, 4);
  queue.schedule(SimTime{5s}, 0, 5);
  CHECK(fire_all(queue) == "5s/0:5 5s/2:2 5s/2:4 5s/3:3");
}

TEST_CASE("an event may still be scheduled before the next one after asking when that is") {
  Queue queue;
  queue.schedule(SimTime{100h}, 0, 1);
  CHECK(queue.next_time() == SimTime{100h});
  queue.schedule(SimTime{2s}, 0, 2);
  CHECK(queue.next_time() == SimTime{2s});
  queue.schedule(SimTime{1s}, 0, 3);
  CHECK(fire_all(queue) == "1s/0:3 2s/0:2 360000s/0:1");
}

TEST_CASE("a cancelled event never fires") {
  Queue queue;
  const EventHandle first = queue.schedule(SimTime{1s}, 0, 1);
  queue.schedule(SimTime{2s}, 0, 2);
  CHECK(queue.cancel(first));
  CHECK(queue.size() == 1);
  CHECK(queue.next_time() == SimTime{2s});
  CHECK(fire_all(queue) == "2s/0:2");
}

TEST_CASE("cancelling twice, or after firing, says false") {
  Queue queue;
  const EventHandle first = queue.schedule(SimTime{1s}, 0, 1);
  const EventHandle second = queue.schedule(SimTime{2s}, 0, 2);
  CHECK(queue.cancel(second));
  CHECK_FALSE(queue.cancel(second));
  CHECK(queue.pop()->event == 1);
  CHECK_FALSE(queue.cancel(first));
  CHECK_FALSE(queue.cancel(EventHandle{}));
}

TEST_CASE("a stale handle does not cancel the event that has taken its slot") {
  Queue queue;
  const EventHandle stale = queue.schedule(SimTime{1s}, 0, 1);
  queue.pop();
  const EventHandle fresh = queue.schedule(SimTime{2s}, 0, 2);
  CHECK(fresh.slot == stale.slot);
  CHECK_FALSE(queue.cancel(stale));
  CHECK(fire_all(queue) == "2s/0:2");
}

TEST_CASE("cancelling the last event leaves an empty queue that can be used again") {
  Queue queue;
  queue.cancel(queue.schedule(SimTime{1h}, 0, 1));
  CHECK(queue.empty());
  CHECK_FALSE(queue.next_time());
  CHECK_FALSE(queue.pop());
  queue.schedule(SimTime{1s}, 0, 2);
  CHECK(fire_all(queue) == "1s/0:2");
}

TEST_CASE("memory stays bounded when a million events are scheduled and cancelled") {
  Queue queue;
  queue.schedule(SimTime{1s}, 0, 1);
  for (int i = 0; i < 1'000'000; ++i) {
    queue.cancel(queue.schedule(SimTime{2s} + i * 1h, 0, i));
  }
  CHECK(queue.size() == 1);
  CHECK(queue.capacity() < 200);
}

TEST_CASE("a cancelled event lets go of what it holds") {
  EventQueue<std::shared_ptr<int>> queue;
  const auto held = std::make_shared<int>(1);
  const EventHandle handle = queue.schedule(SimTime{1s}, 0, held);
  CHECK(held.use_count() == 2);
  queue.cancel(handle);
  CHECK(held.use_count() == 1);
}

TEST_CASE("scheduling in the past, for never, or with an unknown rank is a bug") {
  Queue queue;
  queue.schedule(SimTime{5s}, 0, 1);
  queue.pop();
  CHECK_THROWS_AS(queue.schedule(SimTime{4s}, 0, 2), InternalError);
  CHECK_THROWS_AS(queue.schedule(never, 0, 2), InternalError);
  CHECK_THROWS_AS(queue.schedule(SimTime{5s}, Queue::ranks, 2), InternalError);
  CHECK(queue.empty());
}

TEST_CASE("the far ends of time are in order") {
  Queue queue;
  queue.schedule(never - 1ns, 15, 1);
  queue.schedule(never - 1ns, 0, 2);
  queue.schedule(SimTime{longest_duration}, 3, 3);
  queue.schedule(SimTime{}, 15, 4);
  std::vector<int> order;
  while (const auto fired = queue.pop()) {
    order.push_back(fired->event);
  }
  CHECK(order == std::vector{4, 3, 2, 1});
}

// The same promises kept the slow way.
class Naive {
 public:
  void schedule(SimTime at, unsigned rank, int event) {
    pending_.push_back({at, rank, order_++, event});
  }
  bool cancel(int event) {
    return std::erase_if(pending_, [=](const Entry& entry) { return entry.event == event; }) > 0;
  }
  std::tuple<SimTime, unsigned, int> pop() {
    const auto first = std::ranges::min_element(pending_);
    const Entry fired = *first;
    pending_.erase(first);
    return {fired.at, fired.rank, fired.event};
  }
  [[nodiscard]] std::size_t size() const { return pending_.size(); }
  [[nodiscard]] SimTime next_time() const { return std::ranges::min_element(pending_)->at; }

 private:
  struct Entry {
    SimTime at;
    unsigned rank;
    std::uint64_t order;
    int event;
    auto operator<=>(const Entry&) const = default;
  };
  std::vector<Entry> pending_;
  std::uint64_t order_ = 0;
};

// Both queues side by side through a random life: bursts, storms at one instant, cancels.
class Twins {
 public:
  explicit Twins(std::uint64_t seed) : random_({seed, 0}, Stream::test, 0) {}

  void live(int steps) {
    for (int step = 0; step < steps; ++step) {
      act(below(16));
    }
    while (naive_.size() > 0) {
      pop();
    }
    CHECK(queue_.empty());
    CHECK_FALSE(queue_.pop());
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_.next() % bound; }

  void act(std::uint64_t choice) {
    if (choice < 5) {
      schedule(now_ + gap());
    } else if (choice == 5) {
      storm(now_ + (below(2) == 0 ? gap() : Duration{}));
    } else if (choice < 9) {
      cancel();
    } else if (choice == 9) {
      peek();
    } else {
      for (std::uint64_t n = below(6); n > 0 && naive_.size() > 0; --n) {
        pop();
      }
    }
  }

  // Of every order of magnitude; often none at all.
  Duration gap() {
    const auto bits = below(48);
    return Duration{static_cast<Duration::rep>(random_.next() & ((std::uint64_t{1} << bits) - 1))};
  }

  void schedule(SimTime at) {
    const auto rank = static_cast<unsigned>(below(Queue::ranks));
    const int event = static_cast<int>(handles_.size());
    handles_.push_back(queue_.schedule(at, rank, event));
    naive_.schedule(at, rank, event);
  }

  void storm(SimTime at) {
    for (std::uint64_t n = below(200); n > 0; --n) {
      schedule(at + Duration{static_cast<Duration::rep>(below(8) == 0 ? below(100) : 0)});
      if (below(50) == 0) {
        peek();
      }
    }
  }

  void cancel() {
    for (std::uint64_t n = handles_.empty() ? 0 : below(40); n > 0; --n) {
      const std::size_t event = below(handles_.size());
      CHECK(queue_.cancel(handles_[event]) == naive_.cancel(static_cast<int>(event)));
    }
  }

  void peek() {
    CHECK(queue_.size() == naive_.size());
    CHECK(queue_.next_time().has_value() == (naive_.size() > 0));
    CHECK((naive_.size() == 0 || queue_.next_time() == naive_.next_time()));
  }

  void pop() {
    const auto fired = queue_.pop();
    CHECK(fired.has_value());
    CHECK(std::tuple(fired->at, fired->rank, fired->event) == naive_.pop());
    now_ = fired->at;
  }

  Random random_;
  Queue queue_;
  Naive naive_;
  std::vector<EventHandle> handles_;
  SimTime now_{};
};

TEST_CASE("the queue fires what a sorted list would, in any life") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Twins(seed).live(300);
  }
}

TEST_CASE("events scheduled ever earlier than the next one fire in order") {
  Queue queue;
  for (int i = 20'000; i > 0; --i) {
    queue.schedule(SimTime{i * 1s}, 0, i);
    CHECK(queue.next_time() == SimTime{i * 1s});
  }
  for (int i = 1; i <= 20'000; ++i) {
    CHECK(queue.pop()->event == i);
  }
}

}  // namespace
}  // namespace berth
