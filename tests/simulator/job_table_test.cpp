#include "simulator/sinks/job_table.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

constexpr std::string_view header =
    "job_id,tenant,class,submit_s,start_s,end_s,wait_s,gpus,nodes,state,interruptions,requeues,"
    "lost_gpu_s,node_list\n";

// What the table says of one record, without the header.
std::string line(SimTime now, const Record& record, const Catalog& catalog = {},
                 Sources sources = Sources::one) {
  const Fleet fleet = plain_fleet(4, 8);
  StringOut out;
  job_table(out, fleet, catalog, sources)->on(now, record);
  REQUIRE(out.written.substr(0, header.size()) == header);
  return out.written.substr(header.size());
}

const Placement one_node{{NodeId(1), 1, 0xF}};

LiveJob waiting(LiveJob one) {
  one.starts = 0;
  return one;
}

}  // namespace

TEST_CASE("a completed job is one line, with whole seconds as integers and others exact") {
  const LiveJob one = live(job(7, 1.5, 4, 90), 2.25);
  CHECK(line(at(92.25), Ended{one, one_node, EndState::completed}) ==
        "7,,,1.5,2.25,92.25,0.75,4,1,completed,0,0,0,n2\n");
}

TEST_CASE("a job that was stopped at its limit lost all the GPU time it held") {
  const LiveJob one = live(job(7, 0, 4, 90), 10);
  CHECK(line(at(20.5), Ended{one, one_node, EndState::timed_out}) ==
        "7,,,0,10,20.5,10,4,1,timed_out,0,0,42,n2\n");
}

TEST_CASE("a share of a GPU stands in the table as its part, and so does the time it held") {
  LiveJob one = live(job(7, 0, 1, 90), 10);
  one.shape = {1, 0, 0, 0, 300};
  CHECK(line(at(20.5), Ended{one, {{NodeId(1), 1, 0b100}}, EndState::timed_out}) ==
        "7,,,0,10,20.5,10,0.3,1,timed_out,0,0,3.15,n2\n");
}

TEST_CASE("the node list is in the order of the nodes, quoted where it has a comma") {
  const LiveJob one = live(job(7, 0, 3, 90), 0);
  const Placement nodes{{NodeId(3), 1, 1}, {NodeId(0), 1, 1}, {NodeId(1), 1, 1}};
  CHECK(line(at(90), Ended{one, nodes, EndState::completed}) ==
        "7,,,0,0,90,0,3,3,completed,0,0,0,\"n[1-2,4]\"\n");
}

TEST_CASE("a job that still runs at the horizon has no end") {
  const LiveJob one = live(job(7, 0, 4, 90), 10);
  CHECK(line(at(20), LeftRunning{one, one_node}) == "7,,,0,10,,10,4,1,running,0,0,0,n2\n");
}

TEST_CASE("a job that still waits at the horizon has neither start nor nodes") {
  const LiveJob one = live(job(7, 3, 4, 90));
  CHECK(line(at(20), LeftWaiting{waiting(one)}) == "7,,,3,,,,4,,pending,0,0,0,\n");
}

TEST_CASE("a rejected job says what it asked for") {
  LiveJob one = live(job(7, 3, 400, 90));
  one.shape = Shape{};
  CHECK(line(at(3), Rejected{waiting(one)}) == "7,,,3,,,,400,,rejected,0,0,0,\n");
}

TEST_CASE("names with commas, quotes and line breaks are quoted as RFC 4180 says") {
  Catalog catalog;
  LiveJob one = live(job(7, 3, 4, 90));
  one.job.tenant = catalog.tenants.id("A \"fine\" team, Ltd");
  one.job.job_class = catalog.classes.id("two\nlines");
  CHECK(line(at(20), LeftWaiting{waiting(one)}, catalog) ==
        "7,\"A \"\"fine\"\" team, Ltd\",\"two\nlines\",3,,,,4,,pending,0,0,0,\n");
}

TEST_CASE("with several sources a job's number follows the place of its source") {
  LiveJob one = live(job(7, 3, 4, 90));
  one.job.source = 1;
  CHECK(line(at(20), LeftWaiting{waiting(one)}, {}, Sources::several) ==
        "2.7,,,3,,,,4,,pending,0,0,0,\n");
}

TEST_CASE("submissions, promises and starts are no lines of the table") {
  const LiveJob one = live(job(7, 3, 4, 90));
  CHECK(line(at(3), Submitted{one}).empty());
  CHECK(line(at(3), Promised{one, at(9)}).empty());
  CHECK(line(at(3), Started{one, one_node}).empty());
}

TEST_CASE("seconds are exact to the nanosecond and never in exponent form") {
  CHECK(exact_seconds(0) == "0");
  CHECK(exact_seconds(1) == "0.000000001");
  CHECK(exact_seconds(1'500'000'000) == "1.5");
  CHECK(exact_seconds(-1'000'000'001) == "-1.000000001");
  CHECK(exact_seconds(Int128{4'000'000} * longest_duration.count()) == "18446744073709551.616");
}

TEST_CASE("GPUs of a mask are written as ranges") {
  CHECK(gpu_ranges(0).empty());
  CHECK(gpu_ranges(1) == "0");
  CHECK(gpu_ranges(0xFF) == "0-7");
  CHECK(gpu_ranges(0b1101) == "0,2-3");
  CHECK(gpu_ranges(~GpuMask{0}) == "0-63");
  CHECK(gpu_ranges(GpuMask{1} << 63) == "63");
}
