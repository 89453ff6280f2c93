// `upgrades:` of a config: what they say, and what is wrong with them.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/app/run_berth.hpp"

using berth::testing::config;
using berth::testing::Folder;
using berth::testing::Outcome;
using berth::testing::said_of;

TEST_CASE("upgrades that cannot be are refused at their place") {
  const auto said = [](const std::string& upgrades) {
    const std::string text = said_of({{"upgrades", upgrades}});
    return text.substr(text.find(": ") + 2);
  };
  CHECK(said("{at: 1h}") == "upgrades.lasts: is missing\n");
  CHECK(said("[]") == "upgrades: lists no upgrade\n  leave it out\n");
  CHECK(said("{lasts: 1h, per: rack}") ==
        "upgrades.per: the cluster has no level 'rack'\n  it has no domains\n");
  CHECK(said("{lasts: 1h, batch: 0}") == "upgrades.batch: must be between 1 and 4, is 0\n");
  CHECK(said("{lasts: 1h, batch: 2, max_unavailable: 1}") ==
        "upgrades.max_unavailable: is 1, and a batch has 2 nodes\n  smaller batches, or more\n");
  CHECK(said("{lasts: 1h, max_unavailable: 200%}") ==
        "upgrades.max_unavailable: must be between 1% and 100%\n");
  CHECK(said("{lasts: 1h, nodes: n9}").starts_with("upgrades.nodes: "));
  CHECK(said("{lasts: 1h, leased: skipped}") ==
        "upgrades.leased: is of nodes that tenants lease, and nobody does\n  leave it out\n");
  CHECK(said("{lasts: 1h, dead_line: 1h}").starts_with("upgrades.dead_line: no such key"));
}

TEST_CASE("a summary tells of upgrades, and of what they cost") {
  const Folder folder;
  folder.write("c.yaml", config({{"upgrades",
                                  "[{at: 1h, lasts: 30m, max_unavailable: 50%, deadline: 10m}, "
                                  "{at: 2d, batch: 4, lasts: 1h}]"}}));
  const Outcome ran = folder.berth({"run", "@c.yaml", "-q", "--json"});
  REQUIRE_MESSAGE(ran.code == 0, ran.err);
  const auto summary = nlohmann::json::parse(ran.out);
  CHECK(summary["upgrades"]["begun"] == 2);
  CHECK(summary["upgrades"]["over"] == 2);
  CHECK(summary["upgrades"]["batches"] == 5);
  CHECK(summary["upgrades"]["nodes"] == 8);
  // Four nodes of eight GPUs, half an hour and twenty minutes, an hour and twenty minutes.
  CHECK(summary["failures"]["down_gpu_h_by_cause"]["upgrade"] ==
        doctest::Approx(32 * (5.0 / 6 + 4.0 / 3)));
  CHECK(folder.berth({"run", "@c.yaml", "-q"}).out.find("2 upgrades begun, 2 over: 8 nodes in 5") !=
        std::string::npos);
}
