// What the filter-and-score placer keeps beside an occupancy: for each class of pods that was
// lately placed, all nodes ranked by their scores. A question looks at the nodes that changed since
// the last one of its class, and at no others.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "cluster/occupancy.hpp"
#include "scheduler/filter.hpp"
#include "scheduler/placers/score_ranking.hpp"
#include "scheduler/score.hpp"
#include "scheduler/spread_limits.hpp"
#include "scheduler/view.hpp"

namespace berth {

// Who gets the pod of nodes that score alike: the lowest name, or the first in an order of all
// nodes that the seed draws once for a run.
enum class Ties : std::uint8_t { lowest_name, drawn_order };

// Which nodes may run a pod, and which of them is best.
struct Pipeline {
  std::vector<Filter> filters;
  std::vector<WeightedScore> scores;
  Ties ties = Ties::lowest_name;

  [[nodiscard]] bool keeps_apart() const {
    return std::ranges::find(filters, "anti_affinity", &Filter::name) != filters.end();
  }
  [[nodiscard]] bool limits_spread() const {
    return std::ranges::find(filters, "topology_spread", &Filter::name) != filters.end();
  }
  [[nodiscard]] bool spreads() const {
    return std::ranges::any_of(scores, [](const WeightedScore& one) { return one.made.spreads; });
  }
  [[nodiscard]] bool learns() const {
    return std::ranges::any_of(scores, [](const WeightedScore& one) { return one.made.learns; });
  }
};

class ScoreIndex final : public Occupancy::Beside {
 public:
  // `pipeline` outlives it; the view is of the occupancy that this is kept beside.
  ScoreIndex(const Pipeline& pipeline, const View& view);

  // Scores that learn look again at what was seen, if it is more than the last time.
  void learn(const Fleet& fleet, const SeenPods* seen);

  // The best node that passes all filters, of equals the one that Pipeline::ties says. `free` is
  // always the occupancy that this is kept beside.
  [[nodiscard]] std::optional<NodeId> best(const Pod& pod, const Occupancy& free, Random& draws);
  // True when some node passes all filters.
  [[nodiscard]] bool any(const Pod& pod, const Occupancy& free);
  // How many such pods the nodes that pass have room for, as it is now: where no two may be on one
  // node, one each. O(nodes) the first time for each class.
  [[nodiscard]] std::uint64_t room(const Pod& pod, const Occupancy& free);
  // The GPU that the pod's share goes to on that node, or nothing when no score cares.
  [[nodiscard]] std::optional<std::uint32_t> gpu_for(const Pod& pod, NodeId node,
                                                     const Occupancy& free, Random& draws) const;
  [[nodiscard]] bool passes(const Pod& pod, NodeId node, const Occupancy& free) const;

 private:
  struct Class {
    Pod pod;
    std::unique_ptr<Ranking> ranking;
    ChangeLog::Position read = 0;
    ChangeLog::Position pods_read = 0;  // of changes in its group
    std::uint64_t last_asked = 0;
    std::vector<std::uint32_t> room{};  // by node; empty: nobody asked
    std::uint64_t all_room = 0;
    std::optional<SpreadLimits> limits{};  // where it is spread, as its group stands now
  };
  [[nodiscard]] bool passes(const Class& one, NodeId node, const Occupancy& free) const;
  void make_scores(const Fleet& fleet, const SeenPods* seen);
  Class& class_of(const Pod& pod, const Occupancy& free);
  Class& add_class(const Pod& pod, const Occupancy& free);
  void forget_oldest();
  void refresh(Class& one, const Occupancy& free);
  void score(Class& one, NodeId node, const Occupancy& free);
  void count_room(Class& one, NodeId node, const Occupancy& free, bool passing) const;
  void score_all(Class& one, const Occupancy& free);
  void mark(std::uint32_t word, std::uint64_t nodes);
  void neighbours(Class& one, NodeId node, const Occupancy& free);
  [[nodiscard]] std::unique_ptr<Ranking> make_ranking(const Pod& pod, const Occupancy& free) const;
  [[nodiscard]] bool spreads(std::size_t score) const { return !spreads_[score].empty(); }
  // Visits the levels over which pods of that class are spread.
  template <class Visit>
  void for_each_level(const Class& one, const Visit& visit) const {
    for (const std::vector<Spread>& spreads : spreads_) {
      for (const Spread& spread : spreads) {
        if (spread.level && one.pod.shape.group > 0) {
          visit(*spread.level);
        }
      }
    }
  }

  const Pipeline& pipeline_;
  std::vector<std::unique_ptr<const Score>> scores_;  // as in the pipeline, for this fleet
  std::vector<std::vector<Spread>> spreads_;          // what each of them spreads pods over
  std::vector<std::uint32_t> rank_;                   // by node
  std::vector<NodeId> node_;                          // by rank
  // Those of one shape differ in their terms.
  std::map<Shape, std::vector<std::unique_ptr<Class>>> classes_;
  std::size_t kept_ = 0;
  std::size_t kept_most_ = 0;
  std::uint64_t asked_ = 0;
  std::uint64_t lessons_ = 0;
  std::vector<std::uint64_t> changed_;  // scratch: nodes by word
  std::vector<std::uint32_t> words_;    // those that are not empty
};

}  // namespace berth
