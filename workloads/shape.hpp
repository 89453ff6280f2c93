// What a synthetic job asks for and how much work it is.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "core/distribution.hpp"
#include "core/settings.hpp"
#include "workloads/job.hpp"
#include "workloads/mixes.hpp"

namespace berth {

// `sizes` or `gpu_milli`, with `cpus_per_gpu` and `memory_per_gpu`, or `nodes`.
class Asks {
 public:
  explicit Asks(Setting workload);
  // Takes exactly one draw. Also the size, in GPUs, thousandths of one, or nodes as configured.
  [[nodiscard]] std::uint32_t draw(Ask& ask, Random& draws) const;
  [[nodiscard]] std::uint32_t smallest() const;

 private:
  enum class Unit : std::uint8_t { gpus, gpu_milli, nodes };
  static Unit unit_of(Setting workload);
  static Mix<std::uint32_t> read(Setting workload, Unit unit);

  Unit unit_;
  Mix<std::uint32_t> sizes_;
  std::int64_t cpu_milli_per_gpu_ = 0;
  std::int64_t memory_per_gpu_ = 0;
};

// `work`: one distribution, or one for each range of sizes.
class WorkBySize {
 public:
  // `smallest` is the smallest size there is: it needs a distribution too.
  WorkBySize(Setting work, std::uint32_t smallest);
  [[nodiscard]] Duration draw(std::uint32_t size, Random& draws) const;

 private:
  std::vector<std::pair<std::uint32_t, Distribution>> from_size_;  // ascending
};

// "2.5 CPUs" as a config writes them, in thousandths.
std::int64_t read_cpu_milli(Setting map, std::string_view key);

// `nodes`, or `gpus` or `gpu_milli` with `cpus` and `memory`, in all, or these two alone; `tasks`
// that they are split into.
Ask read_ask(Setting map);

}  // namespace berth
