// How good is a node for a pod? As in Kubernetes' scheduler, several scores are weighted and added,
// and the node with the highest sum gets the pod. A score looks at one node at a time and answers
// the same while neither node nor pod change, so that placing a pod asks of the nodes that changed
// only. One score is one file in scheduler/scores/ and one line in scores.inc.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "cluster/occupancy.hpp"
#include "core/random.hpp"
#include "core/settings.hpp"
#include "scheduler/filter.hpp"
#include "scheduler/seen_pods.hpp"
#include "scheduler/spread.hpp"

namespace berth {

class Score {
 public:
  virtual ~Score() = default;

  // How good, 0 to 100, the more the better. REQUIRES: the pod fits the node.
  [[nodiscard]] virtual std::int64_t of(const Pod& pod, NodeId node,
                                        const Occupancy& free) const = 0;
  // True when scores are stretched over the nodes that pass all filters: the lowest becomes 0 and
  // the highest 100, or all 0 where all are equal. of() is not kept to 0..100 then.
  [[nodiscard]] virtual bool stretched() const { return false; }
  // The domains over which pods of one group are spread, the outermost level first; of() is not
  // asked then. Empty: of() says what a node is worth.
  [[nodiscard]] virtual std::vector<Spread> spreads() const { return {}; }
  // True when lots are drawn among all nodes that pass the filters; of() is not asked then.
  [[nodiscard]] virtual bool draws_lots() const { return false; }
  // The GPU on which the pod's share is best, when this score cares. REQUIRES: the pod asks for a
  // share and fits the node.
  [[nodiscard]] virtual std::optional<std::uint32_t> gpu_for(const Pod& /*pod*/, NodeId /*node*/,
                                                             const Occupancy& /*free*/,
                                                             Random& /*draws*/) const {
    return std::nullopt;
  }
};

// A score as a config names it. Scores look at a fleet before they are asked of its nodes; those
// that learn look at the pods that were seen, too (null: nobody looked), and are made anew when
// there is something to learn.
struct MakeScore {
  std::function<std::unique_ptr<const Score>(const Fleet&, const SeenPods*)> make;
  bool learns = false;
  bool spreads = false;  // pods of one group; see Score::spreads()
};

struct WeightedScore {
  MakeScore made;
  std::int64_t weight = 1;
};

// The score `name` with its options in `options`: a map, or not one when none are written.
MakeScore make_score(std::string_view name, Setting options);
std::vector<std::string_view> score_names();
std::string_view score_summary(std::string_view name);  // what it does, in a line

namespace scores {

#define SCORE(name, does) std::unique_ptr<const Score> name(const Fleet& fleet);
#define SCORE_ONLY(name, does) std::unique_ptr<const Score> name(const Fleet& fleet);
#define SCORE_WITH_OPTIONS(name, does) MakeScore name(Setting options);
#include "scheduler/scores.inc"
#undef SCORE_WITH_OPTIONS
#undef SCORE_ONLY
#undef SCORE

}  // namespace scores

// The largest node there could be, by which some scores measure: the most CPU and the most GPUs
// that any node of the fleet has.
struct LargestNode {
  std::int64_t cpu_milli = 0;
  std::int64_t gpu_milli = 0;
};
LargestNode largest_node(const Fleet& fleet);

}  // namespace berth
