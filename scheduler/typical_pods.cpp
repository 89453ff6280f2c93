#include "scheduler/typical_pods.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "topology/fleet.hpp"
#include "workloads/mixes.hpp"
#include "workloads/shape.hpp"
#include "workloads/traces/log_options.hpp"
#include "workloads/traces/openb_pods.hpp"

namespace berth {
namespace {

constexpr std::int64_t count_most = 1'000'000'000;

std::vector<std::string> read_models(Setting map) {
  std::vector<std::string> models;
  if (const auto list = map.find("gpu_models")) {
    for (const Setting item : list->items()) {
      models.push_back(item.text());
    }
  }
  std::ranges::sort(models);
  return models;
}

TypicalPod read_pod(Setting map) {
  TypicalPod pod;
  pod.cpu_milli = read_cpu_milli(map, "cpus");
  pod.gpus = static_cast<std::uint32_t>(map.count_or("gpus", 0, 0, gpus_per_node_most));
  pod.gpu_milli = static_cast<std::uint32_t>(map.count_or("gpu_milli", 0, 0, gpu_milli_most));
  if (pod.gpus > 0 && pod.gpu_milli > 0) {
    map.at("gpu_milli").fail("does not go with gpus", "a pod has whole GPUs or a share of one");
  }
  pod.gpu_models = read_models(map);
  pod.count = static_cast<std::uint64_t>(map.count_or("count", 1, 1, count_most));
  if (!pod.wants_gpu() && pod.cpu_milli == 0) {
    map.fail("asks for nothing", "a typical pod has gpus, gpu_milli or cpus");
  }
  return pod;
}

std::vector<TypicalPod> pods_of_file(Setting typical) {
  const GpuSpec honoured =
      typical.flag_or("gpu_spec", false) ? GpuSpec::honoured : GpuSpec::ignored;
  std::vector<TypicalPod> pods;
  for (const OpenbPod& one : read_openb_pods(read_log_path(typical))) {
    TypicalPod pod{one.ask.cpu_milli, one.ask.gpus, one.ask.gpu_milli, {}, 1};
    if (honoured == GpuSpec::honoured) {
      pod.gpu_models = one.gpu_models;
    }
    pods.push_back(std::move(pod));
  }
  return pods;
}

}  // namespace

std::vector<TypicalPod> most_frequent(std::vector<TypicalPod> pods, double coverage) {
  std::map<TypicalPod, std::uint64_t> counts;
  std::uint64_t all = 0;
  for (TypicalPod& pod : pods) {
    const std::uint64_t count = std::exchange(pod.count, 0);
    counts[std::move(pod)] += count;
    all += count;
  }
  pods.clear();
  for (const auto& [pod, count] : counts) {
    pods.push_back(pod);
    pods.back().count = count;
  }
  std::ranges::stable_sort(pods, std::ranges::greater{}, &TypicalPod::count);
  std::uint64_t covered = 0;
  std::size_t typical = 0;
  while (typical < pods.size() &&
         static_cast<double>(covered) < coverage * static_cast<double>(all)) {
    covered += pods[typical++].count;
  }
  pods.resize(typical);
  return pods;
}

TypicalPod TypicalPod::of(const Shape& shape, const Terms* terms) {
  TypicalPod pod{shape.cpu_milli, shape.gpus, shape.gpu_milli, {}, 1};
  if (terms != nullptr) {
    pod.gpu_models = terms->gpu_models;
    std::ranges::sort(pod.gpu_models);
  }
  return pod;
}

std::optional<std::vector<TypicalPod>> read_typical_pods(Setting options) {
  const auto typical = options.is_map() ? options.find("typical") : std::nullopt;
  if (!typical) {
    return std::nullopt;
  }
  if (typical->is_map()) {
    const double coverage = typical->number_or("coverage", typical_coverage, 0.01, 1);
    return most_frequent(pods_of_file(*typical), coverage);
  }
  std::vector<TypicalPod> pods;
  for (const Setting item : typical->items()) {
    pods.push_back(read_pod(item));
  }
  if (pods.empty()) {
    typical->fail("lists no pod");
  }
  return most_frequent(std::move(pods), 1);
}

}  // namespace berth
