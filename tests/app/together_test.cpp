// What capabilities do to each other where they meet in one config: blocks of one's own, spares,
// reservations, leases, groups of pods and arrays.
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/app/run_berth.hpp"

using berth::testing::config;
using berth::testing::Folder;
using berth::testing::Keys;
using berth::testing::Outcome;
using berth::testing::read_file;

namespace {

const char* const blocks = "{order: fifo, placer: slurm_block, backfill: none}";
const char* const racks_of_two = "{kind: leveled, levels: {rack: 2}, nodes: 2, gpus_per_node: 8}";

std::string jobs(const std::string& list) { return "{kind: jobs, jobs: [" + list + "]}"; }

// The event log; n1 fails at 2h for three hours where the config says `reliability: n1`.
std::string log_of(Keys keys) {
  const Folder folder;
  if (keys["reliability"] == "n1") {
    folder.write("n1.csv", "time_s,node,cause\n7200,n1,gpu\n");
    keys["reliability"] =
        "{kind: replay, file: n1.csv, format: csv, repair: 3h, noticed_after: 0s}";
  }
  folder.write("c.yaml", config(keys));
  const Outcome ran = folder.berth({"run", "@c.yaml", "-q", "--events", "--out", "@out"});
  REQUIRE_MESSAGE(ran.code == 0, ran.err);
  return read_file(folder / "out/events.log");
}

bool has(const std::string& log, const std::string& line) {
  return log.find(line) != std::string::npos;
}

}  // namespace

TEST_CASE("no spare stands in from a block that another job has for itself") {
  const std::string log =
      log_of({{"horizon", "1d"},
              {"cluster", racks_of_two},
              {"spares", "{nodes: n4}"},
              {"workload", jobs("{name: a, at: 0s, nodes: 2, work: 9h, terms: "
                                "{on_failure: restart_in_place}}, {name: b, at: 1h, "
                                "nodes: 1, work: 9h, terms: {exclusive: topology}}")},
              {"policy", blocks},
              {"reliability", "n1"}});
  CHECK(has(log, "          1h  start    job b       n3:0-7\n"));
  CHECK(has(log, "          2h  stop     job a       gpu, requeued after 2h"));
}

TEST_CASE("no spare stands in that is reserved for others") {
  const std::string log =
      log_of({{"horizon", "2d"},
              {"spares", "{nodes: n4}"},
              {"workload", jobs("{name: a, at: 0s, nodes: 2, work: 9h, terms: {on_failure: "
                                "restart_in_place}}")},
              {"policy",
               "{order: fifo, placer: first_fit, backfill: easy, admission: {kind: "
               "reservations, reservations: [{name: m, start: 1h, duration: 20h, nodes: "
               "n4, flags: maint}]}}"},
              {"reliability", "n1"}});
  CHECK(has(log, "          2h  start    job a       n[2-3]:0-7\n"));
}

TEST_CASE("a job with blocks for itself goes on in place on what it keeps free there") {
  const std::string log = log_of(
      {{"horizon", "3d"},
       {"cluster", "{kind: leveled, levels: {rack: 1}, nodes: 4, gpus_per_node: 8}"},
       {"workload", jobs("{name: a, at: 0s, nodes: 2, work: 9h, terms: {exclusive: topology, "
                         "on_failure: restart_in_place}}, {name: c, at: 1h, nodes: 1, work: 20h}")},
       {"policy", blocks},
       {"reliability", "n1"}});
  CHECK(has(log, "          2h  start    job a       n[2-3]:0-7\n"));
  CHECK(has(log, "         11h  start    job c"));
}

TEST_CASE("blocks for oneself are not to be had of nodes that are leased one by one") {
  const std::string log = log_of(
      {{"horizon", "3d"},
       {"cluster", racks_of_two},
       {"workload", jobs("{name: a, at: 3h, nodes: 1, work: 1h, tenant: x, terms: {exclusive: "
                         "topology}}")},
       {"bare_metal", "{tenants: [x], contracts: [{name: k, tenant: x, term: 90d, nodes: 2}]}"},
       {"policy", "{order: fifo, placer: slurm_block, backfill: easy, admission: leases}"}});
  CHECK(has(log, "reject   job a       wants its blocks for itself, and others may lease nodes"));
}

TEST_CASE("pods that start together are of no array that limits how many run") {
  const std::string log = log_of(
      {{"workload", jobs("{name: a, at: 0s, gpus: 8, work: 2h, copies: 4, at_once: 2, terms: "
                         "{group: g, min_member: 2}}")},
       {"policy",
        "{order: fifo, placer: first_fit, backfill: none, admission: "
        "dependencies}"}});
  CHECK(has(log, "reject   job a_1     is of an array that limits how many tasks run"));
}

TEST_CASE("a moldable job takes all the room that others made for it") {
  const std::string log = log_of(
      {{"cluster", "{kind: uniform, nodes: 2, gpus_per_node: 8}"},
       {"workload", jobs("{name: a, at: 0s, nodes: 2, work: 1d, priority: 1}, {name: h, at: 2h, "
                         "nodes: 2, work: 5h, priority: 9, terms: {tasks_least: 1}}")},
       {"policy",
        "{order: priority, placer: first_fit, backfill: easy, preemption: {kind: "
        "slurm, by: priority, mode: requeue}}"}});
  CHECK(has(log, "          2h  start    job h       n[1-2]:0-7\n"));
}

TEST_CASE(
    "who fails by himself lets those start that wait for that, and none that wait for success") {
  const Folder folder;
  folder.write(
      "c.yaml",
      config({{"workload", jobs("{name: a, at: 0s, gpus: 8, work: 1h, limit: 4h, ends: failed}, "
                                "{name: b, at: 0s, gpus: 8, work: 2h, dependency: 'afterok:a'}, "
                                "{name: c, at: 0s, gpus: 8, work: 2h, dependency: 'afternotok:a'}, "
                                "{name: d, at: 0s, gpus: 8, work: 3h, ends: cancelled}")},
              {"policy",
               "{order: fifo, placer: first_fit, backfill: easy, admission: "
               "dependencies}"}}));
  const Outcome ran = folder.berth({"run", "@c.yaml", "-q", "--json", "--events", "--out", "@out"});
  REQUIRE_MESSAGE(ran.code == 0, ran.err);
  const std::string log = read_file(folder / "out/events.log");
  CHECK(has(log, "          1h  end      job a       failed by itself after 1h\n"));
  CHECK(has(log, "          1h  start    job c"));
  CHECK_FALSE(has(log, "start    job b"));
  CHECK(has(log, "          3h  end      job d       cancelled by its user after 3h\n"));
  CHECK(has(read_file(folder / "out/jobs.csv"), ",user_failed,"));
  const auto json = nlohmann::json::parse(ran.out);
  CHECK(json["jobs"]["user_failed"] == 1);
  CHECK(json["jobs"]["user_cancelled"] == 1);
  CHECK(json["jobs"]["completed"] == 1);
  CHECK(json["lost_gpu_h"]["user_ended"] == 8 + 24);
  CHECK(json["gpus"]["productive_gpu_h"] == 16);
}

TEST_CASE("the account says what nobody leased though nobody asked for a lease") {
  const Folder folder;
  folder.write("c.yaml",
               config({{"horizon", "1d"},
                       {"workload", jobs("{name: a, at: 1h, nodes: 1, work: 1h, tenant: x}")},
                       {"bare_metal",
                        "{tenants: [x], drawn: [{name: d, tenants: [x], kind: "
                        "on_demand, mean_gap: 100d, nodes: [1, 1], term: 1d}]}"},
                       {"policy",
                        "{order: fifo, placer: first_fit, backfill: easy, admission: "
                        "leases}"}}));
  const Outcome ran = folder.berth({"run", "@c.yaml", "-q", "--json"});
  REQUIRE_MESSAGE(ran.code == 0, ran.err);
  const auto json = nlohmann::json::parse(ran.out);
  CHECK(json["gpus"]["capacity_gpu_h"] == 736);
  CHECK(json["lost_gpu_h"]["unsold"] == 736);
}
