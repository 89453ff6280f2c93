#include "scheduler/slurm_limits_reader.hpp"

namespace berth {
namespace {

constexpr double tres_most = 1e9;

TresLimits tres_at(Setting map, std::string_view key) {
  TresLimits limits;
  const auto setting = map.find(key);
  if (!setting) {
    return limits;
  }
  for (std::size_t i = 0; i < tres_kinds; ++i) {
    const auto one = setting->find(tres_names[i]);
    if (!one) {
      continue;
    }
    const auto kind = static_cast<Tres>(i);
    if (kind == Tres::memory) {
      limits[i] = one->bytes();
    } else if (kind == Tres::node) {
      limits[i] = one->count(0, slurm_count_most);
    } else {
      limits[i] = static_cast<std::int64_t>(one->number(0, tres_most) * 1000 + 0.5);
    }
  }
  return limits;
}

// What one job may have is never more than what all may.
void refuse_contradiction(Setting map, const SlurmLimits& limits) {
  for (std::size_t i = 0; i < tres_kinds; ++i) {
    if (limits.per_user[i] && limits.per_job[i] && *limits.per_job[i] > *limits.per_user[i]) {
      map.at("max_tres_per_job").fail("lets a job have more than its user");
    }
    if (limits.group[i] && limits.per_job[i] && *limits.per_job[i] > *limits.group[i]) {
      map.at("max_tres_per_job").fail("lets a job have more than the group");
    }
  }
}

// What a QOS and an account both say, and how many jobs of a user at `jobs`.
SlurmLimits limits_of(Setting map, std::string_view jobs) {
  SlurmLimits limits;
  limits.group = tres_at(map, "group_tres");
  limits.per_job = tres_at(map, "max_tres_per_job");
  limits.group_jobs = count_at(map, "group_jobs");
  limits.jobs_per_user = count_at(map, jobs);
  limits.wall = duration_at(map, "max_wall");
  return limits;
}

}  // namespace

std::optional<std::uint32_t> count_at(Setting map, std::string_view key, std::int64_t least) {
  const auto setting = map.find(key);
  return setting
             ? std::optional(static_cast<std::uint32_t>(setting->count(least, slurm_count_most)))
             : std::nullopt;
}

std::optional<Duration> duration_at(Setting map, std::string_view key) {
  const auto setting = map.find(key);
  return setting ? std::optional(setting->duration()) : std::nullopt;
}

SlurmLimits limits_of_qos(Setting map) {
  SlurmLimits limits = limits_of(map, "max_jobs_per_user");
  limits.per_user = tres_at(map, "max_tres_per_user");
  refuse_contradiction(map, limits);
  return limits;
}

SlurmLimits limits_of_association(Setting map) {
  const SlurmLimits limits = limits_of(map, "max_jobs");
  refuse_contradiction(map, limits);
  return limits;
}

}  // namespace berth
