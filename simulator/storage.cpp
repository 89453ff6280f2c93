#include "simulator/storage.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace berth {
namespace {

constexpr std::int64_t billion = 1'000'000'000;  // nanoseconds a second, parts a byte

}  // namespace

Int128 SharedStorage::given_by(SimTime now) const {
  if (order_.empty()) {
    return given_;
  }
  const auto writers = static_cast<std::int64_t>(order_.size());
  return given_ + Int128{(now - since_).count()} * bytes_per_s_ / writers;
}

void SharedStorage::advance(SimTime now) {
  check(now >= since_, "storage goes on in order of time");
  given_ = given_by(now);
  since_ = now;
}

void SharedStorage::begin(JobId job, std::int64_t bytes, SimTime now) {
  check(bytes > 0 && !writes(job), "a job writes one checkpoint of some size at a time");
  advance(now);
  const Int128 whole = given_ + Int128{bytes} * billion;
  whole_at_.emplace(job, whole);
  order_.emplace(whole, job);
}

void SharedStorage::abandon(JobId job, SimTime now) {
  const auto found = whole_at_.find(job);
  if (found == whole_at_.end()) {
    return;
  }
  advance(now);
  order_.erase({found->second, job});
  whole_at_.erase(found);
}

std::optional<SimTime> SharedStorage::next() const {
  if (order_.empty()) {
    return std::nullopt;
  }
  const auto writers = static_cast<std::int64_t>(order_.size());
  const Int128 left = std::max(order_.begin()->first - given_, Int128{0});
  const Int128 takes = (left * writers + bytes_per_s_ - 1) / bytes_per_s_;
  const Int128 most = longest_duration.count();
  return after(since_, Duration(static_cast<std::int64_t>(std::min(takes, most))));
}

std::vector<JobId> SharedStorage::take_done(SimTime now) {
  advance(now);
  std::vector<JobId> done;
  while (!order_.empty() && order_.begin()->first <= given_) {
    done.push_back(order_.begin()->second);
    whole_at_.erase(order_.begin()->second);
    order_.erase(order_.begin());
  }
  std::ranges::sort(done);
  return done;
}

}  // namespace berth
