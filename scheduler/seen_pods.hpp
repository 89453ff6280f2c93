// What pods asked for so far in a run, for placers that learn from it. They learn after 1, 2, 4, 8
// ... pods: what is learnt changes ever less, and each lesson costs them what they had worked out.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "scheduler/request.hpp"
#include "scheduler/typical_pods.hpp"

namespace berth {

class SeenPods {
 public:
  // A request of some pods was submitted.
  void add(const Request& request) {
    TypicalPod pod = TypicalPod::of(request.shape, request.terms.get());
    pod.count = request.shape.tasks;
    seen_ += pod.count;
    pods_.push_back(std::move(pod));
    if (seen_ >= next_lesson_) {
      pods_ = most_frequent(std::move(pods_), 1);
      lesson_ = pods_;
      ++lessons_;
      next_lesson_ = 2 * seen_;
    }
  }
  [[nodiscard]] std::uint64_t lessons() const { return lessons_; }
  // All pods that were seen up to the last lesson, by what they asked for.
  [[nodiscard]] const std::vector<TypicalPod>& pods() const { return lesson_; }

 private:
  std::vector<TypicalPod> pods_;
  std::vector<TypicalPod> lesson_;
  std::uint64_t seen_ = 0;
  std::uint64_t next_lesson_ = 1;
  std::uint64_t lessons_ = 0;
};

}  // namespace berth
