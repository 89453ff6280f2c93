#include "topology/hardware.hpp"

#include <algorithm>

#include <doctest/doctest.h>

using namespace berth;

namespace {

const NodeModel& model(std::string_view name) {
  return *std::ranges::find(node_models(), name, &NodeModel::name);
}

std::uint32_t in_a_rack(std::string_view name) {
  return nodes_per_rack(model(name).kind.watts, model(name).rack_watts);
}

}  // namespace

TEST_CASE("racks hold one A100 node, four HGX H100 or H200, two B200, 18 trays of an NVL72") {
  CHECK(in_a_rack("a100") == 1);
  CHECK(in_a_rack("h100") == 4);
  CHECK(in_a_rack("h200") == 4);
  CHECK(in_a_rack("b200") == 2);
  CHECK(in_a_rack("gb200") == 18);
}

TEST_CASE("an HGX H100 sends 400 GB/s to the fabric, an NVL72 3,600") {
  CHECK(8 * bytes_per_second(model("h100").link) == 400'000'000'000);
  CHECK(18 * 4 * bytes_per_second(model("gb200").link) == 3'600'000'000'000);
}

TEST_CASE("NVLink of a whole NVL72 rack carries the published 130 TB/s, both directions") {
  const std::int64_t both = 2 * 72 * model("gb200").kind.nvlink;
  CHECK(static_cast<double>(both) == doctest::Approx(130e12).epsilon(0.01));
}

TEST_CASE("ports are sold with rates that cables have") {
  CHECK(bytes_per_second(link_of(100)) == 12'500'000'000);
  CHECK(bytes_per_second(link_of(200)) == 25'000'000'000);
  CHECK(bytes_per_second(link_of(400)) == 50'000'000'000);
  CHECK(bytes_per_second(link_of(800)) == 100'000'000'000);
}
