#include "scheduler/waiting_queue.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>

#include "core/check.hpp"
#include "tests/cluster/fleets.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

struct Waiting {
  std::int64_t key = 0;
  Request request;
};

bool before(const Waiting& a, const Waiting& b) {
  return std::tuple(a.key, a.request.submit, a.request.sequence) <
         std::tuple(b.key, b.request.submit, b.request.sequence);
}

// A queue and a sorted vector, told the same.
class Twins {
 public:
  explicit Twins(std::uint64_t seed) : dice_(seed) {}

  void step(std::uint32_t longest) {
    if (dice_.below(longest) >= twin_.size()) {
      insert();
    } else {
      erase_any();
    }
    if (dice_.one_in(10)) {
      erase_first();
    }
    compare();
  }

 private:
  void insert() {
    Waiting job;
    job.key = dice_.below(5) - std::int64_t{2};
    job.request.id = JobId(static_cast<std::uint32_t>(sequence_));
    job.request.sequence = ++sequence_;
    job.request.submit = SimTime{} + Duration(sequence_ / 3);
    job.request.estimate = Duration(dice_.below(100));
    job.request.shape.tasks = 1 + dice_.below(4);
    job.request.shape.gpus = dice_.below(9);
    queue_.insert(job.request, job.key);
    twin_.insert(std::upper_bound(twin_.begin(), twin_.end(), job, before), job);
  }
  void erase_any() {
    const auto victim = twin_.begin() + dice_.below(twin_.size());
    queue_.erase(queue_.find(victim->request, victim->key));
    twin_.erase(victim);
  }
  void erase_first() {
    if (!twin_.empty()) {
      queue_.erase(queue_.first());
      twin_.erase(twin_.begin());
    }
  }
  void compare() const {
    REQUIRE(queue_.size() == twin_.size());
    REQUIRE(queue_.empty() == twin_.empty());
    auto at = queue_.first();
    for (const Waiting& job : twin_) {
      REQUIRE(at != queue_.end());
      REQUIRE(queue_[at].job == job.request.id);
      REQUIRE(queue_[at].gpus == job.request.shape.total_gpus());
      REQUIRE(queue_[at].estimate == job.request.estimate);
      at = queue_.next(at);
    }
    REQUIRE(at == queue_.end());
  }

  Dice dice_;
  WaitingQueue queue_;
  std::vector<Waiting> twin_;
  std::uint64_t sequence_ = 0;
};

}  // namespace

TEST_CASE("the queue is in order of key, then submission, whoever comes and goes") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    Twins twins(seed);
    for (int step = 0; step < 1000; ++step) {
      twins.step(seed % 2 == 0 ? 300 : 8);
    }
  }
}

TEST_CASE("a job that does not wait is neither found nor removed") {
  WaitingQueue queue;
  Request request;
  queue.insert(request, 0);
  queue.erase(queue.first());
  CHECK(queue.empty());
  CHECK(queue.first() == queue.end());
  CHECK_THROWS_AS(queue.erase(0), InternalError);
  CHECK_THROWS_AS(static_cast<void>(queue.find(request, 0)), InternalError);
}
