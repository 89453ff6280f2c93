// The placer of CONTRIBUTING.md, made by the line it has there in the table, on fleets with levels:
// in a picture racks are set apart by | and halls by ||.
#include <string>

#include <doctest/doctest.h>

#include "tests/core/settings_trees.hpp"
#include "tests/example/documented_parts.hpp"
#include "tests/scheduler/pictures.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

bool is_bar(const std::string& word) { return word.front() == '|'; }

Fleet racks_in(const std::string& picture) {
  FleetBuilder builder({"hall", "rack"});
  builder.enter("hall");
  builder.enter("rack");
  int nodes = 0;
  for (const std::string& word : rows_of(picture)) {
    if (!is_bar(word)) {
      builder.add_node(std::to_string(++nodes), gpu_node(static_cast<std::uint32_t>(word.size())));
      continue;
    }
    builder.leave();
    if (word == "||") {
      builder.leave();
      builder.enter("hall");
    }
    builder.enter("rack");
  }
  builder.leave();
  builder.leave();
  return builder.build();
}

std::string nodes_in(const std::string& picture) {
  std::string nodes;
  for (const std::string& word : rows_of(picture)) {
    nodes += is_bar(word) ? "" : word + " ";
  }
  return nodes;
}

// The nodes of a picture between the bars of another.
std::string with_bars(const std::string& nodes, const std::string& picture) {
  const auto rows = rows_of(nodes);
  auto node = rows.begin();
  std::string all;
  for (const std::string& word : rows_of(picture)) {
    all += (all.empty() ? "" : " ") + (is_bar(word) ? word : *node++);
  }
  return all;
}

std::string tightly_placed(const Shape& shape, const std::string& picture) {
  const SettingsTree config = tree(map({{"placer", "tightest_domain"}}));
  const auto placer = make(documented_placers, config.root().at("placer"));
  const Fleet fleet = racks_in(picture);
  Occupancy index(fleet);
  take_drawn(index, nodes_in(picture));
  const auto placement = placer->place(request_of(shape), {index, SimTime{}, RunKey{}});
  return placement ? with_bars(drawn(nodes_in(picture), *placement), picture) : "waits";
}

}  // namespace

TEST_CASE("a gang goes into the rack with the fewest whole nodes that still holds it") {
  CHECK(tightly_placed(tasks(2, 2), ".. .. .. | .. aa .. | aa aa ..") ==
        ".. .. .. | ++ aa ++ | aa aa ..");
}

TEST_CASE("of racks equally full the lowest is taken") {
  CHECK(tightly_placed(tasks(2, 2), ".. .. .. | aa .. .. | .. .. bb") ==
        ".. .. .. | aa ++ ++ | .. .. bb");
}

TEST_CASE("a gang that no rack holds goes into the fullest hall that does") {
  CHECK(tightly_placed(tasks(3, 2), ".. .. | .. .. || .. .. | aa .. || aa aa | .. ..") ==
        ".. .. | .. .. || ++ ++ | aa ++ || aa aa | .. ..");
}

TEST_CASE("a gang that no hall holds goes wherever there is room") {
  CHECK(tightly_placed(tasks(3, 2), "aa .. | .. aa || .. aa | aa aa") ==
        "aa ++ | ++ aa || ++ aa | aa aa");
}

TEST_CASE("a gang of less than whole nodes is kept in one rack, too") {
  CHECK(tightly_placed(tasks(2, 3), ".... .... .... | a... .... ....") ==
        ".... .... .... | a+++ +++. ....");
}

TEST_CASE("a job of one node goes to the fullest node") {
  CHECK(tightly_placed(tasks(1, 1), ".. .. | a. ..") == ".. .. | a+ ..");
}

TEST_CASE("nodes out of service hold nothing") {
  CHECK(tightly_placed(tasks(2, 2), "## .. .. .. | ## ## ..") == "## ++ ++ .. | ## ## ..");
}

TEST_CASE("a gang for which there is no room gets nothing") {
  CHECK(tightly_placed(tasks(3, 2), ".. a. | .. b.") == "waits");
  CHECK(tightly_placed(tasks(5, 2), ".. .. | .. ..") == "waits");
}
