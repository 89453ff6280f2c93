#include "workloads/traces/openb_pods.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "workloads/csv.hpp"

namespace berth {
namespace {

enum Column : std::size_t {
  name,
  cpu_milli,
  memory_mib,
  num_gpu,
  gpu_milli,
  gpu_spec,
  creation,
  deletion,
  scheduled
};

constexpr std::uint32_t gpus_most = 1'000'000;
constexpr std::int64_t mib = std::int64_t{1} << 20U;

// "V100M16|V100M32": any of these.
std::vector<std::string> models_in(const Csv& csv) {
  std::vector<std::string> models;
  std::string_view rest = csv.text(Column::gpu_spec);
  while (!rest.empty()) {
    const std::size_t bar = std::min(rest.find('|'), rest.size());
    if (bar == 0 || bar + 1 == rest.size()) {
      csv.fail(Column::gpu_spec,
               "names no model beside '|' ('" + std::string(csv.text(Column::gpu_spec)) + "')",
               "expected: MODEL or MODEL|MODEL");
    }
    models.emplace_back(rest.substr(0, bar));
    rest.remove_prefix(std::min(bar + 1, rest.size()));
  }
  std::ranges::sort(models);
  return models;
}

// `gpu_milli` is of each GPU; all of one GPU is no share.
void read_gpus(const Csv& csv, Ask& ask) {
  const std::uint32_t gpus = csv.count(Column::num_gpu, 0, gpus_most);
  const std::uint32_t milli = csv.count(Column::gpu_milli, 0, 1000);
  if ((gpus == 0) != (milli == 0)) {
    csv.fail(Column::gpu_milli,
             "is " + std::to_string(milli) + " of " + std::to_string(gpus) + " GPUs",
             "expected: 1..1000 thousandths of each GPU, 0 of none");
  }
  if (gpus > 1 && milli < 1000) {
    csv.fail(Column::gpu_milli, "is a share of several GPUs",
             "a pod has a share of one GPU, or whole ones");
  }
  ask.gpus = milli == 1000 ? gpus : 0;
  ask.gpu_milli = milli == 1000 ? 0 : milli;
}

std::optional<Duration> time_at(const Csv& csv, std::size_t column) {
  return csv.text(column).empty() ? std::nullopt : std::optional(csv.seconds(column));
}

OpenbPod read_pod(const Csv& csv) {
  OpenbPod pod;
  pod.name = csv.text(Column::name);
  pod.ask.cpu_milli = csv.count(Column::cpu_milli, 0);
  pod.ask.memory = mib * csv.count(Column::memory_mib, 0);
  read_gpus(csv, pod.ask);
  if (pod.ask.gpus == 0 && pod.ask.gpu_milli == 0 && pod.ask.cpu_milli == 0) {
    csv.fail(Column::cpu_milli, "is 0, and so are the GPUs", "a pod asks for something");
  }
  pod.gpu_models = models_in(csv);
  pod.created = time_at(csv, Column::creation);
  pod.scheduled = time_at(csv, Column::scheduled);
  pod.deleted = time_at(csv, Column::deletion);
  if (pod.deleted && pod.scheduled && *pod.deleted < *pod.scheduled) {
    csv.fail(Column::deletion, "is before the pod was scheduled");
  }
  if (pod.created && pod.scheduled && *pod.scheduled < *pod.created) {
    csv.fail(Column::scheduled, "is before the pod was created");
  }
  if (pod.created && pod.deleted && *pod.deleted < *pod.created) {
    csv.fail(Column::deletion, "is before the pod was created");
  }
  return pod;
}

}  // namespace

std::vector<OpenbPod> read_openb_pods(const std::string& path) {
  return read_openb_pods(TextLines::of_file(path));
}

std::vector<OpenbPod> read_openb_pods(TextLines lines) {
  Csv csv(std::move(lines), {"name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli"},
          {"gpu_spec", "creation_time", "deletion_time", "scheduled_time"});
  std::vector<OpenbPod> pods;
  while (csv.next()) {
    pods.push_back(read_pod(csv));
  }
  if (pods.empty()) {
    throw InputError(Where{csv.path()}, "holds no pod");
  }
  return pods;
}

}  // namespace berth
