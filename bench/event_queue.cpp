// The hold model: pop one event, schedule one a random time later, with a constant number pending.
// What std::priority_queue takes for the same (time, rank, order of scheduling) stands beside it.
#include "core/event_queue.hpp"

#include <cmath>
#include <cstdint>
#include <optional>
#include <queue>
#include <tuple>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/random.hpp"

namespace berth {
namespace {

struct Payload {
  std::uint64_t job = 0;
  std::uint32_t kind = 0;
  std::uint32_t node = 0;
};

class BinaryHeap {
 public:
  struct Fired {
    SimTime at;
    unsigned rank = 0;
    Payload event;
  };

  void schedule(SimTime at, unsigned rank, Payload event) {
    heap_.push({{at, rank, event}, order_++});
  }

  bool pop(Fired& fired) {
    fired = heap_.top().fired;
    heap_.pop();
    return true;
  }

 private:
  struct Entry {
    Fired fired;
    std::uint64_t order = 0;

    bool operator<(const Entry& other) const {  // std::priority_queue pops the greatest
      return std::tie(other.fired.at, other.fired.rank, other.order) <
             std::tie(fired.at, fired.rank, order);
    }
  };

  std::priority_queue<Entry> heap_;
  std::uint64_t order_ = 0;
};

double uniform_of(Random& random) {
  return (static_cast<double>(random.next() >> 12) + 0.5) * 0x1p-52;
}

enum class Gaps { exponential, lognormal };

double draw(Random& random, Gaps gaps) {
  const double first = -std::log(uniform_of(random));
  if (gaps == Gaps::exponential) {
    return first;
  }
  return std::exp(1.5 * std::sqrt(2 * first) *
                  std::cos(2 * 3.141592653589793 * uniform_of(random)));
}

// Drawn beforehand, in whole milliseconds like the durations of the simulator.
std::vector<Duration> table_of(Gaps gaps) {
  Random random({}, Stream::test, 0);
  std::vector<Duration> table(std::size_t{1} << 16);
  for (Duration& gap : table) {
    gap = std::chrono::milliseconds(std::llround(draw(random, gaps) * 6e5));
  }
  return table;
}

template <class Queue>
void hold(benchmark::State& state, Gaps gaps) {
  const std::vector<Duration> table = table_of(gaps);
  const auto pending = static_cast<std::size_t>(state.range(0));
  Queue queue;
  for (std::size_t i = 0; i < pending; ++i) {
    queue.schedule(SimTime{} + table[i % table.size()], i % 8, {i, 1, 2});
  }
  std::size_t next = 0;
  typename Queue::Fired fired;
  const auto once = [&] {
    queue.pop(fired);
    queue.schedule(fired.at + table[next++ % table.size()], fired.rank, fired.event);
  };
  for (std::size_t i = 0; i < 5 * pending; ++i) {
    once();
  }
  for ([[maybe_unused]] auto round : state) {
    once();
  }
  benchmark::DoNotOptimize(fired);
}

void sizes(benchmark::internal::Benchmark* bench) {
  for (const int pending : {10, 100, 1'000, 10'000, 100'000, 1'000'000}) {
    bench->Arg(pending);
  }
}

void event_queue(benchmark::State& state, Gaps gaps) { hold<EventQueue<Payload>>(state, gaps); }
void priority_queue(benchmark::State& state, Gaps gaps) { hold<BinaryHeap>(state, gaps); }

BENCHMARK_CAPTURE(event_queue, exponential, Gaps::exponential)->Apply(sizes);
BENCHMARK_CAPTURE(event_queue, lognormal, Gaps::lognormal)->Apply(sizes);
BENCHMARK_CAPTURE(priority_queue, exponential, Gaps::exponential)->Apply(sizes);
BENCHMARK_CAPTURE(priority_queue, lognormal, Gaps::lognormal)->Apply(sizes);

}  // namespace
}  // namespace berth

BENCHMARK_MAIN();
