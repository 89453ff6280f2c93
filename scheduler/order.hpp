// Who is next? A JobOrder gives each request a key; the queue runs from the smallest key up, ties
// by time and order of submission. One order is one file in scheduler/orders/ and one line in the
// table of orders.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/settings.hpp"
#include "scheduler/request.hpp"

namespace berth {

class JobOrder {
 public:
  virtual ~JobOrder() = default;
  [[nodiscard]] virtual std::int64_t key(const Request& request) const = 0;
};

std::unique_ptr<const JobOrder> make_order(Setting setting);  // NAME or {kind: NAME, ...}
std::vector<std::string_view> order_names();

std::unique_ptr<const JobOrder> fifo();
std::unique_ptr<const JobOrder> priority();           // highest priority first
std::unique_ptr<const JobOrder> shortest_estimate();  // shortest job first, by estimate
std::unique_ptr<const JobOrder> smallest_first();     // fewest GPUs first

}  // namespace berth
