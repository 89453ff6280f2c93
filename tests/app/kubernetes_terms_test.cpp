// What pods ask of nodes in a config, and where they run.
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "tests/app/run_berth.hpp"

using namespace berth::testing;

namespace {

const std::string packing = "gpu_packing";

// Three racks of two nodes n1 .. n6 with two T4 each, but for what `marks` says of them.
std::string cluster(const std::string& marks) {
  return "{kind: leveled, levels: {rack: 3}, nodes: 2, gpus_per_node: 2, gpu_model: T4, marks: [" +
         marks + "]}";
}

struct World {
  std::string terms;
  std::string placer = packing;
  std::string marks{};
  std::string backfill = "best_effort";
  int pods = 3;
};

berth::testing::Outcome run(const World& world, const Folder& folder) {
  folder.write(
      "c.yaml",
      config({{"cluster", cluster(world.marks)},
              {"workload", "{kind: services, services: [{gpus: 1, replicas: " +
                               std::to_string(world.pods) + "}], terms: " + world.terms + "}"},
              {"horizon", "1h"},
              {"policy",
               "{order: fifo, backfill: " + world.backfill + ", placer: " + world.placer + "}"}}));
  return folder.berth({"run", "@c.yaml", "--out", "@out", "--events"});
}

// "n1 n3 wait": the nodes of the pods, in the order in which they came.
std::string nodes_of(const World& world) {
  const Folder folder;
  const Outcome outcome = run(world, folder);
  if (outcome.code != 0) {
    return outcome.err;
  }
  std::istringstream log(read_file(folder / "out/events.log"));
  std::string all;
  for (std::string time, what, job, number, rest; log >> time >> what >> job >> number;) {
    std::getline(log, rest);
    const auto at = rest.find_first_not_of(' ');
    if (what == "start") {
      all += rest.substr(at, rest.find(':') - at) + " ";
    } else if (what == "reject") {
      return rest.substr(at);
    } else if (what == "waiting") {
      all += "wait ";
    }
  }
  return all.substr(0, all.size() - 1);
}

}  // namespace

TEST_CASE("pods run on nodes of a GPU model that they take, with their labels and no taint else") {
  CHECK(nodes_of({"{requeue: false}"}) == "n1 n1 n2");
  CHECK(nodes_of({"{gpu_models: [A10, T4]}"}) == "n1 n1 n2");
  CHECK(nodes_of({"{labels: ssd}", packing, "{nodes: 'n[4-5]', labels: [ssd]}"}) == "n4 n4 n5");
  CHECK(nodes_of({"{requeue: false}", packing, "{nodes: 'n[1-5]', taints: [infra]}"}) ==
        "n6 n6 wait");
  CHECK(nodes_of({"{tolerates: infra}", packing, "{nodes: 'n[1-5]', taints: [infra]}"}) ==
        "n1 n1 n2");
  CHECK(nodes_of({"{gpu_models: V100}"}) ==
        "its GPU models, labels, taints and partition leave it no node");
}

TEST_CASE("pods of a group keep apart by nodes or racks, whichever score there is") {
  CHECK(nodes_of({"{group: web, apart: node}"}) == "n1 n2 n3");
  CHECK(nodes_of({"{group: web, apart: rack}"}) == "n1 n3 n5");
  CHECK(nodes_of({"{group: web, apart: rack}", "most_allocated", "", "easy"}) == "n1 n3 n5");
  CHECK(nodes_of({"{group: web, apart: rack}", packing, "", "best_effort", 4}) == "n1 n3 n5 wait");
}

TEST_CASE("pods of a group spread over racks, then over nodes, then where they must") {
  const std::string spread = "{kind: topology_spread, max_skew: {rack: 1, node: 1}}";
  CHECK(nodes_of({"{group: web}", spread, "", "best_effort", 7}) == "n1 n3 n5 n2 n4 n6 n1");
  CHECK(nodes_of({"{requeue: false}", spread}) == "n1 n1 n2");
}

TEST_CASE("pods that may not stand unevenly wait, and go on when others have come") {
  const std::string taint = "{nodes: 'n[3-6]', taints: [infra]}";
  CHECK(nodes_of({"{group: web, spread: {rack: 1}}", packing}) == "n1 n3 n5");
  CHECK(nodes_of({"{group: web, spread: {rack: 1, node: 1}}", packing, "", "best_effort", 7}) ==
        "n1 n3 n5 n2 n4 n6 n1");
  CHECK(nodes_of({"{group: web, spread: {rack: 1}}", packing, taint}) == "n1 wait wait");
  CHECK(nodes_of({"{group: web, spread: {rack: {max_skew: 2, min_domains: 4}}}", packing, "",
                  "best_effort", 7}) == "n1 n1 n3 n3 n5 n5 wait");
}

TEST_CASE("the preset kube_default spreads pods of a group over nodes") {
  const Folder folder;
  const World world{"{group: web}"};
  REQUIRE(run(world, folder).code == 0);
  const Outcome outcome =
      folder.berth({"run", "@c.yaml", "--policy", "kube_default", "--out", "@kube", "--events"});
  REQUIRE(outcome.code == 0);
  const std::string log = read_file(folder / "kube/events.log");
  CHECK(log.find("start    job 2       n2:0") != std::string::npos);
  CHECK(log.find("start    job 3       n3:0") != std::string::npos);
}

TEST_CASE("pods that nobody would keep apart are rejected, not placed side by side") {
  CHECK(nodes_of({"{group: web, apart: node}", "best_fit"}) == "the placer keeps no pods apart");
  CHECK(nodes_of({"{group: web, apart: node}", "{kind: fgd, filters: [resources]}"}) ==
        "the placer keeps no pods apart");
  CHECK(nodes_of({"{group: web, apart: node}", packing, "", "conservative"}) ==
        "the backfill promises slots without keeping pods apart");
  CHECK(nodes_of({"{group: web, spread: {node: 1}}", "best_fit"}) ==
        "the placer does not look at how pods are spread; those with filters do");
  CHECK(nodes_of({"{group: web, spread: {node: 1}}", packing, "", "conservative"}) ==
        "the backfill promises slots without spreading pods");
}

TEST_CASE("groups, levels and spreading say what is wrong with them") {
  const auto said = [](const World& world) {
    const Folder folder;
    const Outcome outcome = run(world, folder);
    const auto from = outcome.err.find(": ");  // behind the place
    return outcome.code == 2 ? outcome.err.substr(from + 2) : std::to_string(outcome.code);
  };
  CHECK(said({"{group: web, apart: hall}"}) ==
        "workload.terms.apart: the fleet has no level 'hall'\n  known: node, rack\n");
  CHECK(said({"{group: web, spread: {hall: 1}}"}) ==
        "workload.terms.spread.hall: the fleet has no level 'hall'\n  known: node, rack\n");
  CHECK(said({"{group: web, spread: {rack: 0}}"}) ==
        "workload.terms.spread.rack: must be between 1 and 1000000, is 0\n");
  CHECK(said({"{group: web, spread: {}}"}) ==
        "workload.terms.spread: names no level\n  write for example spread: {node: 1}\n");
  CHECK(said({"{spread: {rack: 1}}"}) ==
        "workload.terms.spread: is of no group\n  say which pods are spread with `group`\n");
  CHECK(said({"{apart: node}"}) ==
        "workload.terms.apart: is of no group\n  say which pods keep apart with `group`\n");
  CHECK(said({"{group: web}", "{kind: topology_spread, max_skew: {hall: 1}}"}) ==
        "policy.placer.max_skew.hall: the fleet has no level 'hall'\n  its levels: rack\n");
  CHECK(said({"{group: web}", "{kind: topology_spread, max_skew: {}}"}) ==
        "policy.placer.max_skew: names no level\n  write for example max_skew: {node: 1}\n");
  CHECK(said({"{group: web}", "{kind: topology_spread, max_skew: {rack: 0}}"}) ==
        "policy.placer.max_skew.rack: must be between 1 and 1000000, is 0\n");
  CHECK(said({"{group: web}", "topology_spread", "", "conservative"}) ==
        "policy.placer: spreads pods, and the backfill promises slots without it\n"
        "  take backfill easy, best_effort or none\n");
  CHECK(said({"{group: web}", "{kind: score, scores: {fdg: 1}}"}) ==
        "policy.placer.scores.fdg: no such score 'fdg'\n  did you mean 'fgd'? known: "
        "most_allocated, least_allocated, balanced_allocation, fgd, dot_prod, gpu_clustering, "
        "gpu_packing, best_fit, random, topology_spread\n");
  CHECK(said({"{group: web}", "{kind: score, scores: {fgd: 9223372036854775808}}"}) ==
        "policy.placer.scores.fgd: must be between 1 and 1000000, is 9223372036854775808\n");
}
