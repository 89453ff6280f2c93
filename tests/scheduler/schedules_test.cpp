// Schedules worked out by hand. A job is a line "name gpus estimate [runs]" and comes at 0s in the
// order written, unless "@5" says when; the picture has a row a GPU and a character a second. A
// number of 100 or more is a share of one GPU in thousandths.
#include <algorithm>
#include <chrono>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/scheduler/driver.hpp"
#include "tests/scheduler/pictures.hpp"

using namespace berth;
using namespace berth::testing;
using namespace std::chrono_literals;

namespace {

struct Named {
  char name = '?';
  TestJob job;
};

Named parsed(const std::string& line) {
  std::istringstream words(line);
  Named one;
  std::uint32_t gpus = 0;
  int estimate = 0;
  words >> one.name >> gpus >> estimate;
  int runs = estimate;
  for (std::string word; words >> word;) {
    if (word[0] == '@') {
      one.job.submit = SimTime{} + std::chrono::seconds(std::stoi(word.substr(1)));
    } else {
      runs = std::stoi(word);
    }
  }
  one.job.shape = gpus >= 100 ? Shape{1, 0, 0, 0, gpus} : tasks(gpus, 1);
  one.job.estimate = std::chrono::seconds(estimate);
  one.job.runs = std::chrono::seconds(runs);
  return one;
}

class Gantt final : public Driver {
 public:
  Gantt(Policy policy, const Fleet& fleet, const std::vector<Named>& jobs)
      : Driver(std::move(policy), fleet, {}), jobs_(jobs), rows_(fleet.nodes()) {
    std::vector<TestJob> list;
    for (const Named& one : jobs) {
      list.push_back(one.job);
    }
    run(list);
  }

  [[nodiscard]] std::string picture() const {
    std::size_t width = 0;
    for (const std::string& row : rows_) {
      width = std::max(width, row.size());
    }
    std::string all;
    for (const std::string& row : rows_) {
      all += "\n" + row + std::string(width - row.size(), '.');
    }
    return all;
  }

 private:
  void planned(const std::vector<Draft::Start>& starts) override {
    for (const Draft::Start& start : starts) {
      const Named& one = jobs_[number(start.job)];
      for (const Part& part : start.placement) {
        std::string& row = rows_[part.node.index()];
        row.resize(static_cast<std::size_t>((now() - SimTime{}) / 1s), '.');
        row += std::string(static_cast<std::size_t>(one.job.runs / 1s), one.name);
      }
    }
  }

  const std::vector<Named>& jobs_;
  std::vector<std::string> rows_;
};

// On so many single-GPU nodes.
std::string schedule(std::unique_ptr<Backfill> backfill, std::uint32_t gpus,
                     const std::vector<std::string>& lines,
                     std::unique_ptr<JobOrder> order = fifo()) {
  std::vector<Named> jobs;
  for (const std::string& line : lines) {
    jobs.push_back(parsed(line));
  }
  const Fleet fleet = uniform(gpus, 1);
  Policy policy{std::move(order), first_fit(), std::move(backfill), Planning::per_instant, {}};
  return Gantt(std::move(policy), fleet, jobs).picture();
}

}  // namespace

TEST_CASE("without backfill nobody overtakes the job that waits") {
  CHECK(schedule(no_backfill(), 4, {"a 3 4", "b 2 3", "c 1 2"}) == R"(
aaaabbb
aaaabbb
aaaacc.
.......)");
}

TEST_CASE("EASY lets a job overtake that ends before the first waiting one could start") {
  CHECK(schedule(easy(nullptr), 4, {"a 3 4", "b 2 3", "c 1 4"}) == R"(
aaaabbb
aaaabbb
aaaa...
cccc...)");
}

TEST_CASE("EASY lets a job overtake that is longer, on what the first waiting one leaves over") {
  CHECK(schedule(easy(nullptr), 4, {"a 3 4", "b 3 3", "c 1 9"}) == R"(
aaaabbb..
aaaabbb..
aaaabbb..
ccccccccc)");
}

TEST_CASE("EASY refuses a job that would take what the first waiting one needs") {
  CHECK(schedule(easy(nullptr), 4, {"a 3 4", "b 4 3", "c 1 5"}) == R"(
aaaabbbccccc
aaaabbb.....
aaaabbb.....
....bbb.....)");
}

TEST_CASE("EASY spends what is left over only once") {
  CHECK(schedule(easy(nullptr), 5, {"a 3 4", "b 4 3", "c 1 9", "d 1 9"}) == R"(
aaaabbbddddddddd
aaaabbb.........
aaaabbb.........
ccccccccc.......
....bbb.........)");
}

TEST_CASE("EASY holds for the first waiting job only: the second may be delayed") {
  CHECK(schedule(easy(nullptr), 3, {"a 2 4", "b 2 2", "c 3 2", "d 1 7"}) == R"(
aaaabb.cc
aaaabb.cc
dddddddcc)");
}

TEST_CASE("conservative holds for every waiting job: nobody is delayed") {
  CHECK(schedule(conservative(), 3, {"a 2 4", "b 2 2", "c 3 2", "d 1 7"}) == R"(
aaaabbccddddddd
aaaabbcc.......
......cc.......)");
}

TEST_CASE("conservative lets a job overtake where it fits between all promises") {
  CHECK(schedule(conservative(), 3, {"a 2 4", "b 2 2", "c 3 2", "d 1 6"}) == R"(
aaaabbcc
aaaabbcc
ddddddcc)");
}

TEST_CASE("EASY-SJBF lets the shortest try first") {
  const std::vector<std::string> jobs{"a 3 4", "b 4 3", "c 1 4", "d 1 2"};
  CHECK(schedule(easy(nullptr), 4, jobs) == R"(
aaaabbbdd
aaaabbb..
aaaabbb..
ccccbbb..)");
  CHECK(schedule(easy(shortest_estimate()), 4, jobs) == R"(
aaaabbbcccc
aaaabbb....
aaaabbb....
dd..bbb....)");
}

TEST_CASE("a job that ends early lets the first waiting job start early") {
  CHECK(schedule(easy(nullptr), 2, {"a 2 9 3", "b 2 2"}) == R"(
aaabb
aaabb)");
}

TEST_CASE("conservative promises shares by the GPU they sit on, among promises of whole ones") {
  CHECK(schedule(conservative(), 2, {"a 2 4", "b 2 1", "c 600 3", "d 600 2", "e 600 5", "f 1 3"}) ==
        R"(
aaaabcccfff.
aaaabddeeeee)");
}

TEST_CASE("conservative moves promises up when a job ends early, in the order of the queue") {
  CHECK(schedule(conservative(), 2, {"a 2 8 3", "b 1 4", "c 2 2", "d 1 5"}) == R"(
aaabbbbccddddd
aaa....cc.....)");
}

TEST_CASE("the order of the queue decides who starts first") {
  const std::vector<std::string> jobs{"a 2 3", "b 2 5", "c 1 4", "d 2 1"};
  CHECK(schedule(no_backfill(), 2, jobs) == R"(
aaabbbbbccccd
aaabbbbb....d)");
  CHECK(schedule(no_backfill(), 2, jobs, shortest_estimate()) == R"(
daaaccccbbbbb
daaa....bbbbb)");
  CHECK(schedule(no_backfill(), 2, jobs, smallest_first()) == R"(
ccccaaabbbbbd
....aaabbbbbd)");
}

TEST_CASE("a newcomer overtakes while nothing ends, as long as it delays nobody who was promised") {
  CHECK(schedule(easy(nullptr), 3, {"a 2 6", "b 3 2", "c 1 4 @1", "d 1 2 @3"}) == R"(
aaaaaabbdd
aaaaaabb..
.cccc.bb..)");
}
