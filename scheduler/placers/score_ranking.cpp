#include "scheduler/placers/score_ranking.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <map>
#include <set>
#include <utility>

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

// What a node gets for a stretched score depends on the lowest and the highest of all candidates,
// so nodes are kept apart by their stretched scores as they are: there are few that differ. Of
// those alike the one with the highest sum stands for all.
class Stretched final : public Ranking {
 public:
  explicit Stretched(std::vector<std::int64_t> weights)
      : weights_(std::move(weights)), values_(weights_.size()) {}

  void set(std::uint32_t rank, const Worth* worth) override {
    if (const auto known = known_.find(rank); known != known_.end()) {
      if (worth != nullptr && known->second == *worth) {
        return;
      }
      take_out(rank, known->second);
      known_.erase(known);
    }
    if (worth != nullptr) {
      known_.emplace(rank, *worth);
      alike_[worth->stretched].emplace(-worth->sum, rank);
      for (std::size_t i = 0; i < weights_.size(); ++i) {
        ++values_[i][worth->stretched[i]];
      }
    }
  }
  [[nodiscard]] std::uint32_t best(Random& /*draws*/) const override {
    std::uint32_t best = none;
    std::int64_t most = 0;
    for (const auto& [stretched, nodes] : alike_) {
      std::int64_t total = -nodes.begin()->first;
      for (std::size_t i = 0; i < weights_.size(); ++i) {
        total += weights_[i] * stretch(stretched[i], values_[i]);
      }
      const std::uint32_t rank = nodes.begin()->second;
      if (best == none || total > most || (total == most && rank < best)) {
        best = rank;
        most = total;
      }
    }
    return best;
  }
  [[nodiscard]] bool empty() const override { return alike_.empty(); }

 private:
  using Values = std::map<std::int64_t, std::uint32_t>;  // and how many nodes have each

  static std::int64_t stretch(std::int64_t value, const Values& values) {
    const std::int64_t lowest = values.begin()->first;
    const std::int64_t highest = values.rbegin()->first;
    return highest == lowest ? 0 : 100 * (value - lowest) / (highest - lowest);
  }
  void take_out(std::uint32_t rank, const Worth& worth) {
    const auto group = alike_.find(worth.stretched);
    group->second.erase({-worth.sum, rank});
    if (group->second.empty()) {
      alike_.erase(group);
    }
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      const auto value = values_[i].find(worth.stretched[i]);
      if (--value->second == 0) {
        values_[i].erase(value);
      }
    }
  }

  std::vector<std::int64_t> weights_;
  std::map<std::uint32_t, Worth> known_;  // by rank
  std::map<decltype(Worth::stretched), std::set<std::pair<std::int64_t, std::uint32_t>>> alike_;
  std::vector<Values> values_;  // by score
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

std::unique_ptr<Ranking> rank_stretched(std::vector<std::int64_t> weights) {
  return std::make_unique<Stretched>(std::move(weights));
}

std::unique_ptr<Ranking> rank_by_lot(std::uint32_t nodes) { return std::make_unique<ByLot>(nodes); }

}  // namespace berth
