#include "scheduler/backfill.hpp"

namespace berth {
namespace {

class None final : public Backfill {
 public:
  [[nodiscard]] Holds holds() const override { return Holds::nobody; }
};

}  // namespace

std::unique_ptr<Backfill> no_backfill() { return std::make_unique<None>(); }

}  // namespace berth
