#include "scheduler/order.hpp"

namespace berth {
namespace {

class Priority final : public JobOrder {
 public:
  [[nodiscard]] std::int64_t key(const Request& request) const override {
    return -std::int64_t{request.priority};
  }
};

}  // namespace

std::unique_ptr<JobOrder> priority() { return std::make_unique<Priority>(); }

}  // namespace berth
