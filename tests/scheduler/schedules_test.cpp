// Schedules worked out by hand; see gantt.hpp for how they are written.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/scheduler/gantt.hpp"

using namespace berth;
using namespace berth::testing;

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
