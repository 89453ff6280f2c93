#include <algorithm>
#include <map>
#include <string>
#include <tuple>

#include <doctest/doctest.h>

#include "tests/core/settings_trees.hpp"
#include "tests/scheduler/pictures.hpp"
#include "tests/scheduler/random_state.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

using Keys = std::vector<std::pair<std::string, Value>>;

std::unique_ptr<const Placer> tas_of(const Keys& keys) {
  Keys all = keys;
  all.insert(all.begin(), {"kind", "tas"});
  const auto setting = testing::tree(map(all));
  return make_placer(setting.root());
}

std::string error_from(const Keys& keys) {
  return error_of([&] { tas_of(keys)->check_fleet(halls(1, 2, 2, gpu_node(8))); });
}

// Racks of so many nodes of one GPU, and how many of each the job takes: "3 3 - 1".
std::string by_rack(const Keys& keys, const std::vector<std::uint32_t>& racks, std::uint32_t pods) {
  FleetBuilder builder({"block", "rack"});
  builder.enter("block");
  std::uint32_t nodes = 0;
  for (const std::uint32_t size : racks) {
    builder.enter("rack" + std::to_string(size) + std::to_string(nodes));
    for (std::uint32_t i = 0; i < size; ++i) {
      builder.add_node("n" + std::to_string(nodes), gpu_node(1));
      ++nodes;
    }
    builder.leave();
  }
  builder.leave();
  const Fleet fleet = builder.build();
  const Occupancy free(fleet);
  const auto placement =
      tas_of(keys)->place(request_of(tasks(pods, 1)), {free, SimTime{}, RunKey{}});
  std::string text = placement ? "" : "waits";
  for (std::uint32_t rack = 0; placement && rack < racks.size(); ++rack) {
    const NodeRange range = fleet.nodes_in(fleet.domain(LevelId(1), rack));
    const auto here = std::ranges::count_if(*placement, [&range](const Part& part) {
      return part.node.index() >= range.first && part.node.index() < range.past;
    });
    text += (rack == 0 ? "" : " ") + (here == 0 ? "-" : std::to_string(here));
  }
  return text;
}

// --- the naive twin -----------------------------------------------------------------------------

struct Told {
  std::uint32_t level = 0;  // of levels and, inside all, nodes
  std::string mode;
  bool best_fit = true;
  std::uint32_t slice_level = 0;
  std::uint32_t slice_size = 1;
};

class NaiveTas {
 public:
  NaiveTas(const Told& told, const Occupancy& free, const Shape& shape)
      : told_(told), free_(free), fleet_(free.fleet()), shape_(shape) {}

  // Pods by node.
  std::map<std::uint32_t, std::uint32_t> place() {
    if (shape_.tasks % told_.slice_size != 0) {
      return {};
    }
    std::uint32_t wanted = shape_.tasks / told_.slice_size;
    std::uint32_t level = told_.level;
    std::vector<Domain> chosen;
    for (;; --level) {
      auto all = sorted(children({0, fleet_.nodes()}, level));
      const Domain* tightest = nullptr;
      for (const Domain& domain : all) {
        if (domain.slices >= wanted && (tightest == nullptr || domain.slices < tightest->slices)) {
          tightest = &domain;
        }
      }
      if (tightest != nullptr) {
        chosen = {*tightest};
        chosen[0].slices = wanted;
        break;
      }
      if (told_.mode == "required") {
        return {};
      }
      if (told_.mode == "unconstrained" || level == 0) {
        if (!greedy(all, wanted)) {
          return {};
        }
        chosen = all;
        break;
      }
    }
    for (; level < fleet_.levels(); ++level) {
      std::vector<Domain> finer;
      for (const Domain& domain : chosen) {
        auto inner = sorted(children(domain.nodes, level + 1));
        const std::uint32_t size = level == told_.slice_level ? told_.slice_size : 1;
        REQUIRE(greedy(inner, domain.slices * size));
        finer.insert(finer.end(), inner.begin(), inner.end());
      }
      chosen = finer;
    }
    std::map<std::uint32_t, std::uint32_t> pods;
    const bool nodes_of_slices = told_.slice_level == fleet_.levels();
    for (const Domain& domain : chosen) {
      pods[domain.nodes.first] = domain.slices * (nodes_of_slices ? told_.slice_size : 1);
    }
    return pods;
  }

 private:
  struct Domain {
    NodeRange nodes;
    std::uint32_t slices = 0;
    std::uint32_t pods = 0;
  };

  [[nodiscard]] std::vector<Domain> children(const NodeRange& within, std::uint32_t level) const {
    std::vector<Domain> all;
    for (std::uint32_t node = within.first; node < within.past;) {
      NodeRange range{node, node + 1};
      if (level < fleet_.levels()) {
        range = fleet_.nodes_in(fleet_.domain_of(NodeId(node), LevelId(level)));
      }
      Domain domain{range, 0, 0};
      for (std::uint32_t i = range.first; i < range.past; ++i) {
        domain.pods += free_.room(NodeId(i), shape_);
      }
      domain.slices = domain.pods;
      if (level == told_.slice_level) {
        domain.slices = domain.pods / told_.slice_size;
      } else if (level < told_.slice_level) {
        domain.slices = 0;
        for (const Domain& inner : children(range, told_.slice_level)) {
          domain.slices += inner.slices;
        }
      }
      all.push_back(domain);
      node = range.past;
    }
    return all;
  }

  [[nodiscard]] std::vector<Domain> sorted(std::vector<Domain> all) const {
    std::ranges::stable_sort(all, [this](const Domain& a, const Domain& b) {
      if (a.slices != b.slices) {
        return told_.best_fit ? a.slices > b.slices : a.slices < b.slices;
      }
      return a.pods < b.pods;
    });
    return all;
  }

  // Leaves those that take something, with what they take.
  [[nodiscard]] bool greedy(std::vector<Domain>& all, std::uint32_t wanted) const {
    std::vector<Domain> taken;
    for (std::size_t i = 0; i < all.size() && wanted > 0; ++i) {
      std::size_t at = i;
      for (std::size_t j = i; told_.best_fit && all[i].slices >= wanted && j < all.size(); ++j) {
        at = all[j].slices >= wanted && all[j].slices < all[at].slices ? j : at;
      }
      Domain domain = all[at];
      domain.slices = std::min(domain.slices, wanted);
      wanted -= domain.slices;
      if (domain.slices > 0) {
        taken.push_back(domain);
      }
    }
    all = taken;
    return wanted == 0;
  }

  Told told_;
  const Occupancy& free_;
  const Fleet& fleet_;
  Shape shape_;
};

Fleet three_levels(Dice& dice) {
  FleetBuilder builder({"hall", "leaf", "rack"});
  std::uint32_t name = 0;
  for (std::uint32_t hall = 1 + dice.below(3); hall > 0; --hall) {
    builder.enter("h" + std::to_string(name++));
    for (std::uint32_t leaf = 1 + dice.below(3); leaf > 0; --leaf) {
      builder.enter("l" + std::to_string(name++));
      for (std::uint32_t rack = 1 + dice.below(4); rack > 0; --rack) {
        builder.enter("r" + std::to_string(name++));
        for (std::uint32_t node = 1 + dice.below(5); node > 0; --node) {
          builder.add_node("n" + std::to_string(name++), gpu_node(8, 8000, 1000));
        }
        builder.leave();
      }
      builder.leave();
    }
    builder.leave();
  }
  return builder.build();
}

Told some_told(Dice& dice) {
  Told told;
  told.slice_size = dice.one_in(2) ? 1 : 1 + dice.below(4);
  told.slice_level = told.slice_size > 1 ? dice.below(4) : 3;
  told.slice_level = told.slice_level == 3 ? 3 : told.slice_level;
  const std::uint32_t mode = dice.below(3);
  told.mode = mode == 0 ? "required" : mode == 1 ? "preferred" : "unconstrained";
  told.level = mode == 2 ? told.slice_level : dice.below(std::min(told.slice_level, 2U) + 1);
  told.best_fit = dice.one_in(2);
  return told;
}

Keys keys_of(const Told& told) {
  const std::vector<std::string> names{"hall", "leaf", "rack"};
  Keys keys{{"mode", Value(told.mode)},
            {"profile", told.best_fit ? "best_fit" : "least_free"},
            {"slice_size", Value(std::to_string(told.slice_size))}};
  if (told.mode != "unconstrained") {
    keys.emplace_back("level", Value(names[told.level]));
  }
  if (told.slice_level < 3) {
    keys.emplace_back("slice_level", Value(names[told.slice_level]));
  }
  return keys;
}

}  // namespace

TEST_CASE(
    "KEP-2724: pods go into the fewest domains, the last one the tightest that holds the rest") {
  const Keys best{{"level", "block"}};
  CHECK(by_rack(best, {3, 3, 2, 1}, 7) == "3 3 - 1");
}

TEST_CASE("KEP-2724: the least free domains are filled first") {
  const Keys least{{"level", "block"}, {"profile", "least_free"}};
  CHECK(by_rack(least, {3, 3, 2, 1}, 7) == "3 1 2 1");
}

TEST_CASE("KEP-2724: slices of two pods never span racks") {
  const Keys best{{"level", "block"}, {"slice_level", "rack"}, {"slice_size", "2"}};
  CHECK(by_rack(best, {6, 5, 4, 3, 2}, 12) == "6 - 4 - 2");
  Keys least = best;
  least.emplace_back("profile", "least_free");
  CHECK(by_rack(least, {6, 5, 4, 3, 2}, 10) == "- 2 4 2 2");
}

TEST_CASE("a required level holds all pods or the job waits, a preferred one may be left") {
  CHECK(by_rack({{"level", "rack"}}, {4, 6, 5}, 5) == "- - 5");
  CHECK(by_rack({{"level", "rack"}}, {4, 6, 5}, 7) == "waits");
  CHECK(by_rack({{"level", "rack"}, {"mode", "preferred"}}, {4, 6, 5}, 7) == "1 6 -");
}

TEST_CASE("tas answers as its rule told naively does") {
  int places = 0;
  int waits = 0;
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    const Told told = some_told(dice);
    const Fleet fleet = three_levels(dice);
    Occupancy free(fleet);
    fill_randomly(free, dice, dice.below(100));
    const auto placer = tas_of(keys_of(told));
    const View view{free, SimTime{}, RunKey{}};
    for (int question = 0; question < 3; ++question) {
      Shape shape = random_shape(dice);
      shape.tasks *= dice.one_in(4) ? 1 : told.slice_size;
      const auto placement = placer->place(request_of(shape), view);
      std::map<std::uint32_t, std::uint32_t> pods;
      for (const Part& part : placement.value_or(Placement{})) {
        pods[part.node.index()] += part.tasks;
      }
      REQUIRE(pods == NaiveTas(told, free, shape).place());
      REQUIRE(placer->fits(request_of(shape), view) == placement.has_value());
      ++(placement ? places : waits);
    }
  }
  CHECK(places > 2000);
  CHECK(waits > 1000);
}

TEST_CASE("tas says what its options want of the fleet and of each other") {
  CHECK(error_from({{"level", "chassis"}}) ==
        "c.yaml:3:5: level: the fleet has no level 'chassis'\n  its levels: hall, rack");
  CHECK(error_from({{"level", "rack"}, {"slice_level", "hall"}, {"slice_size", "2"}}) ==
        "c.yaml:4:5: slice_level: lies outside the level that is asked for\n"
        "  name the same level there, or one inside it");
  CHECK(error_from({{"mode", "required"}}) ==
        "c.yaml:3:5: mode: needs a level\n  give level: NAME too");
  CHECK(tas_of({{"slice_size", "4"}})->contradiction(request_of(tasks(6, 1)), uniform(9, 1)) ==
        "6 tasks are not made of slices of 4");
}
