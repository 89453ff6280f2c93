#include "core/random.hpp"

#include <algorithm>
#include <bit>
#include <utility>
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

  // The nodes of these numbers, which ascend; in ascending order themselves.
  [[nodiscard]] std::vector<NodeId> nodes(const std::vector<std::uint32_t>& numbers) const {
    std::vector<NodeId> nodes;
    nodes.reserve(numbers.size());
    std::uint32_t g = gpus_;
    std::uint32_t below = 0;  // candidates with fewer free GPUs
    NodeSet::Cursor cursor;
    for (const std::uint32_t number : numbers) {
      if (!listed_.empty()) {
        nodes.push_back(listed_[number]);
        continue;
      }
      for (; number - below >= free_.with_free(g).size(); ++g) {
        below += free_.with_free(g).size();
        cursor = {};
      }
      nodes.emplace_back(free_.with_free(g).select(number - below, cursor));
    }
    if (!std::is_sorted(nodes.begin(), nodes.end())) {
      std::sort(nodes.begin(), nodes.end());
    }
    return nodes;
  }

 private:
  std::uint32_t gpus_;
  const Occupancy& free_;
  std::vector<NodeId> listed_;
  std::uint32_t size_ = 0;
};

// A set of numbers below a bound: a few of them sorted, many as bits.
class Numbers {
 public:
  Numbers(std::uint32_t wanted, std::uint32_t bound) : bits_(wanted > few ? bound / 64 + 1 : 0) {
    list_.reserve(wanted);
  }

  // False when it is in already.
  bool insert(std::uint32_t number) {
    if (bits_.empty()) {
      const auto at = std::lower_bound(list_.begin(), list_.end(), number);
      const bool missing = at == list_.end() || *at != number;
      if (missing) {
        list_.insert(at, number);
      }
      return missing;
    }
    const std::uint64_t bit = std::uint64_t{1} << (number % 64);
    const bool missing = (bits_[number / 64] & bit) == 0;
    bits_[number / 64] |= bit;
    return missing;
  }

  // All of them, ascending.
  std::vector<std::uint32_t> list() {
    for (std::uint32_t w = 0; w < bits_.size(); ++w) {
      for (std::uint64_t bits = bits_[w]; bits != 0; bits &= bits - 1) {
        list_.push_back(64 * w + static_cast<std::uint32_t>(std::countr_zero(bits)));
      }
    }
    return std::move(list_);
  }

 private:
  static constexpr std::uint32_t few = 64;
  std::vector<std::uint64_t> bits_;
  std::vector<std::uint32_t> list_;
};

// `wanted` distinct numbers below `bound`, ascending, each subset equally likely (Floyd, CACM
// 30(9), 1987).
std::vector<std::uint32_t> distinct(Random& random, std::uint32_t wanted, std::uint32_t bound) {
  Numbers drawn(wanted, bound);
  for (std::uint32_t top = bound - wanted; top < bound; ++top) {
    if (!drawn.insert(static_cast<std::uint32_t>(uniform_below(random, top + 1)))) {
      drawn.insert(top);
    }
  }
  return drawn.list();
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
    Gather gather(request, view.free);
    const std::uint32_t each = nodes < request.shape.tasks ? ~std::uint32_t{0} : 1;
    for (const NodeId node : candidates.nodes(distinct(random, nodes, candidates.size()))) {
      gather.take(node, each);
    }
    return gather.done();
  }
  [[nodiscard]] bool equal_shapes_fare_alike() const override { return false; }
};

}  // namespace

std::unique_ptr<const Placer> random() { return std::make_unique<Lots>(); }

}  // namespace berth
