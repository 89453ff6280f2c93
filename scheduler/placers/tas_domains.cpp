#include "scheduler/placers/tas_domains.hpp"

#include <algorithm>
#include <tuple>

#include "cluster/candidates.hpp"

namespace berth {

void sort_domains(std::vector<TasDomain>& domains, TasProfile profile) {
  const auto key = [profile](const TasDomain& domain) {
    const std::uint32_t slices = profile == TasProfile::best_fit ? ~domain.slices : domain.slices;
    return std::tuple(slices, domain.pods, domain.place);
  };
  std::ranges::sort(domains, {}, key);
}

std::optional<TasShares> fill_domains(const std::vector<TasDomain>& sorted, std::uint32_t slices,
                                      TasProfile profile) {
  TasShares shares;
  for (auto domain = sorted.begin(); domain != sorted.end() && slices > 0; ++domain) {
    auto chosen = domain;
    if (profile == TasProfile::best_fit && domain->slices >= slices) {
      // Sorted by slices, so the tightest is the first of the last ones that are enough.
      const auto too_small = std::partition_point(
          domain, sorted.end(), [&](const TasDomain& each) { return each.slices >= slices; });
      chosen = std::partition_point(domain, too_small, [&](const TasDomain& each) {
        return each.slices > (too_small - 1)->slices;
      });
    }
    if (const std::uint32_t some = std::min(slices, chosen->slices); some > 0) {
      shares.push_back({chosen->nodes, some});
      slices -= some;
    }
  }
  return slices == 0 ? std::optional(std::move(shares)) : std::nullopt;
}

TasTree::TasTree(const Occupancy& free, const Shape& shape, std::uint32_t slice_level,
                 std::uint32_t slice_size)
    : free_(free),
      room_(free.room_by_domain(shape, RoomUnit::tasks)),
      sliced_(slice_size == 1 ? room_
                              : free.room_by_domain({shape, RoomUnit::tasks, std::nullopt,
                                                     slice_level, slice_size})),
      shape_(shape),
      slice_level_(slice_level),
      slice_size_(slice_size) {}

NodeRange TasTree::range(std::uint32_t level, std::uint32_t place) const {
  if (level == node_level()) {
    return {place, place + 1};
  }
  const Fleet& fleet = free_.fleet();
  return fleet.nodes_in(fleet.at_place(LevelId(level), place));
}

std::uint32_t TasTree::pods_in(const NodeRange& nodes, std::uint32_t level) const {
  if (nodes.size() == 0) {
    return 0;
  }
  const NodeId first(nodes.first);
  return level == node_level() ? std::min(free_.room(first, shape_), RoomIndex::tasks_most)
                               : room_.of(free_.fleet().domain_of(first, LevelId(level)));
}

// Rounded down at the level of slices, and summed above it. Inside a domain of slices pods count.
std::uint32_t TasTree::slices_in(const NodeRange& nodes, std::uint32_t level,
                                 std::uint32_t pods) const {
  if (slice_size_ == 1 || level > slice_level_) {
    return pods;
  }
  if (level == slice_level_) {
    return pods / slice_size_;
  }
  return nodes.size() == 0
             ? 0
             : sliced_.of(free_.fleet().domain_of(NodeId(nodes.first), LevelId(level)));
}

void TasTree::add_domains(const NodeRange& outer, std::uint32_t level,
                          std::vector<TasDomain>& domains) const {
  const auto add = [&](const NodeRange& nodes, std::uint32_t place) {
    const std::uint32_t pods = pods_in(nodes, level);
    const std::uint32_t slices = slices_in(nodes, level, pods);
    if (slices > 0) {
      domains.push_back({nodes, place, slices, pods});
    }
  };
  if (level == node_level()) {
    for_each_with_free(free_, shape_.gpus, outer, [&](NodeId node) {
      add({node.index(), node.index() + 1}, node.index());
      return true;
    });
    return;
  }
  const Fleet& fleet = free_.fleet();
  for (std::uint32_t node = outer.first; node < outer.past;) {
    const DomainId domain = fleet.domain_of(NodeId(node), LevelId(level));
    add(fleet.nodes_in(domain), fleet.place(domain));
    node = fleet.nodes_in(domain).past;
  }
}

// By pods, where more pods never are fewer slices.
const CountBuckets* TasTree::buckets(std::uint32_t level) const {
  if (slice_size_ > 1 && level != slice_level_) {
    return nullptr;
  }
  return level == node_level() ? room_.node_buckets(free_) : room_.buckets(LevelId(level));
}

std::optional<NodeRange> TasTree::tightest(std::uint32_t level, std::uint32_t slices) const {
  if (const CountBuckets* by_pods = buckets(level)) {
    const std::uint32_t least = by_pods->least_from(pods_of(slices));
    return least == NodeSet::none ? std::nullopt
                                  : std::optional(range(level, by_pods->with(least).first()));
  }
  if (const CountBuckets* by_slices =
          level < slice_level_ ? sliced_.buckets(LevelId(level)) : nullptr) {
    const std::uint32_t least = by_slices->least_from(slices);
    return least == NodeSet::none
               ? std::nullopt
               : std::optional(fewest_pods(by_slices->with(least), level, least));
  }
  std::vector<TasDomain> domains;
  add_domains(everywhere(), level, domains);
  const auto key = [](const TasDomain& domain) {
    return std::tuple(domain.slices, domain.pods, domain.place);
  };
  std::optional<TasDomain> best;
  for (const TasDomain& domain : domains) {
    if (domain.slices >= slices && (!best || key(domain) < key(*best))) {
      best = domain;
    }
  }
  return best ? std::optional(best->nodes) : std::nullopt;
}

// Of those domains, with so many slices each, the first with the fewest pods.
NodeRange TasTree::fewest_pods(const NodeSet& places, std::uint32_t level,
                               std::uint32_t slices) const {
  NodeRange best = range(level, places.first());
  std::uint32_t fewest = pods_in(best, level);
  for (std::uint32_t place = places.next(places.first() + 1);
       place != NodeSet::none && fewest > slices * slice_size_; place = places.next(place + 1)) {
    const NodeRange nodes = range(level, place);
    if (const std::uint32_t pods = pods_in(nodes, level); pods < fewest) {
      best = nodes;
      fewest = pods;
    }
  }
  return best;
}

std::optional<TasShares> TasTree::fill(std::uint32_t level, std::uint32_t slices,
                                       TasProfile profile) const {
  if (all_slices() < slices) {
    return std::nullopt;
  }
  if (const CountBuckets* by_pods = buckets(level)) {
    return fill_by_pods(*by_pods, level, slices, profile);
  }
  std::vector<TasDomain> domains;
  add_domains(everywhere(), level, domains);
  sort_domains(domains, profile);
  return fill_domains(domains, slices, profile);
}

TasDomain TasTree::around(const NodeRange& nodes, std::uint32_t level) const {
  if (level == node_level()) {
    const std::uint32_t pods = pods_in(nodes, level);
    return {nodes, nodes.first, slices_in(nodes, level, pods), pods};
  }
  const Fleet& fleet = free_.fleet();
  const DomainId domain = fleet.domain_of(NodeId(nodes.first), LevelId(level));
  const NodeRange all = fleet.nodes_in(domain);
  const std::uint32_t pods = pods_in(all, level);
  return {all, fleet.place(domain), slices_in(all, level, pods), pods};
}

std::vector<AlikeItems> TasTree::by_slices(const NodeRange& outer, std::uint32_t level) const {
  std::vector<AlikeItems> alike;
  const bool all = outer.size() == free_.fleet().nodes();
  if (const CountBuckets* by_pods = level == node_level() || all ? buckets(level) : nullptr) {
    for (std::uint32_t pods = by_pods->most(); pods != NodeSet::none && pods >= pods_of(1);
         pods = by_pods->most_below(pods)) {
      const NodeSet& those = by_pods->with(pods);
      const std::uint32_t members = all ? those.size() : those.count_in(outer.first, outer.past);
      if (members == 0) {
        continue;
      }
      if (alike.empty() || alike.back().size != slices_of(pods)) {
        alike.push_back({slices_of(pods), 0});
      }
      alike.back().items += members;
    }
    return alike;
  }
  std::vector<TasDomain> domains;
  add_domains(outer, level, domains);
  std::ranges::sort(domains, std::ranges::greater{}, &TasDomain::slices);
  for (const TasDomain& domain : domains) {
    if (alike.empty() || alike.back().size != domain.slices) {
      alike.push_back({domain.slices, 0});
    }
    ++alike.back().items;
  }
  return alike;
}

std::uint32_t TasTree::most_slices(std::uint32_t level) const {
  const CountBuckets* const by_pods = buckets(level);
  const CountBuckets* const by_slices =
      by_pods == nullptr && level < slice_level_ ? sliced_.buckets(LevelId(level)) : nullptr;
  if (by_pods == nullptr && by_slices == nullptr) {
    return 0;
  }
  const std::uint32_t most = by_pods != nullptr ? by_pods->most() : by_slices->most();
  return most == NodeSet::none ? 0 : by_pods != nullptr ? slices_of(most) : most;
}

// As fill_domains(), of all domains of the level, looking only at those that are taken. REQUIRES:
// they hold so many.
TasShares TasTree::fill_by_pods(const CountBuckets& by_pods, std::uint32_t level,
                                std::uint32_t slices, TasProfile profile) const {
  TasShares shares;
  const bool most_first = profile == TasProfile::best_fit;
  std::uint32_t pods = by_pods.least_from(pods_of(most_first ? slices_of(by_pods.most()) : 1));
  for (std::uint32_t place = by_pods.with(pods).first(); slices > 0;
       place = by_pods.with(pods).next(place + 1)) {
    if (place == NodeSet::none) {
      pods = most_first ? next_of_fewer(by_pods, pods) : by_pods.least_from(pods + 1);
      place = by_pods.with(pods).first();
    }
    if (most_first && slices_of(pods) >= slices) {
      // Of those with more slices all are taken, of those with as many the ones before.
      const std::uint32_t least = by_pods.least_from(pods_of(slices));
      const bool as_many = slices_of(least) == slices_of(pods);
      shares.push_back({range(level, as_many ? place : by_pods.with(least).first()), slices});
      break;
    }
    const std::uint32_t some = std::min(slices, slices_of(pods));
    shares.push_back({range(level, place), some});
    slices -= some;
  }
  return shares;
}

// The next number of pods that gives as many slices, or else the least that gives fewer.
std::uint32_t TasTree::next_of_fewer(const CountBuckets& by_pods, std::uint32_t pods) const {
  const std::uint32_t more = by_pods.least_from(pods + 1);
  if (more != NodeSet::none && slices_of(more) == slices_of(pods)) {
    return more;
  }
  const std::uint32_t fewer = by_pods.most_below(pods_of(slices_of(pods)));
  return by_pods.least_from(pods_of(slices_of(fewer)));
}

}  // namespace berth
