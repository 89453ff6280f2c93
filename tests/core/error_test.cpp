#include "core/error.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/check.hpp"

namespace berth {
namespace {

const std::vector<std::string> backfills{"none", "easy", "conservative"};

TEST_CASE("a place prints as path, line and column, without what is not known") {
  CHECK(to_string(Where{"a.yaml", 14, 3}) == "a.yaml:14:3");
  CHECK(to_string(Where{"a.csv", 14}) == "a.csv:14");
  CHECK(to_string(Where{"a.yaml"}) == "a.yaml");
  CHECK(to_string(Where{}).empty());
  CHECK(to_string(Where{"a.yaml", 0, 3}) == "a.yaml");
}

TEST_CASE("an input error says where, what, and what would be right") {
  const InputError error({"small.yaml", 14, 13}, "policy.backfill: no such backfill 'easyy'",
                         "known: none, easy, conservative");
  CHECK(error.what() == std::string("small.yaml:14:13: policy.backfill: no such backfill 'easyy'\n"
                                    "  known: none, easy, conservative"));
}

TEST_CASE("an input error without a place or a remedy is what is wrong alone") {
  CHECK(InputError({}, "the trace is empty").what() == std::string("the trace is empty"));
}

TEST_CASE("a slip of the keyboard finds the name that was meant") {
  CHECK(nearest_name("easyy", backfills) == "easy");
  CHECK(nearest_name("conservatve", backfills) == "conservative");
  CHECK(nearest_name("nnoe", backfills) == "none");
  CHECK(nearest_name("easy", backfills) == "easy");
}

TEST_CASE("a name that is nowhere near finds none") {
  CHECK(nearest_name("fair_share", backfills).empty());
  CHECK(nearest_name("easy", std::vector<std::string>{}).empty());
}

TEST_CASE("of two names equally near the first known one is meant") {
  CHECK(nearest_name("bat", std::vector<std::string>{"cat", "hat"}) == "cat");
}

TEST_CASE("the edit distance counts letters put in, left out and replaced") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("sitting", "kitten") == 3);
}

TEST_CASE("a broken promise names itself and where it was made") {
  std::string message;
  try {
    check(false, "a placement takes free GPUs only");
  } catch (const InternalError& error) {
    message = error.what();
  }
  CHECK(message.find("error_test.cpp:") != std::string::npos);
  CHECK(message.find(": broken promise: a placement takes free GPUs only") != std::string::npos);
}

TEST_CASE("a kept promise says nothing") { CHECK_NOTHROW(check(true, "true is true")); }

}  // namespace
}  // namespace berth
