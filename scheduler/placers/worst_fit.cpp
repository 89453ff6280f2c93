#include "scheduler/placer.hpp"
#include "scheduler/placers/gather.hpp"

namespace berth {
namespace {

class WorstFit final : public Placer {
 public:
  [[nodiscard]] std::optional<Placement> place(const Request& request,
                                               const View& view) const override {
    if (!view.free.fits(request.shape)) {
      return std::nullopt;
    }
    Gather gather(request, view.free);
    const std::uint32_t most = view.free.fleet().gpus_per_node();
    for (std::uint32_t i = 0; i <= most - request.shape.gpus && gather.missing() > 0; ++i) {
      gather.take_from(most - i);
    }
    return gather.done();
  }
};

}  // namespace

std::unique_ptr<const Placer> worst_fit() { return std::make_unique<WorstFit>(); }

}  // namespace berth
