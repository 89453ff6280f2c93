// Who is next? A JobOrder gives each request a key; the queue runs from the smallest key up, ties
// by time and order of submission. One order is one file in scheduler/orders/ and one line in
// orders.inc.
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
std::string_view order_summary(std::string_view name);  // what it does, in a line

#define ORDER(name, does) std::unique_ptr<const JobOrder> name();
#include "scheduler/orders.inc"
#undef ORDER

}  // namespace berth
