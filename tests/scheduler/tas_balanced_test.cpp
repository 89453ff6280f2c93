#include <algorithm>
#include <map>
#include <string>

#include <doctest/doctest.h>

#include "core/maths.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/scheduler/pictures.hpp"
#include "tests/scheduler/random_state.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

using Counts = std::vector<std::uint32_t>;
using Racks = std::vector<Counts>;  // pods that each node holds
using Blocks = std::vector<Racks>;
using Keys = std::vector<std::pair<std::string, Value>>;

std::unique_ptr<const Placer> balanced_at(const std::string& level, const Keys& more = {}) {
  Keys keys{{"kind", "tas"}, {"level", Value(level)}, {"mode", "preferred"}};
  keys.emplace_back("profile", "balanced");
  keys.insert(keys.end(), more.begin(), more.end());
  const auto setting = testing::tree(map(keys));
  return make_placer(setting.root());
}

Fleet fleet_of_blocks(const Blocks& blocks) {
  FleetBuilder builder({"block", "rack"});
  std::uint32_t name = 0;
  for (const Racks& racks : blocks) {
    builder.enter("b" + std::to_string(name));
    for (const Counts& nodes : racks) {
      builder.enter("r" + std::to_string(name));
      for (const std::uint32_t gpus : nodes) {
        builder.add_node("n" + std::to_string(name++), gpu_node(gpus));
      }
      builder.leave();
    }
    builder.leave();
  }
  return builder.build();
}

// Pods by node, "13 12 | 0".
std::string by_node(const std::unique_ptr<const Placer>& placer, const Blocks& blocks,
                    std::uint32_t pods) {
  const Fleet fleet = fleet_of_blocks(blocks);
  const Occupancy free(fleet);
  const auto placement = placer->place(request_of(tasks(pods, 1)), {free, SimTime{}, RunKey{}});
  if (!placement) {
    return "waits";
  }
  Counts taken(fleet.nodes());
  for (const Part& part : *placement) {
    taken[part.node.index()] = part.tasks;
  }
  std::string text;
  std::uint32_t node = 0;
  for (const Racks& racks : blocks) {
    text += text.empty() ? "" : "| ";
    for (const Counts& nodes : racks) {
      text += "[";
      for (std::size_t i = 0; i < nodes.size(); ++i) {
        text += (i == 0 ? "" : " ") + std::to_string(taken[node++]);
      }
      text += "] ";
    }
  }
  return text;
}

std::string kep(const Blocks& blocks, std::uint32_t pods, const Keys& more = {}) {
  return by_node(balanced_at("rack", more), blocks, pods);
}

// --- the naive twin: all sets of domains are looked at ------------------------------------------

struct Node {
  std::size_t rack = 0;
  std::uint32_t pods = 0;
};

// What the rule says of one block.
class NaiveBlock {
 public:
  NaiveBlock(const Racks& racks, std::uint32_t pods) : pods_(pods) {
    for (std::size_t rack = 0; rack < racks.size(); ++rack) {
      for (const std::uint32_t room : racks[rack]) {
        nodes_.push_back({rack, room});
      }
    }
    for (std::uint32_t set = 1; set < 1U << nodes_.size(); ++set) {
      std::uint32_t sum = 0;
      std::uint32_t least = ~0U;
      std::uint32_t count = 0;
      for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if ((set >> i & 1U) != 0) {
          sum += nodes_[i].pods;
          least = std::min(least, nodes_[i].pods);
          ++count;
        }
      }
      threshold = sum >= pods ? std::max(threshold, std::min(least, pods / count)) : threshold;
    }
    Counts rooms;
    for (const Counts& rack : racks) {
      rooms.push_back(0);
      for (const std::uint32_t room : rack) {
        rooms.back() += room;
      }
    }
    std::ranges::sort(rooms, std::ranges::greater{});
    for (std::uint32_t sum = 0; racks_needed < rooms.size() && sum < pods; ++racks_needed) {
      sum += rooms[racks_needed];
    }
  }

  // Whether pods by node are as they should be once this block is chosen.
  [[nodiscard]] bool right(const Counts& taken) const {
    const Measure racks = measure_of_racks(used_racks(taken));
    std::map<std::uint32_t, Measure> best;  // by number of racks
    for (std::uint32_t set = 1; set < 1U << 4U; ++set) {
      const Measure other = measure_of_racks(set);
      if (other.room >= pods_ && other.better_than(racks)) {
        return false;
      }
    }
    return racks.room >= pods_ && nodes_right(taken, used_racks(taken));
  }

  std::uint32_t threshold = 0;
  std::uint32_t racks_needed = 0;

 private:
  struct Measure {
    std::uint32_t items = 0;
    std::uint32_t room = 0;
    double entropy = 0;
    [[nodiscard]] bool better_than(const Measure& other) const {
      if (items != other.items) {
        return items < other.items;
      }
      return room != other.room ? room < other.room : entropy > other.entropy + 1e-9;
    }
  };

  [[nodiscard]] bool kept(const Node& node) const { return node.pods >= threshold; }
  [[nodiscard]] std::uint32_t used_racks(const Counts& taken) const {
    std::uint32_t set = 0;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      set |= taken[i] > 0 ? 1U << nodes_[i].rack : 0;
    }
    return set;
  }
  [[nodiscard]] Measure measure_of_racks(std::uint32_t set) const {
    Measure measure;
    for (std::size_t rack = 0; rack < 4; ++rack) {
      if ((set >> rack & 1U) == 0) {
        continue;
      }
      ++measure.items;
      double room = 0;
      for (const Node& node : nodes_) {
        room += node.rack == rack && kept(node) ? node.pods : 0;
      }
      for (const Node& node : nodes_) {
        if (node.rack == rack && kept(node)) {
          measure.entropy -= node.pods / room * exact_log(node.pods / room);
        }
      }
      measure.room += static_cast<std::uint32_t>(room);
    }
    return measure;
  }
  // The fewest nodes of these racks, of least room; T on each; the rest where most room is.
  [[nodiscard]] bool nodes_right(const Counts& taken, std::uint32_t racks) const {
    Measure used;
    Counts rooms;
    Counts got;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (taken[i] > 0) {
        used = {used.items + 1, used.room + nodes_[i].pods, 0};
        rooms.push_back(nodes_[i].pods);
        got.push_back(taken[i]);
      }
    }
    for (std::uint32_t set = 1; set < 1U << nodes_.size(); ++set) {
      Measure other;
      for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if ((set >> i & 1U) != 0) {
          const bool may = kept(nodes_[i]) && (racks >> nodes_[i].rack & 1U) != 0;
          other = {other.items + 1, other.room + (may ? nodes_[i].pods : 0), 0};
        }
      }
      if (other.room >= pods_ && other.better_than(used)) {
        return false;
      }
    }
    const std::uint32_t each = std::min(threshold, pods_ / used.items);
    std::ranges::sort(rooms, std::ranges::greater{});
    std::uint32_t rest = pods_ - each * used.items;
    Counts wanted;
    for (const std::uint32_t room : rooms) {
      wanted.push_back(each + std::min(rest, room - each));
      rest -= wanted.back() - each;
    }
    std::ranges::sort(wanted);
    std::ranges::sort(got);
    return got == wanted;
  }

  std::uint32_t pods_;
  std::vector<Node> nodes_;
};

Blocks random_blocks(Dice& dice) {
  Blocks blocks(1 + dice.below(3));
  for (Racks& racks : blocks) {
    racks.resize(1 + dice.below(4));
    for (Counts& nodes : racks) {
      nodes.resize(1 + dice.below(3));
      for (std::uint32_t& room : nodes) {
        room = dice.one_in(2) ? 1 + dice.below(16) : 4;
      }
    }
  }
  return blocks;
}

}  // namespace

TEST_CASE("KEP-2724, balanced: two racks of one node get equal shares") {
  CHECK(kep({{{15}, {15}}}, 25) == "[13] [12] ");
}

TEST_CASE("KEP-2724, balanced: nodes with room for less than the fair share are passed over") {
  CHECK(kep({{{15, 13, 10}}}, 23) == "[12 11 0] ");
}

TEST_CASE("KEP-2724, balanced: the rack where the smallest share is greater") {
  CHECK(kep({{{20, 10}, {15, 15}}}, 22) == "[0 0] [11 11] ");
  CHECK(kep({{{20, 10}, {15, 15}}}, 20) == "[20 0] [0 0] ");
}

TEST_CASE("KEP-2724, balanced: of racks of equal room the more even one") {
  CHECK(kep({{{10, 5}, {5, 5, 5}}}, 15) == "[0 0] [5 5 5] ");
}

TEST_CASE("KEP-2724, balanced: the block where the job fits one rack") {
  CHECK(kep({{{15}, {15}}, {{15, 15}}}, 25) == "[0] [0] | [13 12] ");
}

TEST_CASE("KEP-2724, balanced: slices are not cut") {
  CHECK(kep({{{15}, {15}, {15, 15}}}, 25, {{"slice_size", "5"}}) == "[0] [0] [15 10] ");
}

TEST_CASE("balanced: what is left over goes to the node with most room") {
  CHECK(kep({{{18, 18, 18}}}, 20) == "[10 10 0] ");
  CHECK(kep({{{18, 18, 18}}}, 40) == "[14 13 13] ");
  CHECK(kep({{{18, 10, 2}}}, 25) == "[15 10 0] ");
  CHECK(kep({{{18, 18, 18, 10, 2}}}, 2) == "[0 0 0 0 2] ");
}

TEST_CASE("balanced: slices that lie in racks are dealt over racks") {
  const Keys slices{{"slice_level", "rack"}, {"slice_size", "4"}};
  CHECK(kep({{{8, 8}, {8, 8}, {8}}}, 24, slices) == "[8 4] [8 4] [0] ");
}

TEST_CASE("balanced: a level without one outside it is balanced over the whole fleet") {
  CHECK(by_node(balanced_at("block"), {{{8}, {8}}, {{8}, {8}}}, 20) == "[8] [6] | [6] [0] ");
}

TEST_CASE("balanced: where no block holds the job it is placed as if it were not") {
  CHECK(kep({{{4}, {4}}, {{4}, {3}}}, 13) == "[4] [4] | [4] [1] ");
}

TEST_CASE("balanced: only preferred levels are, others are as in the mixed profile") {
  const auto setting =
      testing::tree(map({{"kind", "tas"}, {"level", "rack"}, {"profile", "balanced"}}));
  CHECK(by_node(make_placer(setting.root()), {{{8, 8}}}, 10) == "[8 2] ");
}

TEST_CASE("balanced answers as its rule told naively does") {
  int balanced = 0;
  for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    const Blocks blocks = random_blocks(dice);
    const Fleet fleet = fleet_of_blocks(blocks);
    const Occupancy free(fleet);
    const auto pods = 1 + dice.below(fleet.gpus());
    const auto placement =
        balanced_at("rack")->place(request_of(tasks(pods, 1)), {free, SimTime{}, RunKey{}});
    REQUIRE(placement.has_value());
    std::optional<std::size_t> best;
    std::vector<NaiveBlock> naive;
    for (const Racks& racks : blocks) {
      const NaiveBlock& now = naive.emplace_back(racks, pods);
      const bool better = best && (now.threshold > naive[*best].threshold ||
                                   (now.threshold == naive[*best].threshold &&
                                    now.racks_needed < naive[*best].racks_needed));
      best = now.threshold > 0 && (!best || better) ? naive.size() - 1 : best;
    }
    if (best) {
      const NodeRange range =
          fleet.nodes_in(fleet.domain(LevelId(0), static_cast<std::uint32_t>(*best)));
      Counts taken(range.size());
      for (const Part& part : *placement) {
        REQUIRE(part.node.index() - range.first < range.size());
        taken[part.node.index() - range.first] = part.tasks;
      }
      REQUIRE(naive[*best].right(taken));
      ++balanced;
    }
  }
  CHECK(balanced > 700);
}
