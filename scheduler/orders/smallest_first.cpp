#include "scheduler/order.hpp"

namespace berth {
namespace {

class SmallestFirst final : public JobOrder {
 public:
  [[nodiscard]] std::int64_t key(const Request& request) const override {
    return static_cast<std::int64_t>(request.shape.total_gpus());
  }
};

}  // namespace

std::unique_ptr<JobOrder> smallest_first() { return std::make_unique<SmallestFirst>(); }

}  // namespace berth
