// The vectors of tests/conformance/backfill; the README there says how to read them.
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "app/override.hpp"
#include "tests/app/run_berth.hpp"
#include "tests/folders.hpp"
#include "tests/scheduler/gantt.hpp"

namespace {

using namespace berth;
using nlohmann::json;

json schedule_of(const json& vector) {
  const SettingsTree part = parse_part(vector["backfill"], "backfill");
  auto backfill = make_backfill(part.root());
  check_all_used(part.root());
  std::istringstream picture(testing::schedule(std::move(backfill), vector["nodes"], vector["jobs"],
                                               fifo(), vector["gpus"]));
  json rows = json::array();
  for (std::string row; std::getline(picture, row);) {
    if (!row.empty()) {
      rows.push_back(row);
    }
  }
  return rows;
}

}  // namespace

TEST_CASE("conformance: every backfilled schedule is the one that was drawn by hand") {
  int vectors = 0;
  const std::string folder = berth::testing::in_project("tests/conformance/backfill");
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const json document = json::parse(testing::read_file(file.path()));
    CAPTURE(file.path().string());
    for (const json& vector : document["vectors"]) {
      CAPTURE(vector["says"]);
      CHECK(schedule_of(vector) == vector["schedule"]);
      ++vectors;
    }
  }
  CHECK(vectors >= 25);
}
