#include "scheduler/order.hpp"

namespace berth {
namespace {

class Srtf final : public JobOrder {
 public:
  [[nodiscard]] std::int64_t key(const Request& request) const override {
    return request.left.count();
  }
  [[nodiscard]] bool by_progress() const override { return true; }
};

}  // namespace

std::unique_ptr<JobOrder> srtf() { return std::make_unique<Srtf>(); }

}  // namespace berth
