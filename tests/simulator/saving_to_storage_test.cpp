// Jobs whose checkpoints go to the storage of the site. Small stories, as of in_place_test.cpp.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/simulator/in_place_world.hpp"

using namespace berth;
using namespace berth::test;
using namespace berth::test::in_place;

namespace {

// Two gangs on a node each that save 20 GB after every 30 s of work.
std::string story_of_savers(bool beside, std::int64_t bytes_per_s, std::vector<Failure> failures) {
  Terms terms;
  terms.checkpoint_every = lasting(30);
  terms.checkpoint_bytes = 20'000'000'000;
  terms.checkpoint_beside = beside;
  GangWorld world{{gang(1, 0, 1, 70, terms), gang(2, 2, 1, 70, terms)}, std::move(failures)};
  world.storage_bytes_per_s = bytes_per_s;
  return world.run().story();
}

}  // namespace

TEST_CASE("jobs that save at a time share the storage, and stand still as long as it takes") {
  // At 5 GB/s one saves from 30 to 34 s, alone for 2 s and by halves until 36 s; the other, which
  // began at 32 s, has all of it again and is done at 38 s. The same once more after 30 s.
  CHECK(story_of_savers(false, 5'000'000'000, {}) ==
        R"(          0s  start    job 1       n1:0-3
          2s  start    job 2       n2:0-3
       1m22s  end      job 1       completed after 1m22s
       1m24s  end      job 2       completed after 1m22s
)");
}

TEST_CASE("beside the work a checkpoint costs no time, and counts when it is whole") {
  CHECK(story_of_savers(true, 5'000'000'000, {}) ==
        R"(          0s  start    job 1       n1:0-3
          2s  start    job 2       n2:0-3
       1m10s  end      job 1       completed after 1m10s
       1m12s  end      job 2       completed after 1m10s
)");
  // It is whole at 36 s.
  CHECK(story_of_savers(true, 5'000'000'000, {of_node(36, 0)}).find("loses 6s") !=
        std::string::npos);
  CHECK(story_of_savers(true, 5'000'000'000, {of_node(35.9, 0)}).find("loses 35s900ms") !=
        std::string::npos);
}

TEST_CASE("a checkpoint that comes due while the one before is being written is in vain") {
  // 20 GB take 40 s: that of 30 s is whole at 70 s, that of 60 s of work is not taken.
  Terms terms;
  terms.checkpoint_every = lasting(30);
  terms.checkpoint_bytes = 20'000'000'000;
  terms.checkpoint_beside = true;
  GangWorld world{{gang(1, 0, 1, 200, terms)}, {of_node(80, 0)}};
  world.storage_bytes_per_s = 500'000'000;
  CHECK(world.run().story().find("loses 50s") != std::string::npos);
}

namespace {

// Job 1 is warned at 25 s of a failure at 90 s.
std::string story_of_warned(bool beside) {
  Failure failure = of_node(90, 0);
  Failure warning = of_node(25, 0);
  warning.severity = Severity::low;
  warning.warns = warning.clears = failure.foretold = true;
  warning.threatens = failure.at;
  return story_of_savers(beside, 5'000'000'000, {warning, failure});
}

}  // namespace

TEST_CASE("who saves to storage leaves a node that will fail when his next checkpoint is whole") {
  // As above: it is whole at 36 s, with 30 s of work.
  const std::string stops = story_of_warned(false);
  CHECK(stops.find("36s  stop     job 1       gpu, requeued after 36s, loses 0s") !=
        std::string::npos);
  CHECK(stops.find("36s  start    job 1       n3:0-3") != std::string::npos);
  const std::string beside = story_of_warned(true);
  CHECK(beside.find("36s  stop     job 1       gpu, requeued after 36s, loses 6s") !=
        std::string::npos);
}

namespace {

GpuTime one_that_saves(Terms terms, std::int64_t bytes_per_s) {
  terms.checkpoint_every = lasting(30);
  terms.restart = lasting(8);
  GangWorld world{{gang(1, 0, 1, 500, terms)},
                  {of_node(100, 0), noticed_after(7, of_node(230, 1))}};
  world.storage_bytes_per_s = bytes_per_s;
  return world.run().summary.gpu_time;
}

}  // namespace

TEST_CASE("who has the storage alone pays what a checkpoint of fixed cost and length would cost") {
  Terms stops;
  stops.checkpoint_cost = lasting(4);
  Terms stored;
  stored.checkpoint_bytes = 20'000'000'000;
  CHECK(one_that_saves(stops, 0).lost == one_that_saves(stored, 5'000'000'000).lost);
  Terms writes;
  writes.checkpoint_cost = lasting(1);
  writes.checkpoint_async = lasting(4);
  stored.checkpoint_cost = lasting(1);
  stored.checkpoint_beside = true;
  CHECK(one_that_saves(writes, 0).lost == one_that_saves(stored, 5'000'000'000).lost);
}
