// `berth place --explain`: why not, and remedies of which each is true.
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/app/run_berth.hpp"

namespace {

using berth::testing::Folder;
using berth::testing::Outcome;
using Words = std::vector<std::string>;

// Two halls of three racks of four nodes of four GPUs; of the racks two, one, one, one, two and one
// node are out.
const std::string racks =
    "{kind: leveled, levels: {hall: 2, rack: 3}, nodes: 4, gpus_per_node: 4}\n";
const std::string out_of_service = "n[01-02,05,09,13,17-18,24]";

Outcome asked(const Words& more, const std::string& unavailable = out_of_service) {
  const Folder folder;
  folder.write("t.yaml", racks);
  Words words{"place", "--topology", "@t.yaml"};
  if (!unavailable.empty()) {
    words.insert(words.end(), {"--unavailable", unavailable});
  }
  words.insert(words.end(), more.begin(), more.end());
  return folder.berth(words);
}

nlohmann::json explained(Words words) {
  words.insert(words.end(), {"--explain", "--json"});
  const Outcome outcome = asked(words);
  CHECK(outcome.code == 1);
  return nlohmann::json::parse(outcome.out)["explanation"];
}

}  // namespace

TEST_CASE("explain: what keeps a gang from one rack, and each of the ways to let it in") {
  const Words job{"--nodes", "4", "--placer", "tas", "--level", "rack"};
  const auto told = explained(job);
  CHECK(told["nodes_with_room"] == 16);
  CHECK(told["nodes_kept_away"] == nlohmann::json{{"out of service", 8}});
  CHECK(told["fits_with_tasks"] == 3);
  CHECK(told["fits_without"] == nlohmann::json{"--level"});
  CHECK(told["fits_with_back"] == "n05");
  CHECK(asked({"--nodes", "3", "--placer", "tas", "--level", "rack"}).code == 0);
  CHECK(asked({"--nodes", "4", "--placer", "tas"}).code == 0);
  CHECK(asked(job, "n[01-02,09,13,17-18,24]").out == "n[05-08]\n");
}

TEST_CASE("place: a job that wants its blocks for itself, and what it keeps from others") {
  const Words job{"--nodes",     "2",        "--placer", "slurm_block",
                  "--exclusive", "topology", "--explain"};
  const Outcome found = asked(job, "n01");
  CHECK(found.code == 0);
  CHECK(found.out.starts_with("n[02-03]\n"));
  CHECK(found.out.find("nobody else gets the rest of its blocks, n[01,04]\n") != std::string::npos);
  CHECK(asked({"--nodes", "2", "--exclusive", "topology"}).err ==
        "--exclusive: the placer does not look at it\n  placer slurm_block does\n");
  CHECK(asked({"--nodes", "2", "--exclusive", "node"}).err ==
        "--exclusive: must be topology, is 'node'\n  --nodes asks for whole nodes\n");
}

TEST_CASE("explain: by how much each domain is short") {
  const Outcome no = asked({"--nodes", "4", "--placer", "tas", "--level", "rack", "--explain"});
  CHECK(no.out.find("rack1          8                 2               2         2           0") !=
        std::string::npos);
  CHECK(no.out.find("it would fit if n05 came back into service") != std::string::npos);
}

TEST_CASE("explain: a job of several racks needs as few nodes back as it says") {
  CHECK(explained({"--nodes", "20"})["fits_with_back"] == "n[01-02,05,09]");
  CHECK(asked({"--nodes", "20"}, "n[13,17-18,24]").code == 0);
  CHECK(asked({"--nodes", "20"}, "n[09,13,17-18,24]").code == 1);
}

TEST_CASE("explain: segments stay whole where fewer tasks would fit") {
  const auto told = explained({"--nodes", "16", "--placer", "slurm_block", "--segment", "4"});
  CHECK(told["fits_with_tasks"] == 0);
  const Words pairs{"--nodes", "16", "--placer", "slurm_block", "--segment", "2"};
  CHECK(explained(pairs)["fits_with_tasks"] == 12);
  // 16 nodes are four blocks, of which none holds four.
  CHECK(explained(pairs)["fits_without"] == nlohmann::json::array());
}

TEST_CASE("explain: what switches cost") {
  const auto told = explained({"--nodes", "4", "--placer", "slurm_tree", "--switches", "1@1h"});
  CHECK(told["fits_without"] == nlohmann::json{"--switches"});
}

TEST_CASE("what a placer would not look at is not asked of it") {
  CHECK(asked({"--nodes", "4", "--level", "rack"}).err ==
        "--level: the placer does not look at it\n  placer tas does\n");
  CHECK(asked({"--nodes", "4", "--placer", "tas", "--switches", "1"}).err ==
        "--switches: the placer does not look at it\n  placer slurm_tree does\n");
  CHECK(asked({"--nodes", "4", "--placer", "tas", "--level", "leaf"}).err ==
        "--level: the cluster has no level 'leaf'\n  known: hall, rack\n");
  CHECK(asked({"--nodes", "5", "--placer", "slurm_block", "--segment", "3"}).err ==
        "--segment: 5 nodes are not made of segments of 3\n");
  CHECK(asked({"--nodes", "4", "--placer", "tas", "--level", "rack", "--preferred", "hall"}).err ==
        "--preferred: does not go together with --level\n  keep one of them\n");
  CHECK(asked({"--nodes", "2", "--placer", "slurm_tree", "--switches", "2@soon"}).err ==
        "--switches: must be COUNT or COUNT@TIME, is '2@soon'\n  for example 2@30m\n");
  CHECK(asked({"--tasks", "2"}).err ==
        "--tasks: of nothing\n  say what a task asks for with --gpus or --cpus\n");
}

TEST_CASE("tasks share nodes, nodes do not") {
  CHECK(asked({"--tasks", "4", "--gpus", "2"}).out == "n[03-04]\n");
  CHECK(asked({"--nodes", "4", "--gpus", "2"}).out == "n[03-04,06-07]\n");
}
