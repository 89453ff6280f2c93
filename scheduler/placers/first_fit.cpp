#include "cluster/candidates.hpp"
#include "scheduler/placer.hpp"
#include "scheduler/placers/gather.hpp"

namespace berth {
namespace {

class FirstFit final : public Placer {
 public:
  [[nodiscard]] std::optional<Placement> place(const Request& request,
                                               const View& view) const override {
    if (!view.free.fits(request.shape)) {
      return std::nullopt;
    }
    Gather gather(request, view.free);
    if (request.shape.gpus == view.free.fleet().gpus_per_node()) {
      gather.take_from(request.shape.gpus);
    } else {
      for_each_with_free(view.free, request.shape.gpus,
                         [&gather](NodeId node) { return gather.take(node); });
    }
    return gather.done();
  }
};

}  // namespace

std::unique_ptr<const Placer> first_fit() { return std::make_unique<FirstFit>(); }

}  // namespace berth
