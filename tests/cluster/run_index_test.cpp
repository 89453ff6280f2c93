#include "cluster/run_index.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "tests/cluster/fleets.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

// Members as characters, to scan.
struct Twin {
  std::vector<char> member;

  [[nodiscard]] std::uint64_t word(std::uint32_t number) const {
    std::uint64_t bits = 0;
    for (std::uint32_t i = 0; i < 64; ++i) {
      const std::size_t node = 64 * std::size_t{number} + i;
      bits |= std::uint64_t{node < member.size() && member[node] != 0} << i;
    }
    return bits;
  }

  [[nodiscard]] std::uint32_t shortest_run(std::uint32_t length) const {
    std::uint32_t best = NodeSet::none;
    std::uint32_t shortest = best;
    std::uint32_t run = 0;
    for (std::uint32_t node = 0; node <= member.size(); ++node) {
      const bool goes_on = node < member.size() && member[node] != 0;
      if (!goes_on && run >= length && run < shortest) {
        shortest = run;
        best = node - run;
      }
      run = goes_on ? run + 1 : 0;
    }
    return best;
  }
};

void set_stretch(Twin& twin, RunIndex& index, Dice& dice) {
  const auto nodes = static_cast<std::uint32_t>(twin.member.size());
  const std::uint32_t from = dice.below(nodes);
  const std::uint32_t past = from + 1 + dice.below(dice.one_in(4) ? nodes - from : 1);
  const char value = dice.one_in(2) ? 1 : 0;
  for (std::uint32_t node = from; node < past; ++node) {
    twin.member[node] = value;
    index.touch(node);
  }
}

void check_against_twin(std::uint32_t nodes, std::uint64_t seed) {
  Dice dice(seed);
  Twin twin{std::vector<char>(nodes, 0)};
  RunIndex index(nodes);
  for (int step = 0; step < 200; ++step) {
    for (std::uint32_t i = dice.below(4); i > 0; --i) {
      set_stretch(twin, index, dice);
    }
    index.refresh([&twin](std::uint32_t word) { return twin.word(word); });
    const std::uint32_t length = 1 + dice.below(dice.one_in(2) ? 70 : nodes + 2);
    REQUIRE(index.shortest_run(length) == twin.shortest_run(length));
    REQUIRE(index.shortest_run(1) == twin.shortest_run(1));
  }
}

}  // namespace

TEST_CASE("the shortest run of consecutive nodes is the one a scan finds") {
  for (const std::uint32_t nodes : {1U, 64U, 100U, 128U, 1000U, 5000U}) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      CAPTURE(nodes);
      CAPTURE(seed);
      check_against_twin(nodes, seed);
    }
  }
}
