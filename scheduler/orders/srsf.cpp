#include "core/int128.hpp"
#include "scheduler/order.hpp"

namespace berth {
namespace {

// In whole GPU-milliseconds, which fit 64 bits for any job that is let run.
class Srsf final : public JobOrder {
 public:
  [[nodiscard]] std::int64_t key(const Request& request) const override {
    constexpr std::int64_t nanoseconds_of_a_thousandth = 1'000'000'000;
    const Int128 left = Int128{request.left.count()} * Int128{request.shape.total_gpu_milli()};
    return static_cast<std::int64_t>(left / nanoseconds_of_a_thousandth);
  }
  [[nodiscard]] bool by_progress() const override { return true; }
};

}  // namespace

std::unique_ptr<JobOrder> srsf() { return std::make_unique<Srsf>(); }

}  // namespace berth
