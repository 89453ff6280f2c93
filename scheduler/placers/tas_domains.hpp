// The domains of one level as Kueue's topology-aware scheduling looks at them: how many slices and
// pods each takes, best first. Nodes are the domains of a level of their own, inside all others.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cluster/occupancy.hpp"
#include "scheduler/placers/fewest_items.hpp"
#include "topology/fleet.hpp"

namespace berth {

enum class TasProfile : std::uint8_t { best_fit, least_free };

struct TasDomain {
  NodeRange nodes;
  std::uint32_t place = 0;  // breaks ties
  std::uint32_t slices = 0;
  std::uint32_t pods = 0;
};

// So many slices or pods of the job in a domain.
struct TasShare {
  NodeRange nodes;
  std::uint32_t count = 0;
};
using TasShares = std::vector<TasShare>;

// In the order in which they are tried.
void sort_domains(std::vector<TasDomain>& domains, TasProfile profile);
// Fills them in their order; the last one is the tightest that holds what is left then, among those
// not filled yet (for `best_fit`). Nothing when they do not hold so many.
std::optional<TasShares> fill_domains(const std::vector<TasDomain>& sorted, std::uint32_t slices,
                                      TasProfile profile);

class TasTree {
 public:
  TasTree(const Occupancy& free, const Shape& shape, std::uint32_t slice_level,
          std::uint32_t slice_size);

  [[nodiscard]] std::uint32_t node_level() const { return free_.fleet().levels(); }
  [[nodiscard]] std::uint32_t all_slices() const { return sliced_.all(); }

  // The domain of the level with fewest slices of those that hold so many; of equals the one with
  // fewest pods, then the first.
  [[nodiscard]] std::optional<NodeRange> tightest(std::uint32_t level, std::uint32_t slices) const;
  // So many slices in domains of the level, however many it takes.
  [[nodiscard]] std::optional<TasShares> fill(std::uint32_t level, std::uint32_t slices,
                                              TasProfile profile) const;
  // The domains of the level inside `outer`, where anything fits.
  void add_domains(const NodeRange& outer, std::uint32_t level,
                   std::vector<TasDomain>& domains) const;
  // Those that hold so many slices, in order, until `visit(nodes)` returns false. REQUIRES: it is a
  // level of the fleet.
  template <class Visit>
  void each_domain(std::uint32_t level, std::uint32_t slices, const Visit& visit) const {
    const Fleet& fleet = free_.fleet();
    for (std::uint32_t place = 0; place < fleet.domains(LevelId(level)); ++place) {
      const NodeRange nodes = range(level, place);
      if (slices_in(nodes, level, pods_in(nodes, level)) >= slices && !visit(nodes)) {
        return;
      }
    }
  }
  // The one of the level that stands around `nodes`.
  [[nodiscard]] TasDomain around(const NodeRange& nodes, std::uint32_t level) const;
  // How many domains of the level inside `outer` hold how many slices, the most first.
  [[nodiscard]] std::vector<AlikeItems> by_slices(const NodeRange& outer,
                                                  std::uint32_t level) const;
  // In any domain of the level; 0: not known without looking at all.
  [[nodiscard]] std::uint32_t most_slices(std::uint32_t level) const;
  [[nodiscard]] NodeRange everywhere() const { return {0, free_.fleet().nodes()}; }

 private:
  [[nodiscard]] const CountBuckets* buckets(std::uint32_t level) const;
  [[nodiscard]] std::uint32_t slices_in(const NodeRange& nodes, std::uint32_t level,
                                        std::uint32_t pods) const;
  [[nodiscard]] std::uint32_t pods_in(const NodeRange& nodes, std::uint32_t level) const;
  [[nodiscard]] NodeRange range(std::uint32_t level, std::uint32_t place) const;
  // At the level of slices.
  [[nodiscard]] std::uint32_t pods_of(std::uint32_t slices) const { return slices * slice_size_; }
  [[nodiscard]] std::uint32_t slices_of(std::uint32_t pods) const { return pods / slice_size_; }
  [[nodiscard]] NodeRange fewest_pods(const NodeSet& places, std::uint32_t level,
                                      std::uint32_t slices) const;
  [[nodiscard]] TasShares fill_by_pods(const CountBuckets& by_pods, std::uint32_t level,
                                       std::uint32_t slices, TasProfile profile) const;
  [[nodiscard]] std::uint32_t next_of_fewer(const CountBuckets& by_pods, std::uint32_t pods) const;

  const Occupancy& free_;
  const RoomIndex& room_;    // pods
  const RoomIndex& sliced_;  // slices at their level and outside it, pods inside; `room_` without
  Shape shape_;
  std::uint32_t slice_level_;
  std::uint32_t slice_size_;
};

}  // namespace berth
