// What `slurm:` of a policy says of limits: of a QOS, an account or a user.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "scheduler/slurm_site.hpp"

namespace berth {

inline constexpr std::int64_t slurm_count_most = std::numeric_limits<std::int32_t>::max();

// What stands at `key`, if anything does.
std::optional<std::uint32_t> count_at(Setting map, std::string_view key, std::int64_t least = 0);
std::optional<Duration> duration_at(Setting map, std::string_view key);

SlurmLimits limits_of_qos(Setting map);
SlurmLimits limits_of_association(Setting map);

}  // namespace berth
