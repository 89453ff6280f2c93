#include "scheduler/order.hpp"

namespace berth {
namespace {

class ShortestEstimate final : public JobOrder {
 public:
  [[nodiscard]] std::int64_t key(const Request& request) const override {
    return request.estimate.count();
  }
};

}  // namespace

std::unique_ptr<JobOrder> shortest_estimate() { return std::make_unique<ShortestEstimate>(); }

}  // namespace berth
