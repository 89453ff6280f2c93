// Any bytes are a topology.conf or an InputError; what was read writes as a file that reads the
// same, and becomes a fleet of as many nodes.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "core/check.hpp"
#include "core/error.hpp"
#include "topology/formats.hpp"
#include "topology/import.hpp"

namespace {

using namespace berth;

std::size_t nodes_in(const SlurmTopology& topology) {
  std::size_t nodes = 0;
  const auto count = [&nodes](const auto& list) {
    for (const auto& each : list) {
      nodes += each.nodes.size();
    }
  };
  if (const auto* tree = std::get_if<SlurmTree>(&topology.shape)) {
    count(tree->switches);
  } else if (const auto* blocks = std::get_if<SlurmBlocks>(&topology.shape)) {
    count(blocks->blocks);
  } else {
    count(std::get<SlurmRing>(topology.shape).rings);
  }
  return nodes;
}

void import(const SlurmTopology& topology) {
  ImportOptions options;
  options.node.gpus = 8;
  Topology made;
  try {
    made = import_slurm(topology, options, "topology.conf").topology;
  } catch (const InputError&) {
    return;  // deeper than a fleet may be
  }
  check(made.fleet.nodes() == nodes_in(topology), "no node is lost");
  (void)import_slurm(slurm_tree_of(made), options, "written tree");
  (void)import_slurm(slurm_blocks_of(made), options, "written blocks");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  SlurmTopology read;
  try {
    read = read_topology_conf(text, "topology.conf");
  } catch (const InputError&) {
    return 0;
  }
  if (nodes_in(read) <= 10'000) {  // more only take longer
    check(read_topology_conf(write_topology_conf(read), "written") == read, "it reads the same");
    import(read);
  }
  return 0;
}
