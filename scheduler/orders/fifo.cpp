#include "scheduler/order.hpp"

namespace berth {
namespace {

class Fifo final : public JobOrder {
 public:
  [[nodiscard]] std::int64_t key(const Request& /*request*/) const override { return 0; }
};

}  // namespace

std::unique_ptr<JobOrder> fifo() { return std::make_unique<Fifo>(); }

}  // namespace berth
