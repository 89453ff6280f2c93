// Texts that the job table and the event log share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cluster/placement.hpp"
#include "core/int128.hpp"
#include "simulator/live_job.hpp"
#include "topology/fleet.hpp"
#include "workloads/catalog.hpp"

namespace berth {

// Where the jobs of a run come from. Those of different sources may have equal numbers.
class Sources {
 public:
  static const Sources one;
  static const Sources several;

  // `names` outlives it.
  [[nodiscard]] Sources with(const JobNames& names) const { return {several_, &names}; }

  // The name that the config gave it, or the number in its source; with several sources
  // "S.NUMBER", S being the source's place from 1.
  [[nodiscard]] std::string name_of(std::uint64_t number, std::uint32_t source) const;

 private:
  constexpr Sources(bool many, const JobNames* names) : several_(many), names_(names) {}

  bool several_;
  const JobNames* names_;
};
inline constexpr Sources Sources::one{false, nullptr};
inline constexpr Sources Sources::several{true, nullptr};

std::string job_name(const LiveJob& job, Sources sources);

// A field of a table, in quotes where RFC 4180 wants them.
std::string csv_field(std::string_view text);

// Nanoseconds as seconds, exactly: "90", "0.5", "-0.000000001".
std::string exact_seconds(Int128 nanoseconds);
// GPU time as seconds of one GPU, and thousandths as whole ones, as exactly.
std::string exact_gpu_seconds(Int128 gpu_time);
std::string exact_gpus(std::uint64_t gpu_milli);

// The parts in order of node, one for each node.
Placement by_node(const Placement& placement);

// "0-7", "0,2-3"; empty for no GPU.
std::string gpu_ranges(GpuMask mask);

}  // namespace berth
