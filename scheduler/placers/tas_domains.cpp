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
  std::vector<TasDomain> inner;
  add_domains(nodes, slice_level_, inner);
  std::uint32_t sum = 0;
  for (const TasDomain& domain : inner) {
    sum += domain.slices;
  }
  return sum;
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

const CountBuckets* TasTree::buckets(std::uint32_t level) const {
  if (slice_size_ > 1) {
    return nullptr;
  }
  return level == node_level() ? room_.node_buckets(free_) : room_.buckets(LevelId(level));
}

std::uint32_t TasTree::all_slices() const {
  if (slice_size_ == 1) {
    return room_.all();
  }
  std::vector<TasDomain> domains;
  add_domains(everywhere(), slice_level_, domains);
  std::uint32_t sum = 0;
  for (const TasDomain& domain : domains) {
    sum += domain.slices;
  }
  return sum;
}

std::optional<NodeRange> TasTree::tightest(std::uint32_t level, std::uint32_t slices) const {
  if (const CountBuckets* by_count = buckets(level)) {
    const std::uint32_t least = by_count->least_from(slices);
    return least == NodeSet::none ? std::nullopt
                                  : std::optional(range(level, by_count->with(least).first()));
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

std::optional<TasShares> TasTree::fill(std::uint32_t level, std::uint32_t slices,
                                       TasProfile profile) const {
  if (const CountBuckets* by_count = buckets(level)) {
    return room_.all() >= slices ? std::optional(fill_by_buckets(*by_count, level, slices, profile))
                                 : std::nullopt;
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
  const CountBuckets* const nodes = level == node_level() ? buckets(level) : nullptr;
  if (nodes != nullptr) {
    for (std::uint32_t pods = nodes->most(); pods != NodeSet::none && pods > 0;
         pods = nodes->most_below(pods)) {
      if (const std::uint32_t members = nodes->with(pods).count_in(outer.first, outer.past)) {
        alike.push_back({pods, members});
      }
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
  const CountBuckets* const by_count = buckets(level);
  const std::uint32_t most = by_count != nullptr ? by_count->most() : 0;
  return most == NodeSet::none ? 0 : most;
}

// As fill_domains(), of all domains of the level, looking only at those that are taken.
TasShares TasTree::fill_by_buckets(const CountBuckets& by_count, std::uint32_t level,
                                   std::uint32_t pods, TasProfile profile) const {
  TasShares shares;
  const bool most_first = profile == TasProfile::best_fit;
  std::uint32_t count = most_first ? by_count.most() : by_count.least_from(1);
  for (std::uint32_t place = by_count.with(count).first(); pods > 0;
       place = by_count.with(count).next(place + 1)) {
    if (place == NodeSet::none) {
      count = most_first ? by_count.most_below(count) : by_count.least_from(count + 1);
      place = by_count.with(count).first();
    }
    if (most_first && count >= pods) {
      // Of the larger ones all are taken, of those as large the ones before.
      const std::uint32_t least = by_count.least_from(pods);
      const std::uint32_t last = least == count ? place : by_count.with(least).first();
      shares.push_back({range(level, last), pods});
      break;
    }
    const std::uint32_t some = std::min(pods, count);
    shares.push_back({range(level, place), some});
    pods -= some;
  }
  return shares;
}

}  // namespace berth
