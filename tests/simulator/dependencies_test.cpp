// What jobs wait for beyond room, as sbatch lets them: other jobs, and their turn in an array.
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "simulator/sinks/event_log.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

Job with(Job one, Terms terms) {
  one.terms = std::make_shared<const Terms>(std::move(terms));
  return one;
}

Job following(Job one, Dependency::Kind kind, std::uint64_t other) {
  Terms terms;
  terms.after.push_back({kind, other, Duration{}});
  return with(std::move(one), terms);
}

Job in_array(Job one, std::uint64_t array, std::uint32_t at_once) {
  Terms terms;
  terms.array = array;
  terms.array_limit = at_once;
  return with(std::move(one), terms);
}

Job killed(Job one) {
  one.limit = one.work / 2;
  return one;
}

Job delayed(Job one, std::uint64_t other, double seconds) {
  Terms terms;
  terms.after.push_back({Dependency::Kind::after, other, lasting(seconds)});
  return with(std::move(one), terms);
}

// What happened but for submissions, on nodes of one GPU.
std::string told(std::uint32_t nodes, std::vector<Job> jobs, const std::string& order = "fifo") {
  const SettingsTree config = testing::tree(
      testing::map({{"order", order}, {"placer", "first_fit"}, {"admission", "dependencies"}}));
  Policy policy = make_policy(config.root());
  const Fleet fleet = plain_fleet(nodes, 1);
  ListSource source(std::move(jobs));
  StringOut out;
  const auto log = event_log(out, fleet, Sources::one);
  Simulation(fleet, source, policy, {}, {log.get()}).run();
  std::string rest;
  std::istringstream lines(out.written);
  for (std::string line; std::getline(lines, line);) {
    rest += line.find(" submit ") == std::string::npos ? line + "\n" : "";
  }
  return rest;
}

}  // namespace

TEST_CASE("of an array no more tasks run at once than it says, and others pass them") {
  CHECK(told(3, {in_array(job(1, 0, 1, 10), 1, 1), in_array(job(2, 0, 1, 10), 1, 1),
                 job(3, 0, 1, 5)}) ==
        "          0s  start    job 1       n1:0\n"
        "          0s  start    job 3       n2:0\n"
        "          5s  end      job 3       completed after 5s\n"
        "         10s  end      job 1       completed after 10s\n"
        "         10s  start    job 2       n1:0\n"
        "         20s  end      job 2       completed after 10s\n");
}

TEST_CASE("a job starts when the one that it depends on has ended well, or has not") {
  CHECK(
      told(3, {killed(job(1, 0, 1, 10)), following(job(2, 0, 1, 5), Dependency::Kind::after_ok, 1),
               following(job(3, 0, 1, 5), Dependency::Kind::after_not_ok, 1),
               following(job(4, 0, 1, 5), Dependency::Kind::after_any, 3)}) ==
      "          0s  start    job 1       n1:0\n"
      "          5s  end      job 1       timed out after 5s\n"
      "          5s  start    job 3       n1:0\n"
      "         10s  end      job 3       completed after 5s\n"
      "         10s  start    job 4       n1:0\n"
      "         15s  end      job 4       completed after 5s\n"
      "         15s  waiting  job 2       for 15s: DependencyNeverSatisfied\n");
}

TEST_CASE(
    "a job that depends on one that did not come before it is rejected, so nobody waits in "
    "circles") {
  CHECK(told(2, {following(job(1, 0, 1, 5), Dependency::Kind::after_any, 2),
                 following(job(2, 0, 1, 5), Dependency::Kind::after_any, 1),
                 following(job(3, 0, 1, 5), Dependency::Kind::after_any, 3)}) ==
        "          0s  reject   job 1       depends on job 2, which was not submitted before it\n"
        "          0s  reject   job 2       depends on job 1, which was not submitted before it\n"
        "          0s  reject   job 3       depends on job 3, which was not submitted before it\n");
}

TEST_CASE(
    "a job that follows the start of another counts from its first start, and nobody wakes for "
    "others") {
  CHECK(told(3, {job(1, 0, 1, 10), delayed(job(2, 1, 1, 5), 1, 60), job(3, 70, 1, 5),
                 following(killed(job(4, 80, 1, 5)), Dependency::Kind::after_not_ok, 3)}) ==
        "          0s  start    job 1       n1:0\n"
        "         10s  end      job 1       completed after 10s\n"
        "          1m  start    job 2       n1:0\n"
        "        1m5s  end      job 2       completed after 5s\n"
        "       1m10s  start    job 3       n1:0\n"
        "       1m15s  end      job 3       completed after 5s\n"
        "       1m20s  waiting  job 4       for 0s: DependencyNeverSatisfied\n");
}

TEST_CASE("a job follows another into the same instant though it comes before it in the order") {
  Job first = delayed(job(2, 0, 1, 5), 1, 0);
  first.priority = 1;
  CHECK(told(2, {job(1, 0, 1, 10), first}, "priority") ==
        "          0s  start    job 1       n1:0\n"
        "          0s  start    job 2       n2:0\n"
        "          5s  end      job 2       completed after 5s\n"
        "         10s  end      job 1       completed after 10s\n");
}
