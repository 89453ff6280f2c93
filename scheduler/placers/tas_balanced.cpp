#include "scheduler/placers/tas_balanced.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "core/maths.hpp"
#include "scheduler/placers/fewest_items.hpp"

namespace berth {
namespace {

using Domains = std::vector<TasDomain>;

// How evenly pods could be spread over domains of these capacities: -sum p ln p.
double entropy(const Domains& domains) {
  double sum = 0;
  for (const TasDomain& domain : domains) {
    sum += domain.slices;
  }
  double all = 0;
  for (const TasDomain& domain : domains) {
    const double part = domain.slices / sum;
    all -= part * exact_log(part);
  }
  return all;
}

class Balanced {
 public:
  Balanced(const TasTree& tree, const TasAsk& ask)
      : tree_(tree), ask_(ask), even_level_(std::min(ask.level + 1, ask.slice_level)) {}

  std::optional<TasFound> place() const {
    const auto around = best_around();
    if (!around) {
      return std::nullopt;
    }
    Domains even = inside(around->nodes, even_level_);
    std::erase_if(even, [&](const TasDomain& each) { return each.slices < around->threshold; });
    const auto outer = chosen_outer(even);
    std::erase_if(even, [&outer](const TasDomain& each) {
      return std::ranges::none_of(outer, [&each](const NodeRange& nodes) {
        return nodes.first <= each.nodes.first && each.nodes.past <= nodes.past;
      });
    });
    return TasFound{even_level_, dealt(chosen(even), around->threshold)};
  }

 private:
  struct Around {
    NodeRange nodes;
    std::uint32_t threshold = 0;
    std::uint32_t domains = std::numeric_limits<std::uint32_t>::max();  // of the level, at least

    [[nodiscard]] bool better_than(const Around& other) const {
      return threshold != other.threshold ? threshold > other.threshold : domains < other.domains;
    }
  };

  [[nodiscard]] Domains inside(const NodeRange& nodes, std::uint32_t level) const {
    Domains domains;
    tree_.add_domains(nodes, level, domains);
    return domains;
  }

  [[nodiscard]] std::optional<Around> best_around() const {
    std::optional<Around> best;
    const Around bound = bound_of_all();
    const auto consider = [&](const NodeRange& nodes) {
      if (const auto around = around_of(nodes); around && (!best || around->better_than(*best))) {
        best = around;
      }
      return !best || bound.better_than(*best);
    };
    if (ask_.level == 0) {
      consider(tree_.everywhere());
    } else {
      tree_.each_domain(ask_.level - 1, ask_.slices, consider);
    }
    return best;
  }

  // No domain does better than one whose inner ones are all as large as the largest of the fleet.
  [[nodiscard]] Around bound_of_all() const {
    const std::uint32_t even = tree_.most_slices(even_level_);
    const std::uint32_t outer = tree_.most_slices(ask_.level);
    if (even == 0 || outer == 0) {
      return {{}, std::numeric_limits<std::uint32_t>::max(), 0};
    }
    const std::uint32_t fewest = (ask_.slices + even - 1) / even;
    return {{}, std::min(ask_.slices / fewest, even), (ask_.slices + outer - 1) / outer};
  }

  [[nodiscard]] std::optional<Around> around_of(const NodeRange& nodes) const {
    const FewestLargest even = fewest_largest(tree_.by_slices(nodes, even_level_), ask_.slices);
    if (even.items == 0) {
      return std::nullopt;
    }
    const FewestLargest outer =
        even_level_ == ask_.level ? even
                                  : fewest_largest(tree_.by_slices(nodes, ask_.level), ask_.slices);
    return Around{nodes, std::min(ask_.slices / even.items, even.least), outer.items};
  }

  // The domains of the level that is asked for. REQUIRES: `even` is in order of nodes.
  [[nodiscard]] std::vector<NodeRange> chosen_outer(const Domains& even) const {
    struct Outer {
      TasDomain domain;
      double entropy = 0;
    };
    std::vector<Outer> all;
    for (std::size_t i = 0; i < even.size();) {
      Outer outer{tree_.around(even[i].nodes, ask_.level), 0};
      Domains insides;
      outer.domain.slices = 0;
      for (; i < even.size() && even[i].nodes.first < outer.domain.nodes.past; ++i) {
        outer.domain.slices += even[i].slices;
        insides.push_back(even[i]);
      }
      if (even_level_ == ask_.level) {
        insides = inside(outer.domain.nodes, ask_.level + 1);
      }
      outer.entropy = entropy(insides);
      all.push_back(outer);
    }
    std::ranges::sort(all, [](const Outer& a, const Outer& b) {
      if (a.domain.slices != b.domain.slices) {
        return a.domain.slices > b.domain.slices;
      }
      return a.entropy != b.entropy ? a.entropy > b.entropy : a.domain.place < b.domain.place;
    });
    std::vector<SizedItem> items;
    for (const Outer& outer : all) {
      items.push_back({outer.domain.slices, outer.entropy});
    }
    std::vector<NodeRange> nodes;
    for (const std::size_t i : fewest_items(items, ask_.slices)) {
      nodes.push_back(all[i].domain.nodes);
    }
    return nodes;
  }

  // The domains among which pods are dealt out, those with most room first.
  [[nodiscard]] Domains chosen(Domains even) const {
    std::ranges::sort(even, [](const TasDomain& a, const TasDomain& b) {
      return a.slices != b.slices ? a.slices > b.slices : a.place < b.place;
    });
    std::vector<SizedItem> items;
    for (const TasDomain& domain : even) {
      items.push_back({domain.slices, 0});
    }
    Domains domains;
    for (const std::size_t i : fewest_items(items, ask_.slices)) {
      domains.push_back(even[i]);
    }
    return domains;
  }

  [[nodiscard]] TasShares dealt(const Domains& domains, std::uint32_t threshold) const {
    const auto count = static_cast<std::uint32_t>(domains.size());
    const std::uint32_t each = std::min(threshold, ask_.slices / count);
    std::uint32_t rest = ask_.slices - each * count;
    TasShares shares;
    for (const TasDomain& domain : domains) {
      const std::uint32_t more = std::min(rest, domain.slices - each);
      shares.push_back({domain.nodes, each + more});
      rest -= more;
    }
    return shares;
  }

  const TasTree& tree_;
  const TasAsk& ask_;
  std::uint32_t even_level_;  // its domains get even shares
};

}  // namespace

std::optional<TasFound> place_balanced(const TasTree& tree, const TasAsk& ask) {
  return Balanced(tree, ask).place();
}

}  // namespace berth
