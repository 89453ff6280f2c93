#include "scheduler/placers/slurm_tree_walk.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/check.hpp"

namespace berth {

SlurmTreeWalk::SlurmTreeWalk(const SwitchTable& table, std::vector<std::uint32_t> nodes,
                             TreeVersion version)
    : table_(table), nodes_(std::move(nodes)), version_(version), distance_(table.all().size()) {}

// Both climb until one of them fits or they stand below the same switch.
SlurmTreeWalk::Verdict SlurmTreeWalk::compare(std::uint32_t i, std::uint32_t j) const {
  bool i_fits = nodes_[i] >= wanted_;
  bool j_fits = nodes_[j] >= wanted_;
  while (!i_fits && !j_fits && table_[i].parent != table_[j].parent) {
    i = table_[i].parent;
    j = table_[j].parent;
    i_fits = nodes_[i] >= wanted_;
    j_fits = nodes_[j] >= wanted_;
  }
  if (i_fits != j_fits) {
    return {i_fits ? 1 : -1, i_fits};
  }
  if (nodes_[i] != nodes_[j]) {
    return {(nodes_[i] < nodes_[j]) == i_fits ? 1 : -1, i_fits};
  }
  if (table_[i].height != table_[j].height) {
    return {table_[i].height < table_[j].height ? 1 : -1, i_fits};
  }
  return {0, i_fits};
}

bool SlurmTreeWalk::replaces(std::uint32_t leaf, std::uint32_t best) const {
  if (distance_[leaf] > distance_[best]) {
    return false;
  }
  const Verdict verdict = compare(leaf, best);
  if (distance_[leaf] == distance_[best]) {
    return verdict.better > 0;
  }
  return version_ == TreeVersion::slurm_22_05 ? verdict.better >= 0 : verdict.fits;
}

std::uint32_t SlurmTreeWalk::best_leaf() const {
  std::optional<std::uint32_t> best;
  for (const std::uint32_t leaf : leaves_) {
    if (nodes_[leaf] > 0 && (!best || replaces(leaf, *best))) {
      best = leaf;
    }
  }
  check(best.has_value(), "leaves are chosen while there is room below the top");
  return *best;
}

void SlurmTreeWalk::use_up(std::uint32_t leaf) {
  if (version_ == TreeVersion::slurm_24_05) {
    for (std::uint32_t at = leaf; !table_.root(at);) {
      at = table_[at].parent;
      nodes_[at] -= nodes_[leaf];
    }
  }
  nodes_[leaf] = 0;
  for (const std::uint32_t other : leaves_) {
    distance_[other] += table_.hops(leaf, other);
  }
}

LeafShares SlurmTreeWalk::choose(std::uint32_t top, std::uint32_t nodes,
                                 const std::vector<std::uint32_t>& begun) {
  wanted_ = nodes;
  leaves_.clear();
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    if (table_[i].height == 0 && table_.below(i, top)) {
      leaves_.push_back(i);
    }
  }
  LeafShares shares;
  const auto take = [&](std::uint32_t leaf) {
    shares.push_back({table_[leaf].nodes, std::min(wanted_, nodes_[leaf])});
    wanted_ -= shares.back().count;
  };
  std::ranges::for_each(begun, take);
  for (const std::uint32_t leaf : begun) {
    use_up(leaf);
  }
  while (wanted_ > 0) {
    const std::uint32_t leaf = best_leaf();
    take(leaf);
    if (wanted_ > 0) {
      use_up(leaf);
    }
  }
  return shares;
}

}  // namespace berth
