// Nodes by their scores for one class of pods: the best is found without looking at the others, and
// a node that changed moves in O(log nodes). Nodes stand here by their rank, the place of their
// name among all names, so that the lowest rank of equals is the lowest name.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "core/random.hpp"

namespace berth {

// What a node is worth for a pod.
struct Worth {
  std::int64_t sum = 0;  // of scores that stand as they are, times their weights
  // Scores that are still to be stretched.
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
};

// By the sum; or, where nothing else is scored, by the one score that is stretched: the highest
// stays the highest.
std::unique_ptr<Ranking> rank_by_sum(std::uint32_t nodes);
// By the sum and the stretched scores times their weights.
std::unique_ptr<Ranking> rank_stretched(std::vector<std::int64_t> weights);
// By lot: each candidate is as likely as any other.
std::unique_ptr<Ranking> rank_by_lot(std::uint32_t nodes);

}  // namespace berth
