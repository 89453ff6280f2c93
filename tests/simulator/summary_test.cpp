#include "simulator/summary.hpp"

#include <doctest/doctest.h>

#include "core/check.hpp"
#include "simulator/summary_tally.hpp"
#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

// A sink that is told of whole lives at once.
class Told {
 public:
  explicit Told(const Fleet& fleet, double warm_up = 0) : sink_(fleet, catalog, at(warm_up)) {}

  LiveJob submit(const Job& one) {
    const LiveJob alive = live(one);
    sink_.on(one.submit, Submitted{alive});
    return alive;
  }
  LiveJob start(LiveJob alive, double when, const Placement& placement = {}) {
    alive.start = alive.first_start = at(when);
    alive.starts = 1;
    sink_.on(alive.start, Started{alive, placement});
    return alive;
  }
  void end(const LiveJob& alive, double when, EndState state = EndState::completed) {
    sink_.on(at(when), Ended{alive, {}, state});
  }
  void leave(double when, const LiveJob& running) { sink_.on(at(when), LeftRunning{running, {}}); }
  void leave_waiting(double when, const LiveJob& waiting) {
    sink_.on(at(when), LeftWaiting{waiting});
  }
  void reject(const Job& one) { sink_.on(one.submit, Rejected{live(one)}); }
  Summary finish(double when) {
    sink_.finish(at(when));
    return sink_.summary();
  }

  Catalog catalog;

 private:
  SummarySink sink_;
};

}  // namespace

TEST_CASE("every job that was submitted is counted where it ended") {
  const Fleet fleet = plain_fleet(10, 8);
  Told told(fleet);
  told.end(told.start(told.submit(job(1, 0, 8, 5)), 0), 5);
  told.end(told.start(told.submit(job(2, 5, 8, 5)), 5), 10, EndState::timed_out);
  const LiveJob running = told.start(told.submit(job(3, 10, 8, 99)), 11);
  const LiveJob waiting = told.submit(job(4, 12, 80, 99));
  told.reject(job(5, 12, 800, 99));
  told.leave(20, running);
  told.leave_waiting(20, waiting);
  const JobCounts jobs = told.finish(20).all.jobs;
  CHECK(jobs.submitted == 5);
  CHECK(jobs.completed == 1);
  CHECK(jobs.timed_out == 1);
  CHECK(jobs.running_at_end == 1);
  CHECK(jobs.pending_at_end == 1);
  CHECK(jobs.rejected == 1);
}

TEST_CASE("waits are of jobs that started, turnaround and slowdown of jobs that ended") {
  const Fleet fleet = plain_fleet(10, 8);
  Told told(fleet);
  told.end(told.start(told.submit(job(1, 0, 8, 20)), 100), 120);
  told.leave(200, told.start(told.submit(job(2, 150, 8, 99)), 180));
  const JobNumbers all = told.finish(200).all;
  CHECK(all.wait_s->mean == 65);
  CHECK(all.wait_s->max == 100);
  CHECK(all.turnaround_s->mean == 120);
  CHECK(all.bounded_slowdown->mean == 6);
}

TEST_CASE("statistics of no job are absent, not zero") {
  const Fleet fleet = plain_fleet(1, 8);
  Told told(fleet);
  const Summary summary = told.finish(20);
  CHECK_FALSE(summary.all.wait_s.has_value());
  CHECK_FALSE(summary.all.turnaround_s.has_value());
  CHECK_FALSE(summary.makespan.has_value());
}

TEST_CASE("a run below ten seconds counts as ten in the bounded slowdown, never below one") {
  CHECK(bounded_slowdown(lasting(0), lasting(0)) == slowdown_unit);
  CHECK(bounded_slowdown(lasting(5), lasting(2)) == slowdown_unit);
  CHECK(bounded_slowdown(lasting(98), lasting(2)) == 10 * slowdown_unit);
  CHECK(bounded_slowdown(lasting(40), lasting(20)) == 3 * slowdown_unit);
  CHECK(bounded_slowdown(lasting(1), lasting(30)) == 1'033'333'333);
  CHECK(bounded_slowdown(longest_duration, lasting(0)) == longest_duration.count() / 10);
}

TEST_CASE("the makespan runs from the first submission to the last end") {
  const Fleet fleet = plain_fleet(10, 8);
  Told told(fleet);
  const LiveJob first = told.start(told.submit(job(1, 50, 8, 20)), 60);
  told.end(told.start(told.submit(job(2, 55, 8, 2)), 60), 62);
  told.end(first, 80);
  const Summary summary = told.finish(500);
  CHECK(*summary.makespan == lasting(30));
  CHECK(summary.simulated == lasting(500));
}

TEST_CASE("jobs submitted before the warm-up are in no job number, but in the GPU time") {
  const Fleet fleet = plain_fleet(1, 8);
  Told told(fleet, 100);
  const LiveJob early = told.start(told.submit(job(1, 0, 4, 150)), 0);
  const LiveJob late = told.start(told.submit(job(2, 100, 4, 20)), 110);
  told.end(late, 130);
  told.end(early, 150);
  const Summary summary = told.finish(150);
  CHECK(summary.all.jobs.submitted == 1);
  CHECK(summary.all.jobs.completed == 1);
  CHECK(summary.all.wait_s->mean == 10);
  CHECK(*summary.makespan == lasting(30));
  CHECK(summary.gpu_time.capacity == Int128{8} * lasting(50).count() * gpu_nanosecond);
  CHECK(summary.gpu_time.productive == Int128{4} * lasting(50 + 20).count() * gpu_nanosecond);
  CHECK(summary.all.allocated == Int128{4} * lasting(20).count() * gpu_nanosecond);
}

TEST_CASE("a share of a GPU counts as its thousandths of GPU time") {
  const Fleet fleet = plain_fleet(1, 8);
  Told told(fleet);
  LiveJob share = told.submit(job(1, 0, 1, 10));
  share.shape = {2, 0, 0, 0, 333};
  told.end(told.start(share, 0), 10);
  const Summary summary = told.finish(10);
  CHECK(summary.gpu_time.allocated == Int128{666} * lasting(10).count());
  CHECK(summary.gpu_time.lost_to(Loss::idle) == Int128{7334} * lasting(10).count());
}

TEST_CASE("a run with one tenant has no numbers by tenant") {
  const Fleet fleet = plain_fleet(1, 8);
  Told told(fleet);
  Job one = job(1, 0, 4, 10);
  one.tenant = told.catalog.tenants.id("alone");
  told.end(told.start(told.submit(one), 0), 10);
  CHECK(told.finish(10).by_tenant.empty());
}

TEST_CASE("numbers by tenant hold the jobs from before the second tenant came, too") {
  const Fleet fleet = plain_fleet(1, 8);
  Told told(fleet);
  Job one = job(1, 0, 4, 10);
  one.tenant = told.catalog.tenants.id("a");
  told.end(told.start(told.submit(one), 3), 13);
  Job two = job(2, 20, 2, 10);
  two.tenant = told.catalog.tenants.id("b");
  told.end(told.start(told.submit(two), 27), 37);
  const Summary summary = told.finish(37);
  REQUIRE(summary.by_tenant.size() == 2);
  CHECK(summary.by_tenant[0].name == "a");
  CHECK(summary.by_tenant[0].numbers.jobs.submitted == 1);
  CHECK(summary.by_tenant[0].numbers.wait_s->mean == 3);
  CHECK(summary.by_tenant[0].numbers.allocated == Int128{4} * lasting(10).count() * gpu_nanosecond);
  CHECK(summary.by_tenant[1].name == "b");
  CHECK(summary.by_tenant[1].numbers.jobs.completed == 1);
  CHECK(summary.by_tenant[1].numbers.wait_s->mean == 7);
  CHECK(summary.all.jobs.completed == 2);
  CHECK(summary.by_class.empty());
}

TEST_CASE("a name that no job carries is no group") {
  const Fleet fleet = plain_fleet(1, 8);
  Told told(fleet);
  Job one = job(1, 0, 4, 10);
  one.job_class = told.catalog.classes.id("training");
  told.catalog.classes.id("inference");
  told.end(told.start(told.submit(one), 3), 13);
  CHECK(told.finish(13).by_class.empty());
}

TEST_CASE("the spread of a job is the domains it spans at each level, in any order of its nodes") {
  FleetBuilder builder({"site", "rack"});
  builder.enter("s1");
  for (const char* rack : {"r1", "r2", "r3"}) {
    builder.enter(rack);
    builder.add_node(std::string(rack) + "a", {8, 0, 0, ""});
    builder.add_node(std::string(rack) + "b", {8, 0, 0, ""});
    builder.leave();
  }
  builder.leave();
  const Fleet fleet = builder.build();
  Told told(fleet);
  const auto on = [&](std::uint64_t number, const Placement& nodes) {
    told.end(told.start(told.submit(job(number, 0, 8, 10)), 0, nodes), 0);
  };
  on(1, {{NodeId(4), 1, 1}, {NodeId(0), 1, 1}, {NodeId(5), 1, 1}, {NodeId(1), 1, 1}});
  on(2, {{NodeId(0), 1, 1}, {NodeId(2), 1, 1}, {NodeId(4), 1, 1}});
  on(3, {{NodeId(3), 1, 1}});  // on one node: not counted
  const Summary summary = told.finish(10);
  CHECK(summary.multi_node_jobs == 2);
  CHECK(summary.nodes_spanned->mean == 3.5);
  REQUIRE(summary.spread.size() == 2);
  CHECK(summary.spread[0].level == "site");
  CHECK(summary.spread[0].domains.mean == 1);
  CHECK(summary.spread[1].level == "rack");
  CHECK(summary.spread[1].domains.mean == 2.5);
  CHECK(summary.spread[1].domains.p95 == 3);
}

TEST_CASE("a job that is not accounted for at the end is found out") {
  const Fleet fleet = plain_fleet(1, 8);
  Told told(fleet);
  told.submit(job(1, 0, 4, 10));
  CHECK_THROWS_AS(told.finish(10), InternalError);
}

TEST_CASE("a mean slowdown is exact to a billionth") {
  const Fleet fleet = plain_fleet(1, 8);
  Told told(fleet);
  double exact = 0;
  for (int i = 1; i <= 1000; ++i) {
    const double wait = i * 7919 % 900;
    told.end(told.start(told.submit(job(static_cast<std::uint64_t>(i), 1000 * i, 1, 30)),
                        1000 * i + wait),
             1000 * i + wait + 30);
    exact += (wait + 30) / 30 / 1000;
  }
  CHECK(told.finish(2e6).all.bounded_slowdown->mean == doctest::Approx(exact).epsilon(1e-10));
}

TEST_CASE("few values and many are summed up the same way") {
  QuantileSketch sketch;
  Values values;
  CHECK(values.sketch() == sketch);
  for (std::int64_t i = 0; i < 255; ++i) {
    sketch.add(i * i);
    values.add(i * i);
  }
  for (std::int64_t i = 255; i < 260; ++i) {
    sketch.add(i * i);
    values.add(i * i);
    CHECK(values.sketch() == sketch);
  }
}
