#include "simulator/sinks/text.hpp"

#include <algorithm>
#include <bit>

#include "cluster/gpu_shares.hpp"
#include "simulator/gpu_time.hpp"

namespace berth {
namespace {

// `value` in units of which `per_one`, a power of ten, make one.
std::string exact(Int128 value, std::int64_t per_one) {
  const bool negative = value < 0;
  const Int128 size = negative ? -value : value;
  std::string text = negative ? "-" : "";
  text += std::to_string(static_cast<std::uint64_t>(size / per_one));
  auto fraction = static_cast<std::int64_t>(size % per_one);
  if (fraction == 0) {
    return text;
  }
  text += std::to_string(per_one + fraction).replace(0, 1, ".");  // with its leading zeros
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

constexpr std::int64_t per_second = 1'000'000'000;

}  // namespace

std::string job_name(const LiveJob& job, Sources sources) {
  return sources.name_of(job.job.number, job.job.source);
}

std::string Sources::name_of(std::uint64_t number, std::uint32_t source) const {
  const std::string* const name = names_ != nullptr ? names_->find(source, number) : nullptr;
  const std::string text = name != nullptr ? *name : std::to_string(number);
  return several_ ? std::to_string(source + 1) + "." + text : text;
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    return std::string(text);
  }
  std::string quoted = "\"";
  for (const char letter : text) {
    quoted.append(letter == '"' ? 2 : 1, letter);
  }
  return quoted + '"';
}

std::string exact_seconds(Int128 nanoseconds) { return exact(nanoseconds, per_second); }

std::string exact_gpu_seconds(Int128 gpu_time) {
  return exact(gpu_time, gpu_nanosecond * per_second);
}

std::string exact_gpus(std::uint64_t gpu_milli) { return exact(gpu_milli, gpu_milli_all); }

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
