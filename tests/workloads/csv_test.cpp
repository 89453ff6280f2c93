#include "workloads/csv.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/workloads/jobs.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

// The columns b and a of all rows: "b1|a1 b2|a2 ".
std::string read_b_and_a(const std::string& content) {
  Csv csv(TextLines::of_text("t.csv", content), {"b", "a"});
  std::string text;
  while (csv.next()) {
    text += std::string(csv.text(0)) + "|" + std::string(csv.text(1)) + " ";
  }
  return text;
}

std::string error_in(const std::string& content) {
  return error_of([&] { (void)read_b_and_a(content); });
}

std::string error_of_count(const std::string& field) {
  return error_of([&] {
    Csv csv(TextLines::of_text("t.csv", "n\n" + field + "\n"), {"n"});
    REQUIRE(csv.next());
    (void)csv.count(0, 1);
  });
}

std::string error_of_seconds(const std::string& field) {
  return error_of([&] {
    Csv csv(TextLines::of_text("t.csv", "s\n" + field + "\n"), {"s"});
    REQUIRE(csv.next());
    (void)csv.seconds(0);
  });
}

}  // namespace

TEST_CASE("columns are found by their names in the header, whatever their order") {
  CHECK(read_b_and_a("a,b\n1,2\n3,4\n") == "2|1 4|3 ");
  CHECK(read_b_and_a("b,c,a\n1,2,3\n\n,,\r\n") == "1|3 | ");
}

TEST_CASE("fields may be quoted, with commas and doubled quotes inside") {
  CHECK(read_b_and_a("\"a\",\"b\"\n\"x,y\",\"he said \"\"no\"\"\"\n\"\",\n") ==
        "he said \"no\"|x,y | ");
}

TEST_CASE("a table that is not well formed is refused") {
  CHECK(error_in("") == "t.csv: holds no job\n  a header line is expected: b, a");
  CHECK(error_in("a,c\n") == "t.csv:1: the header has no column 'b'\n  expected columns: b, a");
  CHECK(error_in("a,b\n1\n") == "t.csv:2: has 1 fields, the header has 2");
  CHECK(error_in("a,b\n1,2\n1,2,3\n") == "t.csv:3: has 3 fields, the header has 2");
  CHECK(error_in("a,b\n\"1,2\n") == "t.csv:2: a quoted field does not end on its line");
  CHECK(error_in("a,b\n1\"1,2\n") ==
        "t.csv:2: a quote stands inside a field\n  write the field in quotes and \" as \"\"");
  CHECK(error_in("a,b\n\"1\"1,2\n") ==
        "t.csv:2: a quote stands inside a field\n  write the field in quotes and \" as \"\"");
}

TEST_CASE("a count or a time in a table is checked") {
  CHECK(error_of_count("7") == "fine");
  CHECK(error_of_count("7.0") == "fine");
  CHECK(error_of_count("x") == "t.csv:2: n: must be a whole number, is 'x'");
  CHECK(error_of_count("1.5") == "t.csv:2: n: must be a whole number, is '1.5'");
  CHECK(error_of_count("0") == "t.csv:2: n: must be 1..2147483647, is 0");
  CHECK(error_of_count("99999999999") == "t.csv:2: n: must be 1..2147483647, is 99999999999");
  CHECK(error_of_seconds("66.0") == "fine");
  CHECK(error_of_seconds("1h") == "t.csv:2: s: must be a number of seconds, is '1h'");
  CHECK(error_of_seconds("-1") == "t.csv:2: s: is negative (-1)");
  CHECK(error_of_seconds("9999999999") ==
        "t.csv:2: s: is too long (9999999999)\n  the longest is 146 years");
}
