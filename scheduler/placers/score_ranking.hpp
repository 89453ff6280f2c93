// Nodes by their scores for one class of pods: the best is found without looking at the others, and
// a node that changed moves in O(log nodes). Nodes stand here by their rank, the place of their
// name among all names, so that the lowest rank of equals is the lowest name.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "core/random.hpp"
#include "scheduler/spread.hpp"
#include "topology/fleet.hpp"

namespace berth {

// What a node is worth for a pod.
struct Worth {
  std::int64_t sum = 0;  // of scores that stand as they are, times their weights
  // Scores that are still to be stretched; where pods are spread over nodes, those of the group on
  // this node come last.
  boost::container::small_vector<std::int64_t, 2> stretched;

  bool operator==(const Worth&) const = default;
};

class Ranking {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  virtual ~Ranking() = default;
  // Null: the node is no candidate.
  virtual void set(std::uint32_t rank, const Worth* worth) = 0;
  // The best candidate, or `none`.
  [[nodiscard]] virtual std::uint32_t best(Random& draws) const = 0;
  [[nodiscard]] virtual bool empty() const = 0;
  // So many pods of the group are in that domain now.
  virtual void count(DomainId /*domain*/, std::uint32_t /*pods*/) {}
};

// By the sum; or, where nothing else is scored, by the one score that is stretched: the highest
// stays the highest.
std::unique_ptr<Ranking> rank_by_sum(std::uint32_t nodes);
// By the sum, and scores that depend on what the other candidates have: those that are stretched,
// and the crowds of domains. O(kinds of nodes that differ in these) to find the best.
struct Relative {
  std::vector<std::int64_t> weights;  // of stretched scores
  std::vector<Spread> spreads;        // the outermost first; empty: pods are not spread
  std::int64_t spread_weight = 0;
};
// `fleet` and `node_of`, nodes by rank, outlive it.
std::unique_ptr<Ranking> rank_relative(Relative how, const Fleet& fleet,
                                       const std::vector<NodeId>& node_of);
// By lot: each candidate is as likely as any other.
std::unique_ptr<Ranking> rank_by_lot(std::uint32_t nodes);

}  // namespace berth
