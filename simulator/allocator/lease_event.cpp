#include "simulator/allocator/lease_event.hpp"

#include <array>
#include <cstddef>

namespace berth {

std::string_view to_string(LeaseEvent event) {
  constexpr std::array<std::string_view, 13> names{
      "asks",    "refused", "begins", "takes",     "lets_go",  "serves", "fails",
      "extends", "leaves",  "ends",   "preempted", "upgrades", "moves"};
  return names.at(static_cast<std::size_t>(event));
}

}  // namespace berth
