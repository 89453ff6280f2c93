// Runs on a network: what jobs wait for each other is lost, to the nanosecond.
#include <doctest/doctest.h>

#include "simulator/simulation.hpp"
#include "simulator/summary.hpp"
#include "tests/simulator/laws.hpp"
#include "tests/simulator/networks.hpp"
#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

constexpr std::int64_t second = 1'000'000'000;

// Two pods of two nodes of one GPU, which together send as much as one node can.
Tree narrow() {
  Tree tree{2, 1, 2, 1};
  tree.pod_over = 2;
  return tree;
}

// Two GPUs that exchange data for half of their time. On one pod that is best.
Communication chatty() { return {0.5, {1, 0, 0}, std::int64_t{1} << 40}; }

// Puts the first task into the first pod, the second into the second.
class Apart final : public Placer {
 public:
  [[nodiscard]] std::optional<Placement> place(const Request& request,
                                               const View& view) const override {
    Placement placement;
    for (std::uint32_t pod = 0; pod < request.shape.tasks; ++pod) {
      for (std::uint32_t node = 2 * pod; node < 2 * pod + 2 && placement.size() <= pod; ++node) {
        if (view.free.free(NodeId(node)) != 0) {
          placement.push_back({NodeId(node), 1, 1});
        }
      }
    }
    return placement.size() == request.shape.tasks ? std::optional(placement) : std::nullopt;
  }
  [[nodiscard]] bool fits(const Request& request, const View& view) const override {
    return place(request, view).has_value();
  }
  [[nodiscard]] bool takes_any_room() const override { return false; }
};

struct Run {
  Wired world = wired(narrow());
  Catalog catalog;
  std::vector<Job> jobs;
  std::vector<std::pair<SimTime, Network>> rewirings;
  Estimates estimates;
  Planning planning = Planning::per_instant;
  SimTime warm_up{};
  std::optional<SimTime> horizon;

  Run& add(Job one) {
    one.communication = catalog.communications.id(chatty());
    jobs.push_back(one);
    return *this;
  }
  Summary operator()(std::unique_ptr<Backfill> backfill = no_backfill()) {
    Policy policy = policy_of(std::make_unique<Apart>(), std::move(backfill), planning);
    policy.estimates = estimates;
    ListSource source(jobs);
    SummarySink summary(world.fleet, catalog, warm_up);
    Laws laws(world.fleet, {});
    NetworkModel network(world.fleet, world.network, catalog.communications);
    Simulation simulation(world.fleet, source, policy, {RunKey{1}, horizon, &network},
                          {&summary, &laws});
    for (const auto& [at, wiring] : rewirings) {
      simulation.rewire(at, wiring);
    }
    simulation.run();
    CHECK(laws.broken() == "");
    return summary.summary();
  }
};

Job limited(Job one, double seconds) {
  one.limit = lasting(seconds);
  return one;
}

double ran(const Summary& summary) { return summary.all.turnaround_s->max; }

}  // namespace

TEST_CASE("alone between the pods, a job needs no longer than its work") {
  Run run;
  const Summary summary = run.add(limited(job(1, 0, 2, 100), 1000))();
  CHECK(ran(summary) == doctest::Approx(100).epsilon(1e-6));
}

TEST_CASE("two jobs on one link each wait half as long again, and that is lost") {
  Run run;
  run.add(limited(job(1, 0, 2, 100), 1000)).add(limited(job(2, 0, 2, 100), 1000));
  const Summary summary = run();
  CHECK(ran(summary) == doctest::Approx(150).epsilon(1e-6));
  CHECK(summary.gpu_time.productive == Int128{400} * second * gpu_nanosecond);
  CHECK(summary.gpu_time.lost_to(Loss::network) ==
        summary.gpu_time.allocated - summary.gpu_time.productive);
  CHECK(summary.all.network == summary.gpu_time.lost_to(Loss::network));
}

TEST_CASE("a job is fast again when the other has gone") {
  Run run;
  run.add(limited(job(1, 0, 2, 100), 1000)).add(limited(job(2, 0, 2, 40), 1000));
  // Both at two thirds until the second has done its 40 s at 60 s; then 60 s are left of the first.
  CHECK(ran(run()) == doctest::Approx(120).epsilon(1e-6));
}

TEST_CASE("a limit is one of time: a job that is slowed may not make it") {
  Run run;
  run.add(limited(job(1, 0, 2, 100), 120)).add(limited(job(2, 0, 2, 100), 1000));
  const Summary summary = run();
  CHECK(summary.all.jobs.timed_out == 1);
  // It did 80 s of work in its 120 s; all of it is lost, but not all to the limit.
  CHECK(static_cast<double>(summary.gpu_time.lost_to(Loss::timed_out)) ==
        doctest::Approx(160e12).epsilon(1e-6));
}

TEST_CASE("an exact limit is what the source knows: it stops nobody whom the network slows") {
  Run run;
  run.add(limited(job(1, 0, 2, 100), 100)).add(limited(job(2, 0, 2, 100), 100));
  const Summary summary = run();
  CHECK(summary.all.jobs.completed == 2);
  CHECK(ran(summary) == doctest::Approx(150).epsilon(1e-6));
}

TEST_CASE("what the network cost counts inside the window, whatever the speeds before it were") {
  Run run;
  run.warm_up = at(50);
  run.horizon = at(100);
  run.add(limited(job(1, 0, 2, 1000), 5000)).add(limited(job(2, 20, 2, 1000), 5000));
  const Summary summary = run();
  // 50 s of four GPUs at two thirds of full speed.
  CHECK(static_cast<double>(summary.gpu_time.lost_to(Loss::network)) ==
        doctest::Approx(200e12 / 3).epsilon(1e-6));
  CHECK(summary.gpu_time.allocated == Int128{200} * second * gpu_nanosecond);
  run.warm_up = at(10);  // the speed changes inside the window: at 20 s
  CHECK(static_cast<double>(run().gpu_time.lost_to(Loss::network)) ==
        doctest::Approx(320e12 / 3).epsilon(1e-6));
}

TEST_CASE("when bandwidth is lost, jobs are slower from then on") {
  Run run;
  Tree halved = narrow();
  halved.pod_over = 4;
  run.rewirings.emplace_back(at(50), wired(halved).network);
  CHECK(ran(run.add(limited(job(1, 0, 2, 100), 1000))()) == doctest::Approx(125).epsilon(1e-6));
  run.rewirings.emplace_back(at(80), wired(narrow()).network);
  CHECK(ran(run()) == doctest::Approx(110).epsilon(1e-6));
}

TEST_CASE("backfills cope with jobs that run past their exact estimates") {
  for (const Planning planning : {Planning::per_instant, Planning::per_event}) {
    Run run;
    run.estimates = {Estimates::Kind::exact, 1.0};
    run.planning = planning;
    run.add(limited(job(1, 0, 2, 100), 1000)).add(limited(job(2, 0, 2, 100), 1000));
    run.add(limited(job(3, 1, 2, 100), 1000)).add(limited(job(4, 2, 1, 500), 1000));
    run.add(limited(job(5, 120, 1, 10), 1000)).add(limited(job(6, 130, 2, 10), 1000));
    CHECK(run(easy(nullptr)).all.jobs.completed == 6);
    CHECK(run(conservative()).all.jobs.completed == 6);
    CHECK(run(no_backfill()).all.jobs.completed == 6);
  }
}
