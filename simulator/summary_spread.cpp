#include "simulator/summary_spread.hpp"

#include <algorithm>

#include "simulator/summary_tally.hpp"

namespace berth {

void Spread::add(const Placement& placement) {
  const std::size_t nodes = count_nodes(placement);
  if (nodes < 2) {
    return;
  }
  nodes_.add(static_cast<std::int64_t>(nodes));
  if (by_level_.empty()) {
    return;
  }
  sorted_.clear();
  for (const Part& part : placement) {
    sorted_.push_back(part.node.index());
  }
  if (!std::is_sorted(sorted_.begin(), sorted_.end())) {
    std::sort(sorted_.begin(), sorted_.end());
  }
  for (std::uint32_t level = 0; level < fleet_->levels(); ++level) {
    by_level_[level].add(domains_spanned(LevelId(level)));
  }
}

// A domain is a range of nodes, so each is met once.
std::int64_t Spread::domains_spanned(LevelId level) const {
  std::int64_t domains = 0;
  std::uint32_t past = 0;  // of the last domain met
  for (const std::uint32_t node : sorted_) {
    if (node >= past) {
      ++domains;
      past = fleet_->nodes_in(fleet_->domain_of(NodeId(node), level)).past;
    }
  }
  return domains;
}

void Spread::report(Summary& summary) const {
  summary.multi_node_jobs = static_cast<std::uint64_t>(nodes_.count());
  summary.nodes_spanned = statistics_of(nodes_, 1);
  for (std::uint32_t level = 0; level < fleet_->levels(); ++level) {
    if (const auto domains = statistics_of(by_level_[level], 1)) {
      summary.spread.push_back({fleet_->level_name(LevelId(level)), *domains});
    }
  }
}

}  // namespace berth
