#include "core/random.hpp"

#include <algorithm>
#include <vector>

#include "cluster/candidates.hpp"
#include "core/samplers.hpp"
#include "scheduler/placer.hpp"
#include "scheduler/placers/gather.hpp"

namespace berth {
namespace {

// Nodes with room for a task, numbered 0 .. size()-1. When GPUs are all that is asked, a number is
// turned into a node through the index; else the candidates are listed.
class Candidates {
 public:
  Candidates(const Shape& shape, const Occupancy& free) : gpus_(shape.gpus), free_(free) {
    if (!shape.only_gpus()) {
      for_each_with_free(free, gpus_, [&](NodeId node) {
        if (free.room(node, shape) > 0) {
          listed_.push_back(node);
        }
        return true;
      });
      size_ = static_cast<std::uint32_t>(listed_.size());
      return;
    }
    for (std::uint32_t g = gpus_; g <= free.fleet().gpus_per_node(); ++g) {
      size_ += free.with_free(g).size();
    }
  }

  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] NodeId operator[](std::uint32_t number) const {
    if (!listed_.empty()) {
      return listed_[number];
    }
    std::uint32_t g = gpus_;
    for (; number >= free_.with_free(g).size(); ++g) {
      number -= free_.with_free(g).size();
    }
    return NodeId(free_.with_free(g).select(number));
  }

 private:
  std::uint32_t gpus_;
  const Occupancy& free_;
  std::vector<NodeId> listed_;
  std::uint32_t size_ = 0;
};

// `wanted` distinct numbers below `bound`, each subset equally likely (Floyd, CACM 30(9), 1987).
std::vector<std::uint32_t> distinct(Random& random, std::uint32_t wanted, std::uint32_t bound) {
  std::vector<std::uint32_t> drawn;
  drawn.reserve(wanted);
  for (std::uint32_t top = bound - wanted; top < bound; ++top) {
    const auto number = static_cast<std::uint32_t>(uniform_below(random, top + 1));
    const auto at = std::lower_bound(drawn.begin(), drawn.end(), number);
    if (at == drawn.end() || *at != number) {
      drawn.insert(at, number);
    } else {
      drawn.push_back(top);
    }
  }
  return drawn;
}

class Lots final : public Placer {
 public:
  [[nodiscard]] std::optional<Placement> place(const Request& request,
                                               const View& view) const override {
    if (!view.free.fits(request.shape)) {
      return std::nullopt;
    }
    Random random(view.run, Stream::placement, request.sequence);
    const Candidates candidates(request.shape, view.free);
    // As many nodes as tasks where there are so many; else every one, filled in turn.
    const std::uint32_t nodes = std::min(request.shape.tasks, candidates.size());
    std::vector<NodeId> chosen;
    for (const std::uint32_t number : distinct(random, nodes, candidates.size())) {
      chosen.push_back(candidates[number]);
    }
    std::sort(chosen.begin(), chosen.end());
    Gather gather(request, view.free);
    const std::uint32_t each = nodes < request.shape.tasks ? ~std::uint32_t{0} : 1;
    for (const NodeId node : chosen) {
      gather.take(node, each);
    }
    return gather.done();
  }
};

}  // namespace

std::unique_ptr<const Placer> random() { return std::make_unique<Lots>(); }

}  // namespace berth
