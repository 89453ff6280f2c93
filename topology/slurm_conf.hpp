// Slurm's slurm.conf, as far as it says what nodes and partitions there are: the lines that begin
// with NodeName and PartitionName, with what DEFAULT lines before them say. All other parameters
// are read over. What Slurm would refuse is refused, with the line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "topology/fleet.hpp"
#include "topology/formats.hpp"
#include "topology/topology.hpp"

namespace berth {

struct SlurmConf {
  struct Node {
    std::string name;
    NodeKind kind;  // Gres=gpu, CPUs, RealMemory, Weight, and Features as labels
    std::size_t line = 0;
  };
  struct Partition {
    std::string name;
    std::string nodes = "ALL";  // a hostlist
    bool is_default = false;
    std::uint32_t min_nodes = 0;
    std::optional<std::uint32_t> max_nodes;  // nothing: UNLIMITED
    std::optional<Duration> max_time;        // nothing: UNLIMITED
    std::uint32_t priority_tier = 1;
    std::uint32_t priority_job_factor = 1;
    std::string preempt_mode;  // in small letters; "": that of the cluster
    std::optional<Duration> grace_time;
    std::vector<std::string> accounts;  // AllowAccounts; empty: ALL
    std::vector<std::string> qos;       // AllowQos; empty: ALL
    bool exclusive_topo = false;
    std::size_t line = 0;
  };
  std::vector<Node> nodes;
  std::vector<Partition> partitions;
};

SlurmConf read_slurm_conf(std::string_view text, const std::string& path);

// Its nodes, in the order of the file; or, with a topology, under its switches or blocks.
// InputError where one of the two names nodes that the other does not. `path` is that of
// slurm.conf.
Topology topology_of(const SlurmConf& conf, const std::string& path,
                     const SlurmTopology* topology = nullptr,
                     const std::string& topology_path = {});

}  // namespace berth
