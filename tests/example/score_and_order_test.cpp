// The score and the order of CONTRIBUTING.md, made by the lines they have there in the tables.
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "scheduler/placers/score.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/example/documented_parts.hpp"
#include "tests/scheduler/pictures.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

std::string placed_in_pairs(const Shape& shape, const std::string& picture) {
  Pipeline pipeline{all_filters(), {}};
  const auto make = [](const Fleet& fleet, const SeenPods*) {
    return documented_scores.front().make(fleet);
  };
  pipeline.scores.push_back({{make}, 1});
  const auto placer = score_placer(std::move(pipeline));
  std::vector<NodeKind> kinds;
  for (const std::string& word : rows_of(picture)) {
    kinds.push_back(gpu_node(static_cast<std::uint32_t>(word.size())));
  }
  const Fleet fleet = fleet_of(kinds);
  Occupancy index(fleet);
  take_drawn(index, picture);
  const auto placement = placer->place(request_of(shape), {index, SimTime{}, RunKey{}});
  return placement ? drawn(picture, *placement) : "waits";
}

std::int64_t key_of(const Shape& shape) {
  const SettingsTree config = tree(map({{"order", "largest_first"}}));
  return make(documented_orders, config.root().at("order"))->key(request_of(shape));
}

}  // namespace

TEST_CASE("a pod goes where an even number of GPUs stays free") {
  CHECK(placed_in_pairs(tasks(1, 1), ".... a... ....") == ".... a+.. ....");
  CHECK(placed_in_pairs(tasks(1, 2), "a... bb..") == "a... bb++");
}

TEST_CASE("of nodes that score alike the lowest name gets the pod") {
  CHECK(placed_in_pairs(tasks(1, 1), "a... b... ....") == "a+.. b... ....");
}

TEST_CASE("the score has one name and one line that says what it does") {
  CHECK(documented_scores.front().name == "pairs");
  CHECK(documented_scores.front().does == "where an even number of GPUs stays free");
}

TEST_CASE("the job with most GPUs comes first") {
  CHECK(key_of(tasks(4, 8)) < key_of(tasks(1, 8)));
  CHECK(key_of(tasks(1, 8)) < key_of(tasks(7, 1)));
  CHECK(key_of(tasks(2, 4)) == key_of(tasks(1, 8)));
}
