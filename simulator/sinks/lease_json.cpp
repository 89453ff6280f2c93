#include "simulator/sinks/lease_json.hpp"

#include <optional>
#include <string>
#include <utility>

#include "simulator/gpu_time.hpp"

namespace berth {
namespace {

using Json = nlohmann::ordered_json;

double seconds(Duration duration) { return static_cast<double>(duration.count()) / 1e9; }

double gpu_hours(Int128 gpu_time) { return gpu_nanoseconds(gpu_time) / 3.6e12; }

Json gpu_ratio(Int128 part, Int128 whole) {
  return whole > 0 ? Json(gpu_nanoseconds(part) / gpu_nanoseconds(whole)) : Json(nullptr);
}

Json mean_s(Duration sum, std::uint64_t count) {
  return count > 0 ? Json(seconds(sum) / static_cast<double>(count)) : Json(nullptr);
}

Json lease(const LeaseLine& line) {
  const auto point = [](const std::optional<SimTime>& at) {
    return at ? Json(seconds(at->time_since_epoch())) : Json(nullptr);
  };
  return {
      {"tenant", line.contract.tenant},
      {"kind", std::string(to_string(line.contract.kind))},
      {"nodes", line.contract.nodes},
      {"state", std::string(to_string(line.last))},
      {"asked_s", point(line.asked)},
      {"due_s", point(line.due)},
      {"begun_s", point(line.begun)},
      {"ended_s", point(line.ended)},
      {"time_to_delivery_s", line.full ? Json(seconds(*line.full - *line.begun)) : Json(nullptr)},
      {"contracted_gpu_h", gpu_hours(line.contracted)},
      {"delivered_gpu_h", gpu_hours(line.delivered)},
      {"availability", gpu_ratio(line.delivered, line.owed - line.upgrading)},
      {"below_s", seconds(line.below)},
      {"breaches", line.breaches},
      {"failures", line.failures},
      {"replacements", line.replacements},
      {"time_to_replacement_s",
       {{"mean", mean_s(line.replacing, line.replacements)},
        {"max", seconds(line.replacing_most)}}},
      {"late_s", seconds(line.late)},
      {"moves", line.moves},
      {"moving_s", seconds(line.moving)}};
}

// What was asked for of each kind, and what became of it.
Json leases_by_kind(const LeaseNumbers& numbers) {
  Json all = Json::object();
  for (const LeaseKind kind : {LeaseKind::reserved, LeaseKind::on_demand, LeaseKind::spot}) {
    const LeaseSums sums = numbers.sums(kind);
    if (sums.asked > 0) {
      all[std::string(to_string(kind))] = {
          {"asked", sums.asked},
          {"begun", sums.begun},
          {"refused", sums.refused},
          {"preempted", sums.preempted},
          {"late", sums.late},
          {"late_s", {{"mean", mean_s(sums.late_in_all, sums.late)}}},
          {"time_to_begin_s", {{"mean", mean_s(sums.waited, sums.begun)}}},
          {"contracted_gpu_h", gpu_hours(sums.contracted)},
          {"delivered_gpu_h", gpu_hours(sums.delivered)}};
    }
  }
  return all;
}

}  // namespace

Json leases_json(const LeaseNumbers& numbers) {
  const LeaseSums sums = numbers.sums();
  // Names are looked for one by one where they are set by []; there may be a million, each once.
  Json by_lease = Json::object();
  auto& lines = by_lease.get_ref<Json::object_t&>();
  for (const LeaseLine& line : numbers.leases) {
    lines.Json::object_t::Container::emplace_back(line.contract.name, lease(line));
  }
  Json json{{"asked", numbers.leases.size()},
            {"begun", sums.begun},
            {"refused", sums.refused},
            {"preempted", sums.preempted},
            {"contracted_gpu_h", gpu_hours(sums.contracted)},
            {"owed_gpu_h", gpu_hours(sums.owed)},
            {"delivered_gpu_h", gpu_hours(sums.delivered)},
            {"availability", gpu_ratio(sums.delivered, sums.owed - sums.upgrading)},
            {"breaches", sums.breaches},
            {"failures", sums.failures},
            {"replacements", sums.replacements},
            {"time_to_replacement_s",
             {{"mean", mean_s(sums.replacing, sums.replacements)},
              {"max", seconds(sums.replacing_most)}}},
            {"time_to_delivery_s",
             {{"mean", mean_s(sums.delivering, sums.delivered_full)},
              {"max", seconds(sums.delivering_most)}}},
            {"late", sums.late},
            {"moves", sums.moves},
            {"moving_gpu_h", gpu_hours(sums.moving)},
            {"by_kind", leases_by_kind(numbers)},
            {"by_lease", std::move(by_lease)}};
  if (sums.upgrading > 0) {
    json["upgrading_gpu_h"] = gpu_hours(sums.upgrading);
  }
  return json;
}

}  // namespace berth
