// The published experiment on the openb trace: a list of pods in a drawn order, more drawn from it
// until they ask for 130 % of all GPUs, placed one by one and never released; what fits nowhere is
// dropped. See data/README.md of the reference. Who gets a pod of nodes that score alike goes by an
// order of all nodes that each seed draws: by the order of the file, the policies that leave much
// to ties (GpuPacking, GpuClustering) came out up to a point lower, and half as scattered, as
// published.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "cluster/cluster.hpp"
#include "scheduler/placer.hpp"
#include "tests/folders.hpp"
#include "tests/workloads/flow_settings.hpp"
#include "topology/formats.hpp"
#include "topology/import.hpp"
#include "workloads/bytes.hpp"
#include "workloads/source.hpp"

namespace berth::testing {

inline const std::string openb_folder = berth::testing::in_shared("data/openb/");

inline Fleet openb_fleet() {
  const std::string path = openb_folder + "openb_node_list_gpu_node.csv";
  const auto bytes = open_bytes(path);
  std::string text(1 << 20, '\0');
  text.resize(bytes->read({text.data(), text.size()}));
  return import_nodes(read_openb_nodes(text, path)).topology.fleet;
}

inline std::string openb_list(const std::string& list) {
  return openb_folder + "openb_pod_list_" + list + ".csv.gz";
}

// Only the lists gpuspec* have pods that want certain GPUs.
inline std::string openb_honours(const std::string& list) {
  return list.starts_with("gpuspec") ? "true" : "false";
}

inline std::unique_ptr<const Workload> openb_pods(const std::string& list) {
  const SettingsTree tree =
      flow("{kind: openb, file: " + openb_list(list) + ", gpu_spec: " + openb_honours(list) +
           ", arrivals: {kind: at_once, until_gpus: 8075.6}}");
  return make_workload(tree.root());
}

inline std::unique_ptr<const Placer> openb_placer(const std::string& score,
                                                  const std::string& list) {
  const std::string typical =
      "{file: " + openb_list(list) + ", coverage: 0.95, gpu_spec: " + openb_honours(list) + "}";
  const std::string weight = score == "fgd" ? "{weight: 1, typical: " + typical + "}" : "1";
  const SettingsTree tree =
      flow("{kind: score, ties: drawn_order, scores: {" + score + ": " + weight + "}}");
  return make_placer(tree.root());
}

struct Allocation {
  double percent = 0;  // of all GPUs
  std::uint64_t arrived = 0;
  std::uint64_t dropped = 0;
};

inline Allocation allocate(const Placer& placer, const Workload& pods, const Fleet& fleet,
                           std::uint64_t seed) {
  const RunKey run{seed};
  Catalog catalog;
  const auto source = pods.open(run, 0, catalog);
  Occupancy free(fleet);
  Allocation allocation;
  std::uint64_t milli = 0;
  for (Job job; source->next(job);) {
    ++allocation.arrived;
    Request request;
    request.sequence = allocation.arrived;
    request.terms = job.terms;
    const auto shape = shape_of(job.ask, fleet);
    request.shape = shape.value_or(Shape{});
    const auto placement = shape ? placer.place(request, {free, SimTime{}, run}) : std::nullopt;
    if (placement) {
      free.take(request.shape, *placement);
      milli += request.shape.total_gpu_milli();
    } else {
      ++allocation.dropped;
    }
  }
  allocation.percent = static_cast<double>(milli) / 10.0 / static_cast<double>(fleet.gpus());
  return allocation;
}

}  // namespace berth::testing
