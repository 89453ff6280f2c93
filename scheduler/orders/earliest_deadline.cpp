#include <limits>

#include "scheduler/order.hpp"

namespace berth {
namespace {

class EarliestDeadline final : public JobOrder {
 public:
  [[nodiscard]] std::int64_t key(const Request& request) const override {
    return request.terms && request.terms->deadline
               ? request.terms->deadline->time_since_epoch().count()
               : std::numeric_limits<std::int64_t>::max();
  }
};

}  // namespace

std::unique_ptr<JobOrder> earliest_deadline() { return std::make_unique<EarliestDeadline>(); }

}  // namespace berth
