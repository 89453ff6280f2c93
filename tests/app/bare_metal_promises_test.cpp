// `bare_metal:` of a config: lead times, overbooking, partition keys, spares; what they say, and
// what is wrong with it.
#include <doctest/doctest.h>

#include "tests/app/run_berth.hpp"

using namespace berth::testing;

namespace {

// Eight nodes of eight GPUs in racks of four; one contract.
std::string with(const std::string& more, const std::string& of_contract = "") {
  return "seed: 1\nhorizon: 10d\ncluster: {kind: leveled, levels: {rack: 2}, nodes: 4, "
         "gpus_per_node: 8}\n"
         "workload: {kind: synthetic, jobs: 50, arrivals: {kind: poisson, mean_gap: 2h}, "
         "sizes: {1: 50, 8: 30}, work: {kind: lognormal, median: 1h, sigma: 1}, tenants: a}\n"
         "policy: {order: fifo, placer: best_fit, backfill: easy, admission: leases}\n"
         "bare_metal:\n  tenants: [a, b]\n" +
         more + "  contracts: [{name: x, tenant: a, term: 5d, nodes: 3" + of_contract + "}]\n";
}

std::string wrong_with(const std::string& text) {
  const Folder folder;
  folder.write("c.yaml", text);
  const Outcome outcome = folder.berth({"run", "@c.yaml", "--out", folder / "out"});
  CHECK(outcome.code == 2);
  CHECK(folder.files() == std::vector<std::string>{"c.yaml"});
  return outcome.err.substr(outcome.err.find(": ") + 2);
}

}  // namespace

TEST_CASE("lead times and patience that cannot be are errors of the config") {
  CHECK(wrong_with(with("", ", lead_time: {kind: uniform, low: 5d, high: 2d}")) ==
        "bare_metal.contracts[0].lead_time.high: must not be less than low, which is 5d\n");
  CHECK(wrong_with(with("", ", lead_time: -1d"))
            .starts_with("bare_metal.contracts[0].lead_time: must not be negative"));
  CHECK(wrong_with(with("", ", replace_after: 30"))
            .starts_with("bare_metal.contracts[0].replace_after: is a duration without a unit"));
}

TEST_CASE("only leases that come and go are sold beyond the nodes there are") {
  CHECK(wrong_with(with("  overbooking: {reserved: 1.5}\n"))
            .starts_with("bare_metal.overbooking.reserved: no such key\n  known: on_demand, spot"));
  CHECK(wrong_with(with("  overbooking: {spot: -1}\n")) ==
        "bare_metal.overbooking.spot: must be between 0 and 100, is -1\n");
  CHECK(wrong_with(with("  overbooking: {spot: .nan}\n"))
            .starts_with("bare_metal.overbooking.spot: must be a finite number"));
  CHECK(wrong_with(with("  overbooking: {}\n")) ==
        "bare_metal.overbooking: names no kind of lease\n"
        "  overbooking: {on_demand: 1.1, spot: 1.5}\n");
}

TEST_CASE("partition keys are as many as a fabric has") {
  CHECK(wrong_with(with("  partition_keys: {most: 0}\n")) ==
        "bare_metal.partition_keys.most: must be between 1 and 32767, is 0\n");
  CHECK(wrong_with(with("  partition_keys: {lasts: {kind: exponential, mean: 0}}\n"))
            .starts_with("bare_metal.partition_keys.lasts.mean: must be longer than 0s"));
}

TEST_CASE("spares leave nodes to lease, in each domain") {
  CHECK(wrong_with(with("  spares: {count: 4, per: rack}\n")) ==
        "bare_metal.spares.count: leaves none of 4 nodes\n  fewer\n");
  CHECK(wrong_with(with("  spares: {count: 1, per: hall}\n")) ==
        "bare_metal.spares.per: the cluster has no level 'hall'\n  it has: rack\n");
  CHECK(wrong_with(with("  spares: {count: 1, ready: lukewarm}\n"))
            .starts_with("bare_metal.spares.ready: no such ready 'lukewarm'\n"));
  CHECK(wrong_with(with("  spares: {count: 1, hand_over: 3m}\n"))
            .starts_with("bare_metal.spares.hand_over: no such key"));
  CHECK(wrong_with(with("") + "spares: {count: 1}\n") ==
        "spares: are of no use beside bare_metal\n  write bare_metal: {spares: {count, per}}\n");
}

TEST_CASE("reserved leases find only what is not kept back") {
  CHECK(wrong_with(with("  spares: {count: 3, per: rack}\n")) ==
        "bare_metal.contracts[0].nodes: 3 nodes are reserved then, but there are 2\n"
        "  fewer nodes, another start, or when_full: queue\n");
}

TEST_CASE("a run tells what was sold, moved and kept back, by kind of lease") {
  const Folder folder;
  folder.write("c.yaml",
               with("  spares: {count: 1, per: rack, ready: warm}\n  overbooking: {spot: 1.5}\n"
                    "  partition_keys: {most: 10}\n  defragment: true\n",
                    ", lead_time: {kind: uniform, low: 1d, high: 2d}, replace_after: 1h"));
  const Outcome outcome = folder.berth({"run", "@c.yaml", "--out", folder / "out"});
  CHECK(outcome.code == 0);
  const std::string summary = read_file(folder / "out/summary.json");
  CHECK(summary.find("\"by_kind\": {\n      \"reserved\": {\n        \"asked\": 1,") !=
        std::string::npos);
  CHECK(summary.find("\"moving_gpu_h\": 0") != std::string::npos);
  CHECK(summary.find("\"spare\":") != std::string::npos);
  const Outcome checked = folder.berth({"check", "@c.yaml"});
  CHECK(checked.out.find("hand_over:") != std::string::npos);
  CHECK(checked.out.find("at_once: 1") != std::string::npos);
}
