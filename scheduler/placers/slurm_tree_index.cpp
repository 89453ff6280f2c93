#include "scheduler/placers/slurm_tree_index.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace berth {

SlurmTreeIndex::SlurmTreeIndex(const Fleet& fleet, const RoomIndex& room, LevelId leaf,
                               std::optional<DomainId> top, TreeVersion version)
    : fleet_(fleet),
      room_(room),
      leaf_(leaf.index()),
      branch_(top ? 1 : 0),
      top_(top),
      version_(version) {}

LeafShares SlurmTreeIndex::choose(std::uint32_t nodes, const std::vector<DomainId>& begun) {
  LeafShares shares;
  if (branch_ > leaf_) {  // the top is a leaf itself
    shares.push_back({fleet_.nodes_in(*top_), nodes});
    return shares;
  }
  wanted_ = nodes;
  const auto take = [&](DomainId leaf) {
    const std::uint32_t some = std::min(wanted_, room_.of(leaf));
    shares.push_back({fleet_.nodes_in(leaf), some});
    wanted_ -= some;
  };
  std::ranges::for_each(begun, take);
  for (const DomainId leaf : begun) {
    use_up(leaf);
  }
  while (wanted_ > 0) {
    const DomainId leaf = next_leaf();
    take(leaf);
    if (wanted_ > 0) {
      use_up(leaf);
    }
  }
  return shares;
}

std::uint32_t SlurmTreeIndex::nodes_in(DomainId domain) const {
  return room_.of(domain) - (taken_.empty() ? 0 : taken_[domain.index()]);
}

std::uint32_t SlurmTreeIndex::outer(DomainId domain, std::uint32_t level) const {
  return fleet_.domain_of(domain, LevelId(level)).index();
}

bool SlurmTreeIndex::far(DomainId domain) const {
  if (top_ && DomainId(outer(domain, 0)) != *top_) {
    return false;
  }
  return reached_.empty() || !reached_[fleet_.place(DomainId(outer(domain, branch_)))];
}

std::uint32_t SlurmTreeIndex::hops(DomainId a, DomainId b) const {
  std::uint32_t level = leaf_ + 1;
  while (level > branch_ && outer(a, level - 1) != outer(b, level - 1)) {
    --level;
  }
  return 2 * (leaf_ + 1 - level);
}

// --- among far leaves ---------------------------------------------------------------------------

std::optional<DomainId> SlurmTreeIndex::first_far(const NodeSet& places, std::uint32_t level,
                                                  std::uint32_t past) const {
  for (std::uint32_t place = places.first(); place < past; place = places.next(place + 1)) {
    if (const DomainId domain = fleet_.at_place(LevelId(level), place); far(domain)) {
      return domain;
    }
  }
  return std::nullopt;
}

std::optional<DomainId> SlurmTreeIndex::tightest_far(std::uint32_t level,
                                                     std::uint32_t past) const {
  if (const CountBuckets* by_count = room_.buckets(LevelId(level))) {
    for (std::uint32_t nodes = by_count->least_from(wanted_); nodes != NodeSet::none;
         nodes = by_count->least_from(nodes + 1)) {
      if (const auto domain = first_far(by_count->with(nodes), level, past)) {
        return domain;
      }
    }
    return std::nullopt;
  }
  std::optional<DomainId> best;
  for (std::uint32_t place = 0; place < past; ++place) {
    const DomainId domain = fleet_.at_place(LevelId(level), place);
    const std::uint32_t nodes = room_.of(domain);
    if (nodes >= wanted_ && (!best || nodes < room_.of(*best)) && far(domain)) {
      best = domain;
    }
  }
  return best;
}

std::optional<DomainId> SlurmTreeIndex::fullest_far(std::uint32_t level, std::uint32_t past) const {
  if (const CountBuckets* by_count = room_.buckets(LevelId(level))) {
    for (std::uint32_t nodes = by_count->most(); nodes != NodeSet::none && nodes > 0;
         nodes = by_count->most_below(nodes)) {
      if (const auto domain = first_far(by_count->with(nodes), level, past)) {
        return domain;
      }
    }
    return std::nullopt;
  }
  std::optional<DomainId> best;
  for (std::uint32_t place = 0; place < past; ++place) {
    const DomainId domain = fleet_.at_place(LevelId(level), place);
    if (room_.of(domain) > (best ? room_.of(*best) : 0) && far(domain)) {
      best = domain;
    }
  }
  return best;
}

// Level by level the one with most nodes, the first in the table of equals.
DomainId SlurmTreeIndex::fullest_leaf_in(DomainId domain) const {
  for (std::uint32_t level = fleet_.level_of(domain).index(); level < leaf_; ++level) {
    const NodeRange nodes = fleet_.nodes_in(domain);
    const LevelId inner(level + 1);
    const std::uint32_t last = fleet_.domain_of(NodeId(nodes.past - 1), inner).index();
    DomainId best = fleet_.domain_of(NodeId(nodes.first), inner);
    for (DomainId child = best; child.index() <= last; child = DomainId(child.index() + 1)) {
      const bool earlier = fleet_.place(child) < fleet_.place(best);
      if (room_.of(child) > room_.of(best) || (room_.of(child) == room_.of(best) && earlier)) {
        best = child;
      }
    }
    domain = best;
  }
  return domain;
}

DomainId SlurmTreeIndex::best_far() const {
  for (std::uint32_t level = leaf_ + 1; level-- > branch_;) {
    if (const auto domain = tightest_far(level, fleet_.domains(LevelId(level)))) {
      return fullest_leaf_in(*domain);
    }
  }
  const auto branch = fullest_far(branch_, fleet_.domains(LevelId(branch_)));
  check(branch.has_value(), "leaves are chosen while there is room below the top");
  return fullest_leaf_in(*branch);
}

// --- near leaves --------------------------------------------------------------------------------

SlurmTreeIndex::Offer SlurmTreeIndex::offer_of(const Near& near) const {
  for (std::uint32_t level = leaf_ + 1; level-- > branch_;) {
    const std::uint32_t nodes = nodes_in(DomainId(outer(near.leaf, level)));
    if (nodes >= wanted_ || level == branch_) {
      return {nodes >= wanted_, level, nodes};
    }
  }
  return {};
}

// The best offer of the far leaves that stand before a near one in the table.
std::optional<SlurmTreeIndex::Offer> SlurmTreeIndex::far_before(const Near& near) const {
  for (std::uint32_t level = leaf_ + 1; level-- > branch_;) {
    const std::uint32_t place = fleet_.place(DomainId(outer(near.leaf, level)));
    if (const auto domain = tightest_far(level, place)) {
      return Offer{true, level, room_.of(*domain)};
    }
  }
  const auto fullest = fullest_far(branch_, fleet_.place(near.branch));
  return fullest ? std::optional(Offer{false, branch_, room_.of(*fullest)}) : std::nullopt;
}

// Whether a near leaf replaces the best far one before it.
bool SlurmTreeIndex::taken_up(const Offer& offer, const std::optional<Offer>& far) const {
  if (!far) {
    return true;
  }
  if (version_ == TreeVersion::slurm_24_05) {
    return offer.fits && (!far->fits || offer.level >= far->level);
  }
  if (offer.fits != far->fits) {
    return offer.fits;
  }
  if (offer.level != far->level) {
    return offer.level > far->level;
  }
  return offer.fits ? offer.nodes <= far->nodes : offer.nodes >= far->nodes;
}

SlurmTreeIndex::Verdict SlurmTreeIndex::compare(DomainId i, DomainId j) const {
  for (std::uint32_t level = leaf_;; --level) {
    const std::uint32_t at_i = nodes_in(DomainId(outer(i, level)));
    const std::uint32_t at_j = nodes_in(DomainId(outer(j, level)));
    const bool i_fits = at_i >= wanted_;
    const bool j_fits = at_j >= wanted_;
    if (i_fits != j_fits) {
      return {i_fits ? 1 : -1, i_fits};
    }
    if (i_fits || level == branch_ || outer(i, level - 1) == outer(j, level - 1)) {
      const int better = at_i == at_j ? 0 : (at_i < at_j) == i_fits ? 1 : -1;
      return {better, i_fits};
    }
  }
}

bool SlurmTreeIndex::replaces(const Near& near, const Near& best) const {
  if (near.distance > best.distance) {
    return false;
  }
  const Verdict verdict = compare(near.leaf, best.leaf);
  if (near.distance == best.distance) {
    return verdict.better > 0;
  }
  return version_ == TreeVersion::slurm_22_05 ? verdict.better >= 0 : verdict.fits;
}

// --- the walk -----------------------------------------------------------------------------------

// Its place; beyond all where none has free nodes.
std::uint32_t SlurmTreeIndex::first_far_branch() const {
  std::uint32_t place = 0;
  for (; place < fleet_.domains(LevelId(branch_)); ++place) {
    const DomainId branch = fleet_.at_place(LevelId(branch_), place);
    if (room_.of(branch) > 0 && far(branch)) {
      break;
    }
  }
  return place;
}

DomainId SlurmTreeIndex::next_leaf() const {
  auto near = near_.begin();
  const std::uint32_t first_far = near_.empty() ? 0 : first_far_branch();
  std::optional<DomainId> refused;  // a branch that does not hold the rest: its leaves fare alike
  for (; near != near_.end(); ++near) {
    if (near->branch == refused) {
      continue;
    }
    const Offer offer = offer_of(*near);
    const bool hopeless = version_ == TreeVersion::slurm_24_05 && !offer.fits &&
                          first_far < fleet_.place(near->branch);
    if (!hopeless && taken_up(offer, far_before(*near))) {
      break;
    }
    refused = offer.fits ? refused : near->branch;
  }
  if (near == near_.end()) {
    return best_far();
  }
  const Near* best = &*near;
  for (++near; near != near_.end(); ++near) {
    best = replaces(*near, *best) ? &*near : best;
  }
  return best->leaf;
}

void SlurmTreeIndex::use_up(DomainId leaf) {
  if (reached_.empty()) {
    reached_.resize(fleet_.domains(LevelId(branch_)));
  }
  if (version_ == TreeVersion::slurm_24_05) {
    taken_.resize(fleet_.domains());
    for (std::uint32_t level = branch_; level <= leaf_; ++level) {
      taken_[outer(leaf, level)] += room_.of(leaf);
    }
  }
  std::erase_if(near_, [leaf](const Near& near) { return near.leaf == leaf; });
  const DomainId branch(outer(leaf, branch_));
  for (Near& near : near_) {
    near.distance += near.branch == branch ? hops(leaf, near.leaf) : 2 * (leaf_ + 1 - branch_);
  }
  if (!reached_[fleet_.place(branch)]) {
    reached_[fleet_.place(branch)] = 1;
    approach(branch, leaf);
  }
  far_distance_ += 2 * (leaf_ + 1 - branch_);
}

// The leaves of a branch become near when the first of them is taken.
void SlurmTreeIndex::approach(DomainId branch, DomainId taken) {
  const NodeRange nodes = fleet_.nodes_in(branch);
  const LevelId leaf(leaf_);
  const std::uint32_t last = fleet_.domain_of(NodeId(nodes.past - 1), leaf).index();
  const auto before = static_cast<std::ptrdiff_t>(near_.size());
  for (std::uint32_t i = fleet_.domain_of(NodeId(nodes.first), leaf).index(); i <= last; ++i) {
    const DomainId each(i);
    if (each != taken && room_.of(each) > 0) {
      near_.push_back({each, branch, fleet_.place(each), far_distance_ + hops(taken, each)});
    }
  }
  const auto by_place = [](const Near& a, const Near& b) { return a.place < b.place; };
  std::sort(near_.begin() + before, near_.end(), by_place);
  std::inplace_merge(near_.begin(), near_.begin() + before, near_.end(), by_place);
}

}  // namespace berth
