// The ways that an engine allows: for one target switch, the ports of every switch that lead there
// in the fewest hops. `minhop` allows every way; `updn` none that goes down and up again.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "topology/routing/subnet.hpp"

namespace berth {

// Indices of ports (Subnet::all_ports), by switch, in order of port; none where there is no way.
class PortSets {
 public:
  void clear();
  void add(std::uint32_t port) { ports_.push_back(port); }
  void next_switch() { first_.push_back(static_cast<std::uint32_t>(ports_.size())); }
  [[nodiscard]] std::span<const std::uint32_t> of(std::uint32_t s) const {
    return {ports_.data() + first_[s], ports_.data() + first_[s + 1]};
  }

 private:
  std::vector<std::uint32_t> first_;
  std::vector<std::uint32_t> ports_;
};

class ShortestWays {
 public:
  virtual ~ShortestWays() = default;
  // Replaces `ways`; the set of the target itself is empty.
  virtual void find(std::uint32_t target, PortSets& ways) = 0;
};

inline constexpr std::uint8_t unreached = 255;
// Hops of every switch to the target; OpenSM counts no further than 254.
void hops_to(const Subnet& subnet, std::uint32_t target, std::vector<std::uint8_t>& hops);

std::unique_ptr<ShortestWays> any_ways(const Subnet& subnet);
// `rank`: of each switch, 0 for roots.
std::unique_ptr<ShortestWays> up_down_ways(const Subnet& subnet,
                                           const std::vector<std::uint32_t>& rank);

}  // namespace berth
