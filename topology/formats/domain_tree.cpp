#include "topology/formats/domain_tree.hpp"

#include <algorithm>

#include "topology/formats/names.hpp"

namespace berth {
namespace {

constexpr std::uint32_t none = ~std::uint32_t{0};

// The levels outside leaf groups and that of leaf groups.
std::uint32_t levels_shown(const Fleet& fleet) {
  const auto leaf = fleet.find_level("leaf");
  return leaf ? leaf->index() + 1 : fleet.levels();
}

std::optional<DomainId> outer(const Fleet& fleet, DomainId domain, std::uint32_t level) {
  if (level == 0) {
    return std::nullopt;
  }
  return fleet.domain_of(NodeId(fleet.nodes_in(domain).first), LevelId(level - 1));
}

// The names of the domains around one, from the nearest.
std::vector<std::string> names_around(const Fleet& fleet, DomainId domain, std::uint32_t level) {
  std::vector<std::string> names;
  const NodeRange nodes = fleet.nodes_in(domain);
  for (; level > 0 && nodes.size() > 0; --level) {
    names.push_back(fleet.name(fleet.domain_of(NodeId(nodes.first), LevelId(level - 1))));
  }
  return names;
}

// Those of a level that hold nodes.
std::vector<DomainId> inhabited(const Fleet& fleet, LevelId level) {
  std::vector<DomainId> domains;
  for (std::uint32_t i = 0; i < fleet.domains(level); ++i) {
    const DomainId domain = fleet.domain(level, i);
    if (fleet.nodes_in(domain).size() > 0) {
      domains.push_back(domain);
    }
  }
  return domains;
}

template <class Visit>  // visit(domain, level), of those that hold nodes
void each_domain(const Fleet& fleet, std::uint32_t levels, Visit visit) {
  for (std::uint32_t level = 0; level < levels; ++level) {
    for (const DomainId domain : inhabited(fleet, LevelId(level))) {
      visit(domain, level);
    }
  }
}

// How many domains stand directly in each domain of the levels shown.
std::vector<std::uint32_t> inner_counts(const Fleet& fleet, std::uint32_t levels) {
  std::vector<std::uint32_t> counts(fleet.domains());
  each_domain(fleet, levels, [&](DomainId domain, std::uint32_t level) {
    if (const auto around = outer(fleet, domain, level)) {
      ++counts[around->index()];
    }
  });
  return counts;
}

struct Kept {
  std::optional<DomainId> domain;  // nothing: a root that no domain is
  std::uint32_t level = 0;
  std::uint32_t parent = none;  // in the list of those kept
};

// From outside in, the root first.
std::vector<Kept> kept_domains(const Fleet& fleet) {
  const std::uint32_t levels = levels_shown(fleet);
  const auto counts = inner_counts(fleet, levels);
  std::vector<std::uint32_t> place(fleet.domains(), none);  // of the innermost one kept around it
  std::vector<Kept> kept;
  if (levels == 0 || fleet.domains(LevelId(0)) != 1) {
    kept.push_back({});
  }
  each_domain(fleet, levels, [&](DomainId domain, std::uint32_t level) {
    const auto around = outer(fleet, domain, level);
    const std::uint32_t parent = around ? place[around->index()] : (kept.empty() ? none : 0);
    place[domain.index()] = parent;
    if (level + 1 == levels || counts[domain.index()] != 1) {
      place[domain.index()] = static_cast<std::uint32_t>(kept.size());
      kept.push_back({domain, level, parent});
    }
  });
  return kept;
}

NodeRange nodes_of(const Fleet& fleet, const Kept& kept) {
  return kept.domain ? fleet.nodes_in(*kept.domain) : NodeRange{0, fleet.nodes()};
}

std::vector<std::string> names_of(const Fleet& fleet, const std::vector<Kept>& kept) {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> outers;
  for (const Kept& each : kept) {
    names.push_back(each.domain ? fleet.name(*each.domain) : "root");
    outers.push_back(each.domain ? names_around(fleet, *each.domain, each.level)
                                 : std::vector<std::string>());
  }
  return unique_names(names, outers);
}

}  // namespace

DomainTree domain_tree(const Fleet& fleet) {
  const auto kept = kept_domains(fleet);
  const auto names = names_of(fleet, kept);
  std::vector<std::uint32_t> order(kept.size());  // innermost level first, each in order of nodes
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  std::ranges::stable_sort(order, [&kept](std::uint32_t a, std::uint32_t b) {
    return kept[a].domain && (!kept[b].domain || kept[a].level > kept[b].level);
  });
  std::vector<std::uint32_t> place(kept.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
  }
  DomainTree tree;
  tree.leaf_of.resize(fleet.nodes());
  for (const std::uint32_t from : order) {
    const std::uint32_t at = static_cast<std::uint32_t>(tree.groups.size());
    const std::uint32_t parent = kept[from].parent == none ? at : place[kept[from].parent];
    tree.groups.push_back({names[from], nodes_of(fleet, kept[from]), parent, {}});
  }
  for (std::uint32_t i = 0; i < tree.root(); ++i) {
    tree.groups[tree.groups[i].parent].inside.push_back(i);
  }
  for (auto& group : tree.groups) {
    std::ranges::sort(group.inside, {},
                      [&tree](std::uint32_t each) { return tree.groups[each].nodes.first; });
    for (std::uint32_t node = group.nodes.first; group.inside.empty() && node < group.nodes.past;
         ++node) {
      tree.leaf_of[node] = static_cast<std::uint32_t>(&group - tree.groups.data());
    }
  }
  return tree;
}

std::vector<std::string> domain_names(const Fleet& fleet, LevelId level) {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> outers;
  for (std::uint32_t i = 0; i < fleet.domains(level); ++i) {
    const DomainId domain = fleet.domain(level, i);
    names.push_back(fleet.name(domain));
    outers.push_back(names_around(fleet, domain, level.index()));
  }
  return unique_names(names, outers);
}

LevelNames::LevelNames(const Fleet& fleet, std::optional<LevelId> level)
    : fleet_(&fleet), level_(level) {
  if (level) {
    names_ = domain_names(fleet, *level);
  }
}

std::uint32_t LevelNames::number(NodeId node) const {
  if (!level_) {
    return 0;
  }
  return fleet_->domain_of(node, *level_).index() - fleet_->domain(*level_, 0).index();
}

const std::string& LevelNames::of(NodeId node) const {
  return level_ ? names_[number(node)] : none_;
}

std::optional<LevelId> nvlink_level(const Topology& topology) {
  return topology.network.empty() ? topology.fleet.find_level("nvlink")
                                  : topology.network.nvlink_level();
}

}  // namespace berth
