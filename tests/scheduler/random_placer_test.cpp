#include <array>
#include <cmath>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include "scheduler/placer.hpp"
#include "tests/scheduler/pictures.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

constexpr std::uint64_t draws = 20'000;

// How often each node of the picture was drawn for a job of this shape.
std::vector<double> frequencies(const Shape& shape, const std::string& picture) {
  const Fleet fleet = fleet_in(picture);
  Occupancy index(fleet);
  take_drawn(index, picture);
  const auto placer = berth::random();
  std::vector<double> times(fleet.nodes());
  for (std::uint64_t job = 1; job <= draws; ++job) {
    const auto placement = placer->place(request_of(shape, job), {index, SimTime{}, RunKey{1, 0}});
    for (const Part& part : *placement) {
      times[part.node.index()] += 1;
    }
  }
  return times;
}

double chi_square(const std::vector<double>& times, double expected) {
  double sum = 0;
  for (const double seen : times) {
    sum += (seen - expected) * (seen - expected) / expected;
  }
  return sum;
}

Placement place_on_ten(std::uint64_t seed, std::uint64_t replication, std::uint64_t job) {
  const Fleet fleet = uniform(100, 8);
  const Occupancy index(fleet);
  return *berth::random()->place(request_of(tasks(10, 8), job),
                                 {index, SimTime{}, RunKey{seed, replication}});
}

}  // namespace

TEST_CASE("random draws each node with room equally often") {
  // 11 nodes have room, of different amounts; the 99.9 % point of chi-square with 10 degrees.
  const auto times =
      frequencies(tasks(1, 2), "aaa. .... aa.. .... a... .... .... #### a... aa.. .... .... ....");
  CHECK(times[0] == 0);
  CHECK(times[7] == 0);
  std::vector<double> with_room;
  for (const double seen : times) {
    if (seen > 0) {
      with_room.push_back(seen);
    }
  }
  CHECK(with_room.size() == 11);
  CHECK(chi_square(with_room, static_cast<double>(draws) / 11) < 29.6);
}

TEST_CASE("random draws each set of nodes equally often") {
  // 10 pairs of 5 nodes; the 99.9 % point with 9 degrees.
  const Fleet fleet = uniform(5, 8);
  const Occupancy index(fleet);
  const auto placer = berth::random();
  std::vector<double> pairs(25);
  for (std::uint64_t job = 1; job <= draws; ++job) {
    const auto placement =
        *placer->place(request_of(tasks(2, 8), job), {index, SimTime{}, RunKey{1, 0}});
    pairs[placement[0].node.index() * 5 + placement[1].node.index()] += 1;
  }
  std::erase(pairs, 0.0);
  CHECK(pairs.size() == 10);
  CHECK(chi_square(pairs, static_cast<double>(draws) / 10) < 27.9);
}

TEST_CASE("random draws no node twice, in ascending order") {
  const Placement placement = place_on_ten(1, 0, 1);
  CHECK(placement.size() == 10);
  for (std::size_t i = 1; i < placement.size(); ++i) {
    CHECK(placement[i - 1].node < placement[i].node);
  }
}

TEST_CASE("the same job of the same run gets the same draw, another does not") {
  CHECK(place_on_ten(1, 0, 7) == place_on_ten(1, 0, 7));
  CHECK(place_on_ten(1, 0, 7) != place_on_ten(1, 0, 8));
  CHECK(place_on_ten(1, 0, 7) != place_on_ten(1, 1, 7));
  CHECK(place_on_ten(1, 0, 7) != place_on_ten(2, 0, 7));
}

TEST_CASE("random fills nodes in turn when there are fewer than tasks") {
  CHECK(placed(berth::random(), tasks(6, 1), "aa.. .... aaaa") == "aa++ ++++ aaaa");
}
