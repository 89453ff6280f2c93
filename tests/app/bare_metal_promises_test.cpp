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

int berth_check(const std::string& text) {
  const Folder folder;
  folder.write("c.yaml", text);
  return folder.berth({"check", "@c.yaml"}).code;
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

TEST_CASE("a lease that no domain has room for beside its spares is refused when it is read") {
  CHECK(wrong_with(with("  spares: {count: 2, per: rack}\n", ", within: rack")) ==
        "bare_metal.contracts[0].nodes: no rack has 3 such nodes\n"
        "  the largest has 2 that are not kept back\n");
  // Spares of the whole cluster may stand in either rack.
  CHECK(berth_check(with("  spares: {count: 2}\n", ", within: rack")) == 0);
}

TEST_CASE("reserved leases that fit by their number but not into domains are refused") {
  const auto both = [](const std::string& first, const std::string& second) {
    return with("", first + "}, {name: y, tenant: b, term: 5d, " + second);
  };
  // Racks of four: three and three, but not three, three and two.
  const std::string three = "nodes: 3, within: rack";
  CHECK(berth_check(both(", within: rack", three)) == 0);
  CHECK(wrong_with(both(", within: rack",
                        three + "}, {name: z, tenant: b, term: 5d, nodes: 2, within: rack")) ==
        "bare_metal.contracts[0].nodes: together with what is reserved then: leases of 3, 3, 2 "
        "nodes do not fit each into one rack of 4, 4\n"
        "  fewer nodes, another start, or when_full: queue\n");
  // One that is alone in its rack leaves one to the others.
  CHECK(berth_check(both(", alone_in: rack", "nodes: 4")) == 0);
  CHECK(wrong_with(both(", alone_in: rack", "nodes: 5")) ==
        "bare_metal.contracts[0].nodes: together with what is reserved then: tenants that share no "
        "rack need 3 of them at least, and there are 2\n"
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
