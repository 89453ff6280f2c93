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

// So much of what is given for a whole GPU, rounded up.
std::int64_t part_of(std::int64_t per_gpu, std::uint32_t milli) {
  return per_gpu / 1000 * milli + (per_gpu % 1000 * milli + 999) / 1000;
}

}  // namespace

std::int64_t read_cpu_milli(Setting map, std::string_view key) {
  constexpr double cpus_most = 1e6;
  return static_cast<std::int64_t>(map.number_or(key, 0, 0, cpus_most) * 1000 + 0.5);
}

Ask read_ask(Setting map) {
  Ask ask;
  ask.whole_nodes = static_cast<std::uint32_t>(map.count_or("nodes", 0, 0, size_most));
  if (ask.whole_nodes > 0) {
    for (const std::string_view key : {"gpus", "gpu_milli", "cpus", "memory", "tasks"}) {
      if (const auto other = map.find(key)) {
        other->fail("does not go with nodes", "a whole node comes with all that is in it");
      }
    }
    return ask;
  }
  ask.gpus = static_cast<std::uint32_t>(map.count_or("gpus", 0, 0, size_most));
  ask.gpu_milli = static_cast<std::uint32_t>(map.count_or("gpu_milli", 0, 0, gpu_milli_most));
  if (ask.gpus > 0 && ask.gpu_milli > 0) {
    map.at("gpu_milli").fail("does not go with gpus", "take whole GPUs or a share of one");
  }
  ask.cpu_milli = read_cpu_milli(map, "cpus");
  ask.memory = map.bytes_or("memory", 0);
  ask.tasks = static_cast<std::uint32_t>(map.count_or("tasks", 0, 0, size_most));
  if (ask.gpus == 0 && ask.gpu_milli == 0 && ask.cpu_milli == 0) {
    map.fail("asks for nothing", "give gpus, gpu_milli, nodes or cpus");
  }
  return ask;
}

Asks::Unit Asks::unit_of(Setting workload) {
  if (workload.find("nodes")) {
    for (const std::string_view key : {"sizes", "gpu_milli", "cpus_per_gpu", "memory_per_gpu"}) {
      if (const auto other = workload.find(key)) {
        other->fail("does not go with nodes", "a whole node comes with all that is in it");
      }
    }
    return Unit::nodes;
  }
  if (!workload.find("gpu_milli")) {
    return Unit::gpus;
  }
  if (const auto sizes = workload.find("sizes")) {
    sizes->fail("does not go with gpu_milli", "let whole GPUs and shares come from two workloads");
  }
  return Unit::gpu_milli;
}

Mix<std::uint32_t> Asks::read(Setting workload, Unit unit) {
  if (unit == Unit::gpu_milli) {
    return read_shares(workload.at("gpu_milli"));
  }
  return read_sizes(workload.at(unit == Unit::nodes ? "nodes" : "sizes"));
}

Asks::Asks(Setting workload) : unit_(unit_of(workload)), sizes_(read(workload, unit_)) {
  if (unit_ == Unit::nodes) {
    return;
  }
  cpu_milli_per_gpu_ = read_cpu_milli(workload, "cpus_per_gpu");
  memory_per_gpu_ = workload.bytes_or("memory_per_gpu", 0);
  const std::int64_t largest = unit_ == Unit::gpus ? std::ranges::max(sizes_.values) : 1;
  if (memory_per_gpu_ > std::numeric_limits<std::int64_t>::max() / largest) {
    workload.at("memory_per_gpu").fail("is too much for " + std::to_string(largest) + " GPUs");
  }
}

std::uint32_t Asks::draw(Ask& ask, Random& draws) const {
  const std::uint32_t size = sizes_.values[sizes_(draws)];
  ask = Ask{};
  switch (unit_) {
    case Unit::nodes:
      ask.whole_nodes = size;
      break;
    case Unit::gpus:
      ask.gpus = size;
      ask.cpu_milli = cpu_milli_per_gpu_ * size;
      ask.memory = memory_per_gpu_ * size;
      break;
    case Unit::gpu_milli:
      ask.gpu_milli = size;
      ask.cpu_milli = part_of(cpu_milli_per_gpu_, size);
      ask.memory = part_of(memory_per_gpu_, size);
      break;
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
