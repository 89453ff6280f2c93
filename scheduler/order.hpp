// Who is next? A JobOrder gives each request a key; the queue runs from the smallest key up, ties
// by time and order of submission. Most orders are a formula of the request; one whose keys move
// with time or usage listens to the run and says so in refresh(). One order is one file in
// scheduler/orders/ and one line in orders.inc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/settings.hpp"
#include "scheduler/listener.hpp"
#include "scheduler/request.hpp"

namespace berth {

class JobOrder : public Listener {
 public:
  // As of the last refresh().
  [[nodiscard]] virtual std::int64_t key(const Request& request) const = 0;
  // True when keys are others than they were at the last call, so that the queue is sorted anew.
  virtual bool refresh(SimTime /*now*/) { return false; }
  // True when a start may change keys: then refresh() is asked after each.
  [[nodiscard]] virtual bool moves_with_starts() const { return false; }
  // True when the key of a job changes while it runs: those that run are given theirs anew, too.
  [[nodiscard]] virtual bool by_progress() const { return false; }
  // The next time after `now` at which keys change though nothing happens.
  [[nodiscard]] virtual std::optional<SimTime> wake_at(SimTime /*now*/) const {
    return std::nullopt;
  }
};

std::unique_ptr<JobOrder> make_order(Setting setting);  // NAME or {kind: NAME, ...}
std::vector<std::string_view> order_names();
std::string_view order_summary(std::string_view name);  // what it does, in a line

#define ORDER(name, does) std::unique_ptr<JobOrder> name();
#define ORDER_WITH_OPTIONS(name, does) std::unique_ptr<JobOrder> name(Setting setting);
#include "scheduler/orders.inc"
#undef ORDER_WITH_OPTIONS
#undef ORDER

}  // namespace berth
