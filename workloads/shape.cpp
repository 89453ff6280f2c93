#include "workloads/shape.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <string>

#include "core/units.hpp"

namespace berth {
namespace {

Setting sizes_of(Setting workload, bool whole_nodes) {
  if (!whole_nodes) {
    return workload.at("sizes");
  }
  const Setting nodes = workload.at("nodes");
  for (const std::string_view key : {"sizes", "cpus_per_gpu", "memory_per_gpu"}) {
    if (const auto other = workload.find(key)) {
      other->fail("does not go with nodes", "a whole node comes with all that is in it");
    }
  }
  return nodes;
}

}  // namespace

std::int64_t read_cpu_milli(Setting map, std::string_view key) {
  constexpr double cpus_most = 1e6;
  return static_cast<std::int64_t>(map.number_or(key, 0, 0, cpus_most) * 1000 + 0.5);
}

Asks::Asks(Setting workload)
    : whole_nodes_(workload.find("nodes").has_value()),
      sizes_(read_sizes(sizes_of(workload, whole_nodes_))) {
  if (whole_nodes_) {
    return;
  }
  cpu_milli_per_gpu_ = read_cpu_milli(workload, "cpus_per_gpu");
  memory_per_gpu_ = workload.bytes_or("memory_per_gpu", 0);
  const std::int64_t largest = std::ranges::max(sizes_.values);
  if (memory_per_gpu_ > std::numeric_limits<std::int64_t>::max() / largest) {
    workload.at("memory_per_gpu").fail("is too much for " + std::to_string(largest) + " GPUs");
  }
}

std::uint32_t Asks::draw(Ask& ask, Random& draws) const {
  const std::uint32_t size = sizes_.values[sizes_(draws)];
  ask = Ask{};
  if (whole_nodes_) {
    ask.whole_nodes = size;
  } else {
    ask.gpus = size;
    ask.cpu_milli = cpu_milli_per_gpu_ * size;
    ask.memory = memory_per_gpu_ * size;
  }
  return size;
}

std::uint32_t Asks::smallest() const { return std::ranges::min(sizes_.values); }

WorkBySize::WorkBySize(Setting work, std::uint32_t smallest) {
  const auto by_size = work.is_map() ? work.find("by_size") : std::nullopt;
  if (!by_size) {
    from_size_.emplace_back(0, Distribution::read(work));
    return;
  }
  std::map<std::uint32_t, Setting> ascending;
  for (const auto& [key, distribution] : by_size->entries()) {
    const auto size = parse_integer(key);
    if (!size || *size < 1 || *size > size_most) {
      distribution.fail("'" + key + "' is not a size",
                        "expected: a whole number 1.." + std::to_string(size_most));
    }
    ascending.emplace(static_cast<std::uint32_t>(*size), distribution);
  }
  for (const auto& [size, distribution] : ascending) {
    from_size_.emplace_back(size, Distribution::read(distribution));
  }
  if (from_size_.empty() || from_size_.front().first > smallest) {
    by_size->fail("has no distribution for jobs of size " + std::to_string(smallest),
                  "each holds from its size up to the next");
  }
}

Duration WorkBySize::draw(std::uint32_t size, Random& draws) const {
  const auto above = std::ranges::upper_bound(from_size_, size, {},
                                              &std::pair<std::uint32_t, Distribution>::first);
  return std::prev(above)->second.sample(draws);
}

}  // namespace berth
