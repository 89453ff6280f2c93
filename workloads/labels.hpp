// The names, the profile of communication and the terms that all jobs of one workload carry unless
// its kind says otherwise.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/settings.hpp"
#include "workloads/catalog.hpp"
#include "workloads/communication.hpp"
#include "workloads/job.hpp"

namespace berth {

// The tenant or partition of a job that names none.
inline constexpr std::string_view default_name = "default";

struct Labels {
  std::string job_class;
  std::string partition;
  std::int32_t priority = 0;
  Communication communication{};
  std::shared_ptr<const Terms> terms{};

  // The keys `class`, `partition`, `communication` and `priority` of a map: of training, unless it
  // says otherwise.
  static Labels read(Setting map, std::string_view class_otherwise,
                     std::int32_t priority_otherwise);
  // Without `priority`; with `terms`.
  static Labels read_names(Setting map, std::string_view class_otherwise,
                           std::string_view communication_otherwise);
  // A job that carries them; its tenant is left open.
  [[nodiscard]] Job job(Catalog& catalog) const;
};

// A name at `key` that is not empty.
std::string read_name(Setting map, std::string_view key, std::string_view otherwise);

inline constexpr std::int64_t priority_most = 1'000'000'000;

}  // namespace berth
