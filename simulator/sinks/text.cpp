#include "simulator/sinks/text.hpp"

#include <algorithm>
#include <bit>

namespace berth {
namespace {

constexpr int fraction_digits = 9;
constexpr std::int64_t per_second = 1'000'000'000;

}  // namespace

std::string job_name(const LiveJob& job, Sources sources) {
  return job_name(job.job.number, job.job.source, sources);
}

std::string job_name(std::uint64_t number, std::uint32_t source, Sources sources) {
  const std::string text = std::to_string(number);
  return sources == Sources::one ? text : std::to_string(source + 1) + "." + text;
}

std::string exact_seconds(Int128 nanoseconds) {
  const bool negative = nanoseconds < 0;
  const Int128 size = negative ? -nanoseconds : nanoseconds;
  std::string text = negative ? "-" : "";
  text += std::to_string(static_cast<std::uint64_t>(size / per_second));
  auto fraction = static_cast<std::int64_t>(size % per_second);
  if (fraction == 0) {
    return text;
  }
  const std::string digits = std::to_string(fraction);
  text += '.' + std::string(fraction_digits - digits.size(), '0') + digits;
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

Placement by_node(const Placement& placement) {
  Placement sorted = placement;
  const auto before = [](const Part& a, const Part& b) { return a.node < b.node; };
  if (!std::is_sorted(sorted.begin(), sorted.end(), before)) {
    std::sort(sorted.begin(), sorted.end(), before);
  }
  const auto joins = [](Part& a, const Part& b) {
    if (a.node != b.node) {
      return false;
    }
    a.tasks += b.tasks;
    a.gpus |= b.gpus;
    return true;
  };
  std::size_t last = 0;
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (!joins(sorted[last], sorted[i])) {
      sorted[++last] = sorted[i];
    }
  }
  sorted.resize(std::min(sorted.size(), last + 1));
  return sorted;
}

std::string gpu_ranges(GpuMask mask) {
  std::string text;
  while (mask != 0) {
    const int first = std::countr_zero(mask);
    const int length = std::countr_one(mask >> first);
    text += (text.empty() ? "" : ",") + std::to_string(first);
    if (length > 1) {
      text += "-" + std::to_string(first + length - 1);
    }
    mask = first + length == gpus_per_node_most ? 0 : mask >> (first + length) << (first + length);
  }
  return text;
}

}  // namespace berth
