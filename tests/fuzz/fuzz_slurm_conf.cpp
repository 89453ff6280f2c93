// Any bytes as a slurm.conf: read, or refused with an InputError; what was read makes a fleet.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/check.hpp"
#include "core/error.hpp"
#include "topology/slurm_conf.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace berth;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const SlurmConf conf = read_slurm_conf(text, "slurm.conf");
    check(topology_of(conf, "slurm.conf").fleet.nodes() == conf.nodes.size(),
          "a fleet has the nodes of its file");
  } catch (const InputError&) {
    // The input is wrong, and the reader said so.
  }
  return 0;
}
