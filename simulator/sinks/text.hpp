// Texts that the job table and the event log share.
#pragma once

#include <cstdint>
#include <string>

#include "cluster/placement.hpp"
#include "core/int128.hpp"
#include "simulator/live_job.hpp"
#include "topology/fleet.hpp"

namespace berth {

// Jobs of different sources may have equal numbers.
enum class Sources { one, several };

// The number in its source; with several sources "S.NUMBER", S being the source's place from 1.
std::string job_name(const LiveJob& job, Sources sources);
std::string job_name(std::uint64_t number, std::uint32_t source, Sources sources);

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
