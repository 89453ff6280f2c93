#include "scheduler/placer.hpp"
#include "scheduler/placers/gather.hpp"

namespace berth {
namespace {

class BestFit final : public Placer {
 public:
  [[nodiscard]] std::optional<Placement> place(const Request& request,
                                               const View& view) const override {
    if (!view.free.fits(request.shape)) {
      return std::nullopt;
    }
    Gather gather(request, view.free);
    const std::uint32_t most = view.free.fleet().gpus_per_node();
    for (std::uint32_t free = request.shape.gpus; free <= most && gather.missing() > 0; ++free) {
      gather.take_from(free);
    }
    return gather.done();
  }
};

}  // namespace

std::unique_ptr<const Placer> best_fit() { return std::make_unique<BestFit>(); }

}  // namespace berth
