// `bare_metal:` of a config: what it says, and what is wrong with it.
#include <doctest/doctest.h>

#include "tests/app/run_berth.hpp"

using namespace berth::testing;

namespace {

// Eight nodes of eight GPUs in racks of four.
std::string leased(const std::string& bare_metal, const std::string& more = "") {
  return "seed: 1\nhorizon: 10d\ncluster: {kind: leveled, levels: {rack: 2}, nodes: 4, "
         "gpus_per_node: 8}\n"
         "workload: {kind: synthetic, jobs: 50, arrivals: {kind: poisson, mean_gap: 2h}, "
         "sizes: {1: 50, 8: 30}, work: {kind: lognormal, median: 1h, sigma: 1}, tenants: a}\n"
         "policy: {order: fifo, placer: best_fit, backfill: easy, admission: leases}\n" +
         more + "bare_metal:\n  tenants: [a, b]\n" + bare_metal;
}

// What `berth check` says after the place.
std::string wrong_with(const std::string& text) {
  const Folder folder;
  folder.write("c.yaml", text);
  const Outcome outcome = folder.berth({"check", "@c.yaml"});
  CHECK(outcome.code == 2);
  return outcome.err.substr(outcome.err.find(": ") + 2);
}

}  // namespace

TEST_CASE("a lease larger than the fleet is an error of the config") {
  CHECK(wrong_with(leased("  contracts: [{name: x, tenant: a, term: 5d, nodes: 9}]\n")) ==
        "bare_metal.contracts[0].nodes: a lease of 9 nodes is larger than the cluster\n"
        "  it has 8 such nodes\n");
  CHECK(wrong_with(
            leased("  contracts: [{name: x, tenant: a, term: 5d, nodes: 5, within: rack}]\n")) ==
        "bare_metal.contracts[0].nodes: no rack has 5 such nodes\n  the largest has 4\n");
}

TEST_CASE(
    "reserved leases that overlap beyond the fleet are refused, or queued where that is said") {
  const std::string two =
      "  contracts:\n    - {name: x, tenant: a, term: 5d, nodes: 5}\n"
      "    - {name: y, tenant: b, start: 2d, term: 5d, nodes: 4}\n";
  CHECK(wrong_with(leased(two)) ==
        "bare_metal.contracts[1].nodes: 9 nodes are reserved then, but there are 8\n"
        "  fewer nodes, another start, or when_full: queue\n");
  const Folder folder;
  folder.write("c.yaml", leased("  when_full: queue\n" + two));
  CHECK(folder.berth({"check", "@c.yaml"}).code == 0);
}

TEST_CASE("terms that are negative or nothing, tenants and levels that nobody knows are errors") {
  CHECK(wrong_with(leased("  contracts: [{name: x, tenant: c, term: 5d, nodes: 1}]\n")) ==
        "bare_metal.contracts[0].tenant: no such tenant 'c'\n  tenants: a, b\n");
  CHECK(wrong_with(leased("  contracts: [{name: x, tenant: a, term: 0, nodes: 1}]\n")) ==
        "bare_metal.contracts[0].term: must be longer than 0\n  like 30d\n");
  CHECK(wrong_with(leased("  contracts: [{name: x, tenant: a, term: -5d, nodes: 1}]\n"))
            .starts_with("bare_metal.contracts[0].term: "));
  CHECK(wrong_with(
            leased("  contracts: [{name: x, tenant: a, term: 5d, nodes: 1, within: pod}]\n")) ==
        "bare_metal.contracts[0].within: the cluster has no level 'pod'\n  it has: rack\n");
  CHECK(wrong_with(leased("  contracts: [{name: x, tenant: a, term: 5d, nodes: 1, "
                          "leaves_after: 5d}]\n"))
            .starts_with("bare_metal.contracts[0].leaves_after: must be shorter than the term"));
}

TEST_CASE("jobs are kept to leases only where there are some") {
  const Folder folder;
  folder.write("c.yaml",
               config({{"horizon", "1d"}, {"policy", "{order: fifo, admission: leases}"}}));
  for (const char* command : {"check", "run"}) {
    std::vector<std::string> words{command, "@c.yaml"};
    if (words[0] == "run") {
      words.insert(words.end(), {"--out", folder / "out"});
    }
    const Outcome outcome = folder.berth(words);
    CHECK(outcome.code == 2);
    CHECK(outcome.err.find("policy.admission: keeps jobs to leases, but there are none\n"
                           "  write bare_metal: {tenants, contracts}") != std::string::npos);
  }
  CHECK(folder.files() == std::vector<std::string>{"c.yaml"});
}

TEST_CASE("leases that bind nobody are told of") {
  const Folder folder;
  std::string text = leased("  contracts: [{name: x, tenant: a, term: 5d, nodes: 1}]\n");
  text.erase(text.find(", admission: leases"), std::string_view(", admission: leases").size());
  folder.write("c.yaml", text);
  const Outcome outcome = folder.berth({"check", "@c.yaml"});
  CHECK(outcome.code == 0);
  CHECK(outcome.err.find("bare_metal binds nobody: no policy has admission: leases") !=
        std::string::npos);
}

TEST_CASE("a contract that starts when the run is over, or is given up at once, is an error") {
  CHECK(
      wrong_with(leased("  contracts: [{name: x, tenant: a, start: 10d, term: 5d, nodes: 1}]\n")) ==
      "bare_metal.contracts[0].start: is when the run is over: its horizon is 10d\n"
      "  an earlier start, or a longer horizon\n");
  CHECK(wrong_with(leased("  deliveries: [{nodes: n8, at: 11d}]\n"
                          "  contracts: [{name: x, tenant: a, term: 5d, nodes: 1}]\n")) ==
        "bare_metal.deliveries[0].at: is when the run is over: its horizon is 10d\n"
        "  an earlier delivery, or a longer horizon\n");
  CHECK(wrong_with(
            leased("  contracts: [{name: x, tenant: a, term: 5d, nodes: 1, leaves_after: 0}]\n")) ==
        "bare_metal.contracts[0].leaves_after: must be longer than 0\n"
        "  leave out a contract that nobody uses\n");
  CHECK(wrong_with(leased("  drawn: [{name: d, tenants: [a], mean_gap: 1d, nodes: [1, 2], "
                          "term: 0}]\n")) ==
        "bare_metal.drawn[0].term: must be longer than 0\n"
        "  like 2d, or {kind: exponential, mean: 2d}\n");
}

TEST_CASE("no two leases have one name, nor will have") {
  const std::string x = "{name: x, tenant: a, term: 5d, nodes: 1}";
  const std::string drawn = "tenants: [a], mean_gap: 1d, nodes: [1, 2], term: 1d}";
  CHECK(wrong_with(leased("  contracts: [" + x + ", " + x + "]\n")) ==
        "bare_metal.contracts[1].name: 'x' is the name of an earlier one\n"
        "  each needs a name of its own\n");
  CHECK(wrong_with(leased("  drawn: [{name: d, " + drawn + ", {name: d, " + drawn + "]\n"))
            .starts_with("bare_metal.drawn[1].name: 'd' is the name of an earlier one\n"));
  CHECK(wrong_with(leased("  contracts: [{name: d12, tenant: a, term: 5d, nodes: 1}]\n"
                          "  drawn: [{name: d, " +
                          drawn + "]\n")) ==
        "bare_metal.drawn[0].name: a lease that is drawn would be called 'd12', as a contract is\n"
        "  another name\n");
  CHECK(wrong_with(leased("  drawn: [{name: d, " + drawn + ", {name: d1, " + drawn + "]\n"))
            .starts_with("bare_metal.drawn[1].name: its leases may be called as those of 'd'\n"));
}

TEST_CASE("no tenant is named twice, and no node delivered twice") {
  const std::string x = "  contracts: [{name: x, tenant: a, term: 5d, nodes: 1}]\n";
  std::string twice = leased(x);
  twice.replace(twice.find("[a, b]"), 6, "[a, b, a]");
  CHECK(wrong_with(twice) == "bare_metal.tenants[2]: 'a' is named twice\n  keep one of them\n");
  CHECK(wrong_with(
            leased("  deliveries: [{nodes: n1, at: 1d}, {nodes: \"n[1-2]\", at: 2d}]\n" + x)) ==
        "bare_metal.deliveries: delivers a node twice\n  each node comes once\n");
}

TEST_CASE("one contract is alone below no switch though all others are") {
  const Folder folder;
  folder.write("c.yaml", leased("  isolation: rack\n  contracts: [{name: x, tenant: a, term: 5d, "
                                "nodes: 1, alone_in: none}]\n"));
  CHECK(folder.berth({"check", "@c.yaml"}).code == 0);
}

TEST_CASE("what the provider does by default stands in the resolved config") {
  const Folder folder;
  folder.write("c.yaml", leased("  contracts: [{name: x, tenant: a, term: 5d, nodes: 1}]\n"));
  const Outcome outcome = folder.berth({"check", "@c.yaml"});
  CHECK(outcome.out.find("median: 12m") != std::string::npos);
  CHECK(outcome.out.find("attempts: 3") != std::string::npos);
  CHECK(outcome.out.find("value: 72h") != std::string::npos);
}

TEST_CASE("a run with leases tells of them in its table, its summary and leases.csv") {
  const Folder folder;
  folder.write("c.yaml", leased("  contracts: [{name: x, tenant: a, term: 8d, nodes: 4}]\n"));
  const Outcome outcome = folder.berth({"run", "@c.yaml", "--out", folder / "out"});
  CHECK(outcome.code == 0);
  CHECK(outcome.out.find("1 leases: 1 begun, 0 refused") != std::string::npos);
  const std::string table = read_file(folder / "out/leases.csv");
  CHECK(table.find("\nx,a,reserved,4,ends,0,0,") != std::string::npos);
  const std::string summary = read_file(folder / "out/summary.json");
  CHECK(summary.find("\"leases\": {") != std::string::npos);
  CHECK(summary.find("\"unsold\":") != std::string::npos);
}
