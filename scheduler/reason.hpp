// Why a job waits, in Slurm's words.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace berth {

enum class Reason : std::uint8_t {
  resources,    // what it asks for is not free
  reservation,  // it is free, but promised to others
  priority,     // jobs before it wait, and nobody overtakes
};

inline constexpr std::array<std::string_view, 3> reason_names{"Resources", "Reservation",
                                                              "Priority"};

inline std::string_view to_string(Reason reason) {
  return reason_names[static_cast<std::size_t>(reason)];
}

}  // namespace berth
