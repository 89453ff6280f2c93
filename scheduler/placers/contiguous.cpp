// sbatch --contiguous: the nodes of a job form a contiguous set. Of the runs of neighbours that
// have room for a task each, as long as they go, the shortest with room for all of them, the lowest
// of equals (so does a running Slurm 22.05 without switches); from its first node on, each takes as
// many tasks as it has room for.
#include <algorithm>

#include "cluster/candidates.hpp"
#include "scheduler/placer.hpp"
#include "scheduler/placers/gather.hpp"

namespace berth {
namespace {

class Contiguous final : public Placer {
 public:
  [[nodiscard]] std::optional<Placement> place(const Request& request,
                                               const View& view) const override {
    const std::uint32_t first = run(request.shape, view.free);
    if (first == NodeSet::none) {
      return std::nullopt;
    }
    Gather gather(request, view.free);
    if (one_a_node(request.shape, view.free.fleet())) {
      gather.take_run(NodeId(first));
      return gather.done();
    }
    for (std::uint32_t node = first; gather.take(NodeId(node)); ++node) {
    }
    return gather.done();
  }
  [[nodiscard]] bool fits(const Request& request, const View& view) const override {
    return run(request.shape, view.free) != NodeSet::none;
  }
  [[nodiscard]] bool takes_any_room() const override { return false; }

 private:
  struct Run {
    std::uint32_t first = 0;
    std::uint32_t past = 0;
    std::uint64_t room = 0;  // for tasks
    [[nodiscard]] std::uint32_t nodes() const { return past - first; }
  };

  // Then the run is as long as the job is wide, and the index of runs has it.
  static bool one_a_node(const Shape& shape, const Fleet& fleet) {
    if (shape.tasks == 1) {
      return true;
    }
    std::uint64_t most = 0;
    for (std::size_t kind = 0; kind < fleet.kinds().size(); ++kind) {
      most = std::max(most, capacity_for(shape, fleet, kind));
    }
    return most <= 1;
  }
  static std::uint32_t run(const Shape& shape, const Occupancy& free) {
    if (shape.only_gpus() && one_a_node(shape, free.fleet())) {
      return free.shortest_run(shape.gpus, shape.tasks);
    }
    return run_with_room(shape, free);
  }

  // The index by free GPUs only narrows the candidates.
  static std::uint32_t run_with_room(const Shape& shape, const Occupancy& free) {
    Run best;
    Run run;
    const auto end = [&] {
      if (run.room >= shape.tasks && (best.room == 0 || run.nodes() < best.nodes())) {
        best = run;
      }
    };
    for_each_with_free(free, shape.gpus, [&](NodeId node) {
      const std::uint32_t here = free.room(node, shape);
      if (here > 0 && node.index() != run.past) {
        end();
        run = {node.index(), node.index(), 0};
      }
      if (here > 0) {
        run.past = node.index() + 1;
        run.room += here;
      }
      return true;
    });
    end();
    return best.room > 0 ? best.first : NodeSet::none;
  }
};

}  // namespace

std::unique_ptr<const Placer> contiguous() { return std::make_unique<Contiguous>(); }

}  // namespace berth
