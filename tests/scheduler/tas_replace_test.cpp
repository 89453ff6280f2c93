// Hot swap and what a job asks of its own: pictures of racks in blocks, "a" the job, "x" others.
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "tests/core/settings_trees.hpp"
#include "tests/scheduler/pictures.hpp"

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

// Blocks of two racks of so many nodes.
Fleet blocks_of(std::uint32_t blocks, std::uint32_t nodes, std::uint32_t gpus) {
  FleetBuilder builder({"block", "rack"});
  for (std::uint32_t rack = 0; rack < 2 * blocks; ++rack) {
    if (rack % 2 == 0) {
      builder.enter("b" + std::to_string(rack / 2));
    }
    builder.enter("r" + std::to_string(rack));
    for (std::uint32_t node = 0; node < nodes; ++node) {
      builder.add_node("n" + std::to_string(nodes * rack + node), gpu_node(gpus));
    }
    builder.leave();
    if (rack % 2 == 1) {
      builder.leave();
    }
  }
  return builder.build();
}

// The picture after the node of the job that is drawn as "!" is lost: where the job is then.
std::string swapped(const Keys& keys, const std::string& picture) {
  const auto rows = rows_of(picture);
  const Fleet fleet = blocks_of(static_cast<std::uint32_t>(rows.size() / 4), 2,
                                static_cast<std::uint32_t>(rows.front().size()));
  Occupancy free(fleet);
  Placement held;
  NodeId lost;
  for (std::uint32_t node = 0; node < rows.size(); ++node) {
    Part part{NodeId(node), 0, 0};
    for (std::uint32_t gpu = 0; gpu < rows[node].size(); ++gpu) {
      if (rows[node][gpu] == 'x') {
        free.take({1, 1, 0, 0}, {{NodeId(node), 1, GpuMask{1} << gpu}});
      } else if (rows[node][gpu] != '.') {
        ++part.tasks;
        part.gpus |= GpuMask{1} << gpu;
        lost = rows[node][gpu] == '!' ? NodeId(node) : lost;
      }
    }
    if (part.tasks > 0) {
      held.push_back(part);
    }
  }
  std::uint32_t pods = 0;
  for (const Part& part : held) {
    pods += part.tasks;
  }
  free.take(tasks(pods, 1), held);
  free.set_available(lost, false);
  const auto now =
      tas_of(keys)->replace(request_of(tasks(pods, 1)), {free, SimTime{}, RunKey{}}, held, lost);
  return now ? drawn(std::string(picture), *now) : "evicted";
}

std::string placed_with(const Terms& terms, std::uint32_t pods, const Keys& keys = {}) {
  const Fleet fleet = blocks_of(2, 2, 2);
  Occupancy free(fleet);
  free.take({1, 1, 0, 0}, {{NodeId(0), 1, 1}});
  Request request = request_of(tasks(pods, 1));
  request.terms = std::make_shared<const Terms>(terms);
  const auto placer = tas_of(keys);
  if (const std::string what = placer->contradiction(request, fleet); !what.empty()) {
    CHECK(!placer->fits(request, {free, SimTime{}, RunKey{}}));
    return what;
  }
  const auto placement = placer->place(request, {free, SimTime{}, RunKey{}});
  CHECK(placer->fits(request, {free, SimTime{}, RunKey{}}) == placement.has_value());
  return placement ? drawn("x. .. .. .. .. .. .. ..", *placement) : "waits";
}

Terms level(const std::string& name, bool required) {
  Terms terms;
  terms.level = name;
  terms.level_required = required;
  return terms;
}

}  // namespace

TEST_CASE("a failed node is replaced within the required domain, the others stay") {
  CHECK(swapped({{"level", "block"}}, "aa !! xx ..  .. .. .. ..") == "++ !! xx ++ .. .. .. ..");
  CHECK(swapped({{"level", "rack"}}, "aa !! xx ..  .. .. .. ..") == "evicted");
  CHECK(swapped({{"level", "block"}}, "aa !! xx .x  .. .. .. ..") == "evicted");
}

TEST_CASE("what is lost may go to a node that the job has already") {
  CHECK(swapped({{"level", "rack"}}, "a. !x  .. ..  .. .. .. ..") == "++ !x .. .. .. .. .. ..");
}

TEST_CASE("where a level is preferred the replacement is as near as there is room") {
  const Keys preferred{{"level", "rack"}, {"mode", "preferred"}};
  CHECK(swapped(preferred, "aa !! xx ..  .. .. .. ..") == "++ !! xx ++ .. .. .. ..");
  CHECK(swapped(preferred, "aa !! xx xx  .. .. .. ..") == "++ !! xx xx ++ .. .. ..");
  CHECK(swapped({}, "aa !! xx ..  xx xx xx xx") == "++ !! xx ++ xx xx xx xx");
}

TEST_CASE("a slice is not torn apart when one of its nodes is lost") {
  const Keys slices{{"level", "block"}, {"slice_level", "rack"}, {"slice_size", "4"}};
  CHECK(swapped(slices, "aa !! .. ..  .. .. .. ..") == "evicted");
  const Keys small{{"level", "block"}, {"slice_level", "rack"}, {"slice_size", "2"}};
  CHECK(swapped(small, "!! xx a. a.  .. .. .. ..") == "!! xx ++ ++ .. .. .. ..");
}

TEST_CASE("a job's own level counts, not that of the placer") {
  CHECK(placed_with(level("rack", true), 4) == "x. .. ++ ++ .. .. .. ..");
  CHECK(placed_with(level("rack", true), 5) == "waits");
  CHECK(placed_with(level("rack", false), 5) == "x+ .. ++ ++ .. .. .. ..");
  CHECK(placed_with(level("block", true), 8, {{"level", "rack"}}) == "x. .. .. .. ++ ++ ++ ++");
  CHECK(placed_with(level("chassis", true), 1) ==
        "the fleet has no level 'chassis', only block, rack");
}

TEST_CASE("a job's segment is the size of its slices") {
  Terms terms = level("block", true);
  terms.segment = 3;
  CHECK(placed_with(terms, 6, {{"slice_level", "rack"}, {"slice_size", "2"}}) ==
        "x+ ++ ++ +. .. .. .. ..");
  CHECK(placed_with(terms, 4) == "4 tasks are not made of slices of 3");
  terms.level = "rack";
  CHECK(placed_with(terms, 6, {{"slice_level", "block"}, {"slice_size", "2"}}) ==
        "slices lie in one block, outside the rack that is asked for");
}
