#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "tests/core/settings_trees.hpp"
#include "tests/scheduler/pictures.hpp"
#include "tests/scheduler/random_state.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

struct Told {
  std::uint32_t base = 1;
  std::vector<std::uint32_t> levels{0};  // log2
  std::uint32_t segment = 0;
  bool spread = false;
  bool consolidate = false;
};

// Slurm's topology/block as it is told, counting every node anew for each question.
class NaiveBlock {
 public:
  NaiveBlock(const Told& told, const Fleet& fleet, const Occupancy& free) : told_(told) {
    for (std::uint32_t i = 0; i < fleet.domains(LevelId(0)); ++i) {
      const NodeRange range = fleet.nodes_in(fleet.domain(LevelId(0), i));
      blocks_.emplace_back();
      weights_.push_back(heaviest);
      for (std::uint32_t node = range.first; node < range.past; ++node) {
        if (free.room(NodeId(node), {1, 8, 0, 0}) > 0) {
          blocks_.back().push_back(node);
          weights_.back() = std::min(weights_.back(), fleet.kind(NodeId(node)).weight);
        }
      }
    }
  }

  std::optional<std::set<std::uint32_t>> place(std::uint32_t nodes) {
    const std::uint32_t segment =
        told_.segment == 0 || told_.segment > nodes ? nodes : told_.segment;
    if (nodes % segment != 0) {
      return std::nullopt;
    }
    const auto before = blocks_;
    if (told_.consolidate && segment < nodes && consolidated(nodes, segment)) {
      return taken_;
    }
    blocks_ = before;
    taken_.clear();
    for (std::uint32_t i = 0; i < nodes / segment; ++i) {
      if (!request(segment, 0, size(), {})) {
        return std::nullopt;
      }
    }
    return taken_;
  }

 private:
  using Only = std::set<int>;  // aggregates of the job's own level; empty: any

  [[nodiscard]] int size() const { return static_cast<int>(blocks_.size()); }
  [[nodiscard]] std::uint32_t free(int block) const {
    return static_cast<std::uint32_t>(blocks_[static_cast<std::size_t>(block)].size());
  }
  [[nodiscard]] std::uint32_t free_between(int first, int past) const {
    std::uint32_t sum = 0;
    for (int block = first; block < std::min(past, size()); ++block) {
      sum += free(block);
    }
    return sum;
  }
  // Of nodes with room before the job came.
  [[nodiscard]] std::int32_t lightest(int first, int past) const {
    return *std::min_element(weights_.begin() + first, weights_.begin() + past);
  }
  // In blocks; 0: all of them.
  [[nodiscard]] int width_for(std::uint32_t nodes) const {
    const std::uint32_t blocks = (nodes + told_.base - 1) / told_.base;
    for (const std::uint32_t level : told_.levels) {
      if ((1U << level) >= blocks) {
        return 1 << level;
      }
    }
    return 0;
  }
  [[nodiscard]] int width_below(int width) const {
    int lower = 1;
    for (const std::uint32_t level : told_.levels) {
      lower = width == 0 || (1 << level) < width ? 1 << level : lower;
    }
    return lower;
  }

  bool consolidated(std::uint32_t nodes, std::uint32_t segment) {
    const std::uint32_t blocks = (segment + told_.base - 1) / told_.base;
    const int width = width_for(told_.spread ? nodes / segment * blocks * told_.base : nodes);
    const int outer = width == 0 ? size() : width;
    const int own = width_for(segment) == 0 ? size() : width_for(segment);
    Only may{-1};
    for (int first = 0; first < size(); first += own) {
      const int around = first / outer * outer;
      if (width == 0 || free_between(around, around + outer) >= nodes) {
        may.insert(first);
      }
    }
    if (!request(segment, 0, size(), may)) {
      return false;
    }
    const int around = first_block_ / outer * outer;
    for (std::uint32_t i = 1; i < nodes / segment; ++i) {
      if (!request(segment, around, std::min(around + outer, size()), {})) {
        return false;
      }
    }
    return true;
  }

  bool request(std::uint32_t nodes, int first, int past, const Only& may) {
    const int width = width_for(nodes);
    const int lower = width_below(width);
    const std::uint32_t most = (nodes + told_.base * static_cast<std::uint32_t>(lower) - 1) /
                               (told_.base * static_cast<std::uint32_t>(lower));
    int best = -1;
    const int step = width == 0 ? past - first : width;
    for (int at = first; at < past; at += step) {
      const int end = std::min(at + step, past);
      std::vector<std::uint32_t> counts;
      for (int group = at; group < end; group += lower) {
        counts.push_back(free_between(group, std::min(group + lower, end)));
      }
      std::ranges::sort(counts, std::ranges::greater{});
      std::uint32_t usable = 0;
      for (std::size_t i = 0; i < std::min<std::size_t>(most, counts.size()); ++i) {
        usable += counts[i];
      }
      const bool allowed = width == 0 || may.empty() || may.count(at) > 0;
      const auto rank = [&](int group) {
        const int behind = std::min(group + step, past);
        return std::pair(width == 0 ? 0 : lightest(group, behind), free_between(group, behind));
      };
      if (usable >= nodes && allowed && (best < 0 || rank(at) <= rank(best))) {
        best = at;
      }
    }
    return best >= 0 && fill(nodes, best, std::min(best + step, past), lower, most);
  }

  // The one that fits with fewest, else the one with most; the last of equals.
  [[nodiscard]] static int best_of(const std::map<int, std::uint32_t>& counts,
                                   std::uint32_t nodes) {
    int best = -1;
    for (const auto& [at, count] : counts) {
      const std::uint32_t now = best < 0 ? 0 : counts.at(best);
      const bool better = (count >= nodes) != (now >= nodes) ? count >= nodes
                          : count >= nodes                   ? count <= now
                                                             : count >= now;
      best = count > 0 && (best < 0 || better) ? at : best;
    }
    return best;
  }

  bool fill(std::uint32_t nodes, int first, int past, int lower, std::uint32_t most) {
    std::set<int> used;
    std::set<int> touched;
    bool begun = false;
    while (nodes > 0) {
      std::map<int, std::uint32_t> in_used;
      for (const int group : used) {
        for (int block = group; block < std::min(group + lower, past); ++block) {
          in_used[block] = free(block);
        }
      }
      int block = best_of(in_used, nodes);
      if (block < 0) {
        std::map<int, std::uint32_t> groups;
        for (int group = first; group < past; group += lower) {
          groups[group] = free_between(group, std::min(group + lower, past));
        }
        const int group = best_of(groups, nodes);
        if (group < 0 || used.size() == most) {
          return false;
        }
        used.insert(group);
        std::map<int, std::uint32_t> inside;
        for (int each = group; each < std::min(group + lower, past); ++each) {
          inside[each] = free(each);
        }
        block = best_of(inside, nodes);
      }
      first_block_ = begun || !taken_.empty() ? first_block_ : block;
      begun = true;
      auto& list = blocks_[static_cast<std::size_t>(block)];
      for (; nodes > 0 && !list.empty(); --nodes) {
        taken_.insert(list.front());
        list.erase(list.begin());
      }
      touched.insert(block);
    }
    for (const int block : touched) {
      if (told_.spread) {
        blocks_[static_cast<std::size_t>(block)].clear();
      }
    }
    return true;
  }

  Told told_;
  static constexpr std::int32_t heaviest = 1'000'000;
  std::vector<std::vector<std::uint32_t>> blocks_;  // free nodes
  std::vector<std::int32_t> weights_;               // by block: the lowest
  std::set<std::uint32_t> taken_;
  int first_block_ = -1;
};

Told some_told(Dice& dice) {
  Told told;
  told.base = 1 + dice.below(6);
  for (std::uint32_t level = 1; level < 5; ++level) {
    if (dice.one_in(2)) {
      told.levels.push_back(level);
    }
  }
  told.segment = dice.one_in(2) ? 1 + dice.below(9) : 0;
  told.spread = told.segment > 0 && dice.one_in(2);
  told.consolidate = told.segment > 0 && dice.one_in(2);
  return told;
}

std::unique_ptr<const Placer> block_placer(const Told& told) {
  std::vector<Value> sizes;
  for (const std::uint32_t level : told.levels) {
    sizes.emplace_back(std::to_string(told.base << level));
  }
  const auto setting = testing::tree(map({{"kind", "slurm_block"},
                                          {"block_sizes", list(sizes)},
                                          {"segment", Value(std::to_string(told.segment))},
                                          {"spread", told.spread ? "true" : "false"},
                                          {"consolidate", told.consolidate ? "true" : "false"}}));
  return make_placer(setting.root());
}

Fleet some_blocks(Dice& dice, std::uint32_t base) {
  FleetBuilder builder({"block"});
  std::uint32_t nodes = 0;
  const std::uint32_t weights = dice.one_in(2) ? 1 : 3;
  for (std::uint32_t block = 1 + dice.below(20); block > 0; --block) {
    builder.enter("b" + std::to_string(block));
    for (std::uint32_t node = base + dice.below(3); node > 0; --node) {
      NodeKind kind = gpu_node(8);
      kind.weight = static_cast<std::int32_t>(dice.below(weights));
      builder.add_node("n" + std::to_string(nodes), kind);
      ++nodes;
    }
    builder.leave();
  }
  return builder.build();
}

// A segment is the placer's, or the job's own, which comes before it.
Request asking(std::uint32_t nodes, std::uint32_t own_segment) {
  Request request = request_of(tasks(nodes, 8));
  Terms terms;
  terms.segment = own_segment;
  request.terms = std::make_shared<const Terms>(terms);
  return request;
}

std::string error_from(const std::vector<std::pair<std::string, Value>>& entries) {
  auto all = entries;
  all.insert(all.begin(), {"kind", "slurm_block"});
  const auto setting = testing::tree(map(all));
  return error_of([&] { make_placer(setting.root()); });
}

}  // namespace

TEST_CASE("slurm_block answers as its rule told naively does") {
  int places = 0;
  int waits = 0;
  for (std::uint64_t seed = 1; seed <= 4000; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    const Told told = some_told(dice);
    const Fleet fleet = some_blocks(dice, told.base);
    Occupancy free(fleet);
    fill_randomly(free, dice, dice.below(100));
    Told other = told;
    other.segment = dice.below(4);
    const bool own = told.segment > 0 && dice.one_in(2);
    const auto placer = block_placer(own ? other : told);
    const View view{free, SimTime{}, RunKey{}};
    for (int question = 0; question < 3; ++question) {
      const std::uint32_t whole = std::max(1U, told.segment);
      const std::uint32_t nodes = 1 + dice.below(1 + free.with_free(8).size());
      const std::uint32_t wanted = dice.one_in(4) ? nodes : (nodes + whole - 1) / whole * whole;
      CAPTURE(wanted);
      const Request request = asking(wanted, own ? told.segment : 0);
      const auto placement = placer->place(request, view);
      const auto expected = NaiveBlock(told, fleet, free).place(wanted);
      REQUIRE(placement.has_value() == expected.has_value());
      REQUIRE(placer->fits(request, view) == placement.has_value());
      std::set<std::uint32_t> nodes_taken;
      for (const Part& part : placement.value_or(Placement{})) {
        nodes_taken.insert(part.node.index());
      }
      REQUIRE(nodes_taken == expected.value_or(std::set<std::uint32_t>{}));
      ++(placement ? places : waits);
    }
  }
  CHECK(places > 3000);
  CHECK(waits > 1000);
}

TEST_CASE("block sizes are a base and powers of two times it") {
  CHECK(error_from({{"block_sizes", list({"18", "36", "72"})}}) == "fine");
  CHECK(error_from({{"block_sizes", list({"18", "54"})}}) ==
        "c.yaml:5:5: block_sizes[1]: is no block size after those before it\n"
        "  each is the first times 2, 4, 8 ..., and larger than the one before");
  CHECK(error_from({{"block_sizes", list({"18", "18"})}}) != "fine");
}

TEST_CASE("a segment that does not divide the job contradicts it") {
  const Told told{4, {0}, 3, false, false};
  const auto placer = block_placer(told);
  const Fleet fleet = uniform(8, 8);
  CHECK(placer->contradiction(request_of(tasks(4, 8)), fleet) ==
        "4 nodes are not made of segments of 3");
  CHECK(placer->contradiction(request_of(tasks(6, 8)), fleet).empty());
  CHECK(placer->contradiction(request_of(tasks(2, 8)), fleet).empty());  // smaller than a segment
  CHECK(error_from({{"spread", "true"}}) == "fine");  // jobs may bring segments of their own
}
