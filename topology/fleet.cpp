#include "topology/fleet.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <tuple>
#include <utility>

#include "core/check.hpp"
#include "core/error.hpp"

namespace berth {

std::optional<NodeId> Fleet::find(std::string_view name) const {
  const auto at = std::lower_bound(
      by_name_.begin(), by_name_.end(), name,
      [this](std::uint32_t node, std::string_view wanted) { return names_[node] < wanted; });
  if (at == by_name_.end() || names_[*at] != name) {
    return std::nullopt;
  }
  return NodeId(*at);
}

std::optional<LevelId> Fleet::find_level(std::string_view name) const {
  for (std::uint32_t level = 0; level < levels(); ++level) {
    if (levels_[level].name == name) {
      return LevelId(level);
    }
  }
  return std::nullopt;
}

std::uint32_t Fleet::domains(LevelId level) const {
  const std::uint32_t next = level.index() + 1;
  const std::uint32_t past = next < levels() ? levels_[next].first_domain : domains();
  return past - levels_[level.index()].first_domain;
}

LevelId Fleet::level_of(DomainId domain) const {
  std::uint32_t level = levels() - 1;
  while (levels_[level].first_domain > domain.index()) {
    --level;
  }
  return LevelId(level);
}

DomainId Fleet::domain(LevelId level, std::uint32_t number) const {
  return DomainId(levels_[level.index()].first_domain + number);
}

FleetBuilder::FleetBuilder(std::vector<std::string> levels) {
  for (auto& name : levels) {
    fleet_.levels_.push_back({std::move(name), 0});
  }
}

void FleetBuilder::enter(std::string name) {
  check(open_.size() < fleet_.levels_.size(), "a domain is entered only while a level is left");
  const std::uint32_t here = fleet_.nodes();
  open_.push_back(
      {static_cast<std::uint32_t>(open_.size()), std::move(name), {here, here}, {}, false});
}

void FleetBuilder::enter(std::string name, std::uint32_t rank) {
  enter(std::move(name));
  open_.back().rank = rank;
}

void FleetBuilder::enter_filler(std::string name) {
  enter(std::move(name));
  open_.back().filler = true;
}

void FleetBuilder::leave() {
  check(!open_.empty(), "only an entered domain is left");
  open_.back().range.past = fleet_.nodes();
  closed_.push_back(std::move(open_.back()));
  open_.pop_back();
}

void Fleet::add_kind(const NodeKind& kind) {
  check(kind.gpus <= gpus_per_node_most, "a node's GPUs fit one mask");
  // Nodes come in runs of one kind, so the last one is nearly always it.
  const auto found = std::find(kinds_.rbegin(), kinds_.rend(), kind);
  const auto index = static_cast<std::uint32_t>(found != kinds_.rend() ? kinds_.rend() - found - 1
                                                                       : std::ssize(kinds_));
  if (found == kinds_.rend()) {
    kinds_.push_back(kind);
    count_of_.push_back(0);
  }
  ++count_of_[index];
  kind_of_.push_back(index);
  gpus_ += kind.gpus;
  gpus_per_node_ = std::max(gpus_per_node_, kind.gpus);
}

Fleet with_kinds(Fleet fleet, const std::vector<NodeKind>& kinds) {
  check(kinds.size() == fleet.nodes(), "every node has a kind");
  fleet.kinds_.clear();
  fleet.count_of_.clear();
  fleet.kind_of_.clear();
  fleet.gpus_ = 0;
  fleet.gpus_per_node_ = 0;
  for (const NodeKind& kind : kinds) {
    fleet.add_kind(kind);
  }
  return fleet;
}

void FleetBuilder::add_node(std::string name, const NodeKind& kind) {
  check(open_.size() == fleet_.levels_.size(), "a node stands in a domain of every level");
  fleet_.add_kind(kind);
  fleet_.names_.push_back(std::move(name));
}

Fleet FleetBuilder::build() {
  check(open_.empty(), "every entered domain is left before the fleet is built");
  check(fleet_.nodes() > 0, "a fleet has at least one node");
  close_domains();
  list_domains();
  sort_names();
  return std::move(fleet_);
}

void FleetBuilder::close_domains() {
  auto& fleet = fleet_;
  std::stable_sort(closed_.begin(), closed_.end(), [](const Open& a, const Open& b) {
    return std::pair(a.level, a.range.first) < std::pair(b.level, b.range.first);
  });
  fleet.listed_ =
      std::ranges::any_of(closed_, [](const Open& each) { return each.rank.has_value(); });
  fleet.domain_of_.resize(fleet.nodes() * fleet.levels_.size());
  for (auto& domain : closed_) {
    const auto id = fleet.domains();
    check(domain.rank || domain.filler || !fleet.listed_, "a file lists every domain");
    if (id == 0 || closed_[id - 1].level != domain.level) {
      fleet.levels_[domain.level].first_domain = id;
    }
    for (std::uint32_t node = domain.range.first; node < domain.range.past; ++node) {
      fleet.domain_of_[node * fleet.levels_.size() + domain.level] = id;
    }
    fleet.domains_.push_back(
        {std::move(domain.name), domain.range, domain.rank.value_or(id), domain.filler});
  }
}

void FleetBuilder::list_domains() {
  auto& fleet = fleet_;
  auto& order = fleet.at_place_;
  order.resize(fleet.domains());
  std::iota(order.begin(), order.end(), 0U);
  const auto key = [&fleet](std::uint32_t domain) {
    return std::tuple(fleet.level_of(DomainId(domain)), fleet.domains_[domain].rank, domain);
  };
  if (fleet.listed_) {
    std::ranges::sort(order, {}, key);
  }
  fleet.place_.resize(fleet.domains());
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    const DomainId domain(order[i]);
    const LevelId level = fleet.level_of(domain);
    fleet.place_[domain.index()] = i - fleet.levels_[level.index()].first_domain;
    fleet.listed_as_nested_ &= !fleet.filler(domain) && fleet.nodes_in(domain).size() > 0;
  }
  for (std::uint32_t i = 1; i < order.size() && fleet.listed_as_nested_; ++i) {
    const LevelId level = fleet.level_of(DomainId(order[i]));
    if (level.index() > 0 && level == fleet.level_of(DomainId(order[i - 1]))) {
      const LevelId outer(level.index() - 1);
      const auto place_of_outer = [&](std::uint32_t domain) {
        return fleet.place(fleet.domain_of(DomainId(domain), outer));
      };
      fleet.listed_as_nested_ = place_of_outer(order[i - 1]) <= place_of_outer(order[i]);
    }
  }
}

void FleetBuilder::sort_names() {
  auto& fleet = fleet_;
  auto& order = fleet.by_name_;
  order.resize(fleet.nodes());
  std::iota(order.begin(), order.end(), 0U);
  const auto by_name = [&fleet](std::uint32_t a, std::uint32_t b) {
    return std::pair(std::string_view(fleet.names_[a]), a) <
           std::pair(std::string_view(fleet.names_[b]), b);
  };
  if (!std::is_sorted(order.begin(), order.end(), by_name)) {
    std::sort(order.begin(), order.end(), by_name);
  }
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (fleet.names_[order[i]] == fleet.names_[order[i - 1]]) {
      throw InputError({}, "two nodes are named '" + fleet.names_[order[i]] + "'",
                       "give every node a name of its own");
    }
  }
}

}  // namespace berth
