#include "scheduler/placers/fewest_items.hpp"

#include <algorithm>
#include <bit>
#include <tuple>

#include <doctest/doctest.h>

#include "tests/cluster/fleets.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

using Items = std::vector<SizedItem>;
using Indices = std::vector<std::size_t>;

struct Quality {
  std::uint32_t items = ~0U;
  std::uint32_t sum = ~0U;
  double worth = 0;
  bool operator==(const Quality&) const = default;
  [[nodiscard]] bool better_than(const Quality& other) const {
    return std::tuple(items, sum, -worth) < std::tuple(other.items, other.sum, -other.worth);
  }
};

Quality quality_of(const Items& items, const Indices& chosen) {
  Quality quality{0, 0, 0};
  for (const std::size_t i : chosen) {
    ++quality.items;
    quality.sum += items[i].size;
    quality.worth += items[i].worth;
  }
  return quality;
}

// Of all sets. Worths are small whole numbers, so that their sums are exact.
Quality best_of_all(const Items& items, std::uint32_t wanted) {
  Quality best;
  for (std::uint32_t set = 1; set < 1U << items.size(); ++set) {
    Indices chosen;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if ((set >> i & 1U) != 0) {
        chosen.push_back(i);
      }
    }
    const Quality quality = quality_of(items, chosen);
    if (quality.sum >= wanted && quality.better_than(best)) {
      best = quality;
    }
  }
  return best;
}

}  // namespace

TEST_CASE("the fewest items that are enough are chosen, then those of the least sum") {
  const Items items{{9}, {6}, {4}, {2}};
  CHECK(fewest_items(items, 5) == Indices{1});
  CHECK(fewest_items(items, 9) == Indices{0});
  CHECK(fewest_items(items, 10) == Indices{1, 2});
  CHECK(fewest_items(items, 11) == Indices{0, 3});
  CHECK(fewest_items(items, 21) == Indices{0, 1, 2, 3});
}

TEST_CASE("of sets that are as large the one of more worth is chosen") {
  CHECK(fewest_items({{5, 1}, {5, 2}, {5, 3}}, 10) == Indices{1, 2});
  CHECK(fewest_items({{6, 0}, {5, 0}, {5, 0}, {4, 9}}, 10) == Indices{0, 3});
}

TEST_CASE("the fewest items are as good as the best of all sets") {
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    Items items(1 + dice.below(9));
    const bool few_sizes = dice.one_in(2);
    std::uint32_t sum = 0;
    for (SizedItem& item : items) {
      item.size = 1 + dice.below(few_sizes ? 4 : 40);
      item.worth = dice.below(4);
      sum += item.size;
    }
    std::ranges::sort(items, std::ranges::greater{}, &SizedItem::size);
    const std::uint32_t wanted = 1 + dice.below(sum);
    const auto chosen = fewest_items(items, wanted);
    REQUIRE(std::ranges::is_sorted(chosen));
    REQUIRE(quality_of(items, chosen) == best_of_all(items, wanted));
  }
}

TEST_CASE("how many of the largest are needed, and how large the last of them is") {
  const std::vector<AlikeItems> by_size{{8, 2}, {5, 3}, {1, 1}};
  CHECK(fewest_largest(by_size, 8).items == 1);
  CHECK(fewest_largest(by_size, 17).items == 3);
  CHECK(fewest_largest(by_size, 17).least == 5);
  CHECK(fewest_largest(by_size, 32).items == 6);
  CHECK(fewest_largest(by_size, 33).items == 0);
}
