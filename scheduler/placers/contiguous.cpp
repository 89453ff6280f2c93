#include "cluster/candidates.hpp"
#include "core/check.hpp"
#include "scheduler/placer.hpp"
#include "scheduler/placers/gather.hpp"

namespace berth {
namespace {

// One task a node for jobs of several tasks, so that the run is as long as the job is wide.
class Contiguous final : public Placer {
 public:
  [[nodiscard]] std::optional<Placement> place(const Request& request,
                                               const View& view) const override {
    const std::uint32_t first = run(request, view.free);
    if (first == NodeSet::none) {
      return std::nullopt;
    }
    Gather gather(request, view.free);
    gather.take_run(NodeId(first));
    return gather.done();
  }
  [[nodiscard]] bool fits(const Request& request, const View& view) const override {
    return run(request, view.free) != NodeSet::none;
  }
  [[nodiscard]] bool takes_any_room() const override { return false; }

 private:
  static std::uint32_t run(const Request& request, const Occupancy& free) {
    const Shape& shape = request.shape;
    if (shape.only_gpus()) {
      return free.first_run(shape.gpus, shape.tasks);
    }
    return run_with_room(shape, free);
  }

  // With CPU or memory asked for, the index by free GPUs only narrows the candidates.
  static std::uint32_t run_with_room(const Shape& shape, const Occupancy& free) {
    std::uint32_t first = NodeSet::none;
    std::uint32_t length = 0;
    for_each_with_free(free, shape.gpus, [&](NodeId node) {
      if (free.room(node, shape) == 0) {
        length = 0;
        return true;
      }
      if (length == 0 || node.index() != first + length) {
        first = node.index();
        length = 0;
      }
      return ++length < shape.tasks;
    });
    return length == shape.tasks ? first : NodeSet::none;
  }
};

}  // namespace

std::unique_ptr<const Placer> contiguous() { return std::make_unique<Contiguous>(); }

}  // namespace berth
