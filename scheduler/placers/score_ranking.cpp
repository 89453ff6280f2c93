#include "scheduler/placers/score_ranking.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "cluster/node_set.hpp"
#include "core/check.hpp"
#include "core/samplers.hpp"

namespace berth {
namespace {

// A binary tree in an array: each inner node knows the highest sum below it.
class BySum final : public Ranking {
 public:
  explicit BySum(std::uint32_t nodes)
      : leaves_(std::bit_ceil(std::max(nodes, 1U))), most_(2 * std::size_t{leaves_}, nothing) {}

  void set(std::uint32_t rank, const Worth* worth) override {
    std::size_t at = leaves_ + rank;
    most_[at] = worth == nullptr ? nothing : key_of(*worth);
    for (at /= 2; at > 0; at /= 2) {
      const std::int32_t most = std::max(most_[2 * at], most_[2 * at + 1]);
      if (most == most_[at]) {
        return;
      }
      most_[at] = most;
    }
  }
  [[nodiscard]] std::uint32_t best(Random& /*draws*/) const override {
    if (empty()) {
      return none;
    }
    std::size_t at = 1;
    while (at < leaves_) {
      at = 2 * at + (most_[2 * at] == most_[at] ? 0U : 1U);
    }
    return static_cast<std::uint32_t>(at - leaves_);
  }
  [[nodiscard]] bool empty() const override { return most_[1] == nothing; }

 private:
  static constexpr std::int32_t nothing = std::numeric_limits<std::int32_t>::min();
  static std::int32_t key_of(const Worth& worth) {
    const std::int64_t key = worth.stretched.empty() ? worth.sum : worth.stretched.front();
    check(key > nothing && key <= std::numeric_limits<std::int32_t>::max(),
          "weighted scores add up to a small number");
    return static_cast<std::int32_t>(key);
  }

  std::size_t leaves_;
  std::vector<std::int32_t> most_;
};

class ByLot final : public Ranking {
 public:
  explicit ByLot(std::uint32_t nodes) : candidates_(nodes) {}

  void set(std::uint32_t rank, const Worth* worth) override {
    if (candidates_.contains(rank) == (worth != nullptr)) {
      return;
    }
    if (worth != nullptr) {
      candidates_.insert(rank);
    } else {
      candidates_.erase(rank);
    }
  }
  [[nodiscard]] std::uint32_t best(Random& draws) const override {
    return empty() ? none
                   : candidates_.select(
                         static_cast<std::uint32_t>(uniform_below(draws, candidates_.size())));
  }
  [[nodiscard]] bool empty() const override { return candidates_.empty(); }

 private:
  NodeSet candidates_;
};

}  // namespace

std::unique_ptr<Ranking> rank_by_sum(std::uint32_t nodes) { return std::make_unique<BySum>(nodes); }

std::unique_ptr<Ranking> rank_by_lot(std::uint32_t nodes) { return std::make_unique<ByLot>(nodes); }

}  // namespace berth
