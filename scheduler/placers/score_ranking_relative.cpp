// Nodes by scores that depend on what all candidates have. Nodes that are alike in these are kept
// together, and the one with the highest sum stands for all of them. So it is with domains: each
// keeps its nodes, stands in the one around it with the best of each kind of them, and moves there
// as a whole when its pods become more or fewer.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "scheduler/placers/score_ranking.hpp"

namespace berth {
namespace {

using Key = boost::container::small_vector<std::int64_t, 4>;
using Item = std::pair<std::int64_t, std::uint32_t>;  // less the sum, and the rank: the best first

// What stands in one domain, or in all of the fleet.
struct Box {
  std::map<Key, std::set<Item>> alike;

  [[nodiscard]] std::optional<Item> best(const Key& key) const {
    const auto found = alike.find(key);
    return found == alike.end() ? std::nullopt : std::optional(*found->second.begin());
  }
  void replace(const Key& key, const std::optional<Item>& out, const std::optional<Item>& in) {
    std::set<Item>& items = alike[key];
    if (out) {
      items.erase(*out);
    }
    if (in) {
      items.insert(*in);
    }
    if (items.empty()) {
      alike.erase(key);
    }
  }
};

struct Range {
  std::int64_t least = 0;
  std::int64_t most = 0;
};

class ByRelative final : public Ranking {
 public:
  ByRelative(Relative how, const Fleet& fleet, const std::vector<NodeId>& node_of)
      : how_(std::move(how)), fleet_(fleet), node_of_(node_of) {
    for (const Spread& spread : how_.spreads) {
      if (spread.level) {
        tiers_.push_back({*spread.level, std::vector<Box>(fleet.domains(*spread.level)),
                          std::vector<std::int64_t>(fleet.domains(*spread.level)), 0});
      }
    }
  }

  void set(std::uint32_t rank, const Worth* worth) override {
    const auto known = known_.find(rank);
    if (known != known_.end()) {
      if (worth != nullptr && known->second == *worth) {
        return;
      }
      replace(tiers_.size(), rank, key_of(known->second), Item(-known->second.sum, rank), {});
    }
    if (worth != nullptr) {
      replace(tiers_.size(), rank, key_of(*worth), {}, Item(-worth->sum, rank));
      known_.insert_or_assign(rank, *worth);
    } else if (known != known_.end()) {
      known_.erase(known);
    }
  }

  void count(DomainId domain, std::uint32_t pods) override {
    for (std::size_t i = 0; i < tiers_.size(); ++i) {
      if (tiers_[i].level == fleet_.level_of(domain)) {
        recount(i, number_of(domain, tiers_[i].level), pods);
      }
    }
  }

  [[nodiscard]] std::uint32_t best(Random& /*draws*/) const override {
    std::vector<std::int64_t> crowds;
    std::vector<Range> ranges(how_.weights.size() + 1);
    for (const auto& [key, items] : all_.alike) {
      crowds.push_back(crowd_of(key));
      for (std::size_t i = 0; i < ranges.size(); ++i) {
        const std::int64_t value = i == 0 ? crowds.back() : key[tiers_.size() + i - 1];
        const bool first = crowds.size() == 1;
        ranges[i].least = first ? value : std::min(ranges[i].least, value);
        ranges[i].most = first ? value : std::max(ranges[i].most, value);
      }
    }
    std::uint32_t best = none;
    std::int64_t most = 0;
    auto crowd = crowds.begin();
    for (const auto& [key, items] : all_.alike) {
      const auto [less_sum, rank] = *items.begin();
      const std::int64_t total = total_of(key, -less_sum, *crowd++, ranges);
      if (best == none || total > most || (total == most && rank < best)) {
        best = rank;
        most = total;
      }
    }
    return best;
  }
  [[nodiscard]] bool empty() const override { return all_.alike.empty(); }

 private:
  struct Tier {
    LevelId level;
    std::vector<Box> boxes;          // by domain of the level
    std::vector<std::int64_t> pods;  // the same
    std::uint32_t candidates = 0;    // domains that have one
  };

  static Key key_of(const Worth& worth) { return {worth.stretched.begin(), worth.stretched.end()}; }
  [[nodiscard]] std::uint32_t number_of(DomainId domain, LevelId level) const {
    return domain.index() - fleet_.domain(level, 0).index();
  }
  [[nodiscard]] std::uint32_t number_around(std::uint32_t rank, LevelId level) const {
    return number_of(fleet_.domain_of(node_of_[rank], level), level);
  }

  // One item goes and another comes in the domain around `rank` of the tier before `depth`, or of
  // all for 0, and so on outwards as far as it matters.
  void replace(std::size_t depth, std::uint32_t rank, Key key, std::optional<Item> out,
               std::optional<Item> in) {
    for (; depth > 0; --depth) {
      Tier& tier = tiers_[depth - 1];
      const std::uint32_t domain = number_around(rank, tier.level);
      Box& box = tier.boxes[domain];
      const auto before = box.best(key);
      tier.candidates -= box.alike.empty() ? 0U : 1U;
      box.replace(key, out, in);
      tier.candidates += box.alike.empty() ? 0U : 1U;
      const auto after = box.best(key);
      if (before == after) {
        return;
      }
      key.insert(key.begin(), tier.pods[domain]);
      out = before;
      in = after;
    }
    all_.replace(key, out, in);
  }

  // All that stands in the domain stands elsewhere in the one around it.
  void recount(std::size_t tier, std::uint32_t domain, std::int64_t pods) {
    std::int64_t& known = tiers_[tier].pods[domain];
    if (known == pods) {
      return;
    }
    for (const auto& [key, items] : tiers_[tier].boxes[domain].alike) {
      const Item best = *items.begin();
      Key outer = key;
      outer.insert(outer.begin(), known);
      replace(tier, best.second, outer, best, {});
      outer.front() = pods;
      replace(tier, best.second, outer, {}, best);
    }
    known = pods;
  }

  // Of the pods in domains and on nodes; 0 where pods are not spread.
  [[nodiscard]] std::int64_t crowd_of(const Key& key) const {
    boost::container::small_vector<std::int64_t, 4> pods(
        key.begin(), key.begin() + static_cast<std::ptrdiff_t>(tiers_.size()));
    boost::container::small_vector<std::uint32_t, 4> domains;
    for (const Tier& tier : tiers_) {
      domains.push_back(tier.candidates);
    }
    if (pods.size() < how_.spreads.size()) {
      pods.push_back(key.back());
      domains.push_back(static_cast<std::uint32_t>(known_.size()));
    }
    return crowd(how_.spreads, {pods.data(), pods.size()}, {domains.data(), domains.size()});
  }

  // `ranges` has that of crowds first.
  [[nodiscard]] std::int64_t total_of(const Key& key, std::int64_t sum, std::int64_t crowd,
                                      const std::vector<Range>& ranges) const {
    std::int64_t total = sum;
    if (!how_.spreads.empty()) {
      total += how_.spread_weight * spread_score(crowd, ranges[0].least, ranges[0].most);
    }
    for (std::size_t i = 0; i < how_.weights.size(); ++i) {
      const auto [least, most] = ranges[i + 1];
      const std::int64_t value = key[tiers_.size() + i];
      total += how_.weights[i] * (most == least ? 0 : 100 * (value - least) / (most - least));
    }
    return total;
  }

  Relative how_;
  const Fleet& fleet_;
  const std::vector<NodeId>& node_of_;
  std::vector<Tier> tiers_;
  Box all_;
  std::map<std::uint32_t, Worth> known_;  // by rank
};

}  // namespace

std::unique_ptr<Ranking> rank_relative(Relative how, const Fleet& fleet,
                                       const std::vector<NodeId>& node_of) {
  return std::make_unique<ByRelative>(std::move(how), fleet, node_of);
}

}  // namespace berth
