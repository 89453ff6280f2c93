// The jobs that wait, in the order of the policy: by key, then time and order of submission. A
// sorted array with gaps where jobs left: a scan for jobs that may overtake reads memory in order,
// and a FIFO queue only ever appends.
#pragma once

#include <cstdint>
#include <vector>

#include "core/time.hpp"
#include "scheduler/request.hpp"

namespace berth {

class WaitingQueue {
 public:
  struct Entry {
    std::int64_t key = 0;
    SimTime submit{};
    std::uint64_t sequence = 0;
    Duration estimate{};
    std::uint64_t gpus = 0;
    JobId job;
    bool gone = false;
  };
  using Position = std::size_t;

  void insert(const Request& request, std::int64_t key);
  // REQUIRES: a job waits at `position`. Other positions stay good until the next insert().
  void erase(Position position);

  [[nodiscard]] std::size_t size() const { return alive_; }
  [[nodiscard]] bool empty() const { return alive_ == 0; }
  // Positions of waiting jobs, in order; end() when there is no further one.
  [[nodiscard]] Position first() const { return first_; }
  [[nodiscard]] Position next(Position position) const { return skip_gone(position + 1); }
  [[nodiscard]] Position end() const { return entries_.size(); }
  [[nodiscard]] const Entry& operator[](Position position) const { return entries_[position]; }
  // Where this job waits. REQUIRES: it does.
  [[nodiscard]] Position find(const Request& request, std::int64_t key) const;

 private:
  [[nodiscard]] Position skip_gone(Position position) const {
    while (position < entries_.size() && entries_[position].gone) {
      ++position;
    }
    return position;
  }
  void close_gaps();

  std::vector<Entry> entries_;
  Position first_ = 0;
  std::size_t alive_ = 0;
};

}  // namespace berth
