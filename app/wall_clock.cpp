#include "app/wall_clock.hpp"

#include <chrono>

#include <sys/resource.h>

namespace berth {
namespace {

std::int64_t nanoseconds() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

}  // namespace

Stopwatch::Stopwatch() : began_(nanoseconds()) {}

double Stopwatch::seconds() const { return static_cast<double>(nanoseconds() - began_) / 1e9; }

std::int64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

}  // namespace berth
