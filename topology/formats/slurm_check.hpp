// What must hold of a Slurm topology, in whichever file it is written. Slurm itself lets some of
// it pass (a node under two leaf switches, a switch under two others), with placements that nobody
// asked for; here all of it is an InputError with the line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "topology/formats.hpp"

namespace berth {

inline constexpr std::size_t slurm_name_most = 64;  // characters (topology.conf.5)
inline constexpr std::size_t slurm_ring_most = 16;  // nodes (topology.conf.5)

// Of one file: some ten times the largest fleets, so that a slip in a range does not fill memory.
inline constexpr std::size_t file_nodes_most = 300'000;

// Expands the hostlists of one file.
class FileHostlists {
 public:
  // `key` is what the list stands at, for the message.
  std::vector<std::string> expand(std::string_view text, std::string_view key, const Where& where);

 private:
  std::size_t left_ = file_nodes_most;
};

// `where`: the file, and where in it the topology begins.
void check_slurm(const SlurmTopology& topology, const Where& where);

// What is wrong with a name of a node, a switch or a block, or "".
std::string fault_of_name(std::string_view name);

// Nodes that stand in one switch, block or ring; each node stands in one of them only.
struct NodeHolder {
  std::string what;  // "switch 's1'"
  std::size_t line = 0;
  const std::vector<std::string>* nodes = nullptr;
};
void check_nodes_once(const std::vector<NodeHolder>& holders, const std::string& path);

}  // namespace berth
