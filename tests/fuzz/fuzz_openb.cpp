// Any bytes as a list of openb pods or nodes: read, or refused with an InputError. What comes out
// can be placed.
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/check.hpp"
#include "core/error.hpp"
#include "topology/formats.hpp"
#include "topology/import.hpp"
#include "workloads/traces/openb_pods.hpp"

namespace {

using namespace berth;

void read_pods(const std::string& text) {
  for (const OpenbPod& pod : read_openb_pods(TextLines::of_text("pods", text))) {
    const Ask& ask = pod.ask;
    check(ask.gpus == 0 || ask.gpu_milli == 0, "a pod has whole GPUs or a share of one");
    check(ask.gpu_milli < 1000 && ask.cpu_milli >= 0 && ask.memory >= 0, "sizes are sizes");
    check(ask.gpus > 0 || ask.gpu_milli > 0 || ask.cpu_milli > 0, "a pod asks for something");
    check(!pod.deleted || *pod.deleted >= pod.scheduled.value_or(Duration{}), "time goes on");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    read_pods(text);
  } catch (const InputError&) {
    // The input is wrong, and the reader said so.
  }
  try {
    const NodeList list = read_openb_nodes(text, "nodes");
    check(import_nodes(list).topology.fleet.nodes() == list.nodes.size(), "no node is lost");
  } catch (const InputError&) {
    // As above.
  }
  return 0;
}
