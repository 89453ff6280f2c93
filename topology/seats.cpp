#include "topology/seats.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/check.hpp"

namespace berth {

Seats::Seats(std::uint32_t nodes, std::vector<std::optional<Seat>> by_device)
    : by_device_(std::move(by_device)), first_(std::size_t{nodes} + 1) {
  for (const auto& seat : by_device_) {
    if (seat) {
      check(seat->node.index() < nodes, "an HCA sits in a node of the fleet");
      ++first_[seat->node.index() + 1];
    }
  }
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
  hcas_.resize(first_.back());
  std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
  for (std::uint32_t i = 0; i < by_device_.size(); ++i) {
    if (by_device_[i]) {
      hcas_[next[by_device_[i]->node.index()]++] = DeviceId(i);
    }
  }
  for (std::uint32_t node = 0; node < nodes; ++node) {
    std::stable_sort(hcas_.begin() + first_[node], hcas_.begin() + first_[node + 1],
                     [this](DeviceId a, DeviceId b) {
                       return by_device_[a.index()]->rail < by_device_[b.index()]->rail;
                     });
  }
}

}  // namespace berth
