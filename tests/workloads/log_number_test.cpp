#include "workloads/log_number.hpp"

#include <chrono>
#include <cstdint>
#include <string>

#include <doctest/doctest.h>

using namespace berth;
using namespace std::chrono_literals;

namespace {

Duration seconds_of(std::string_view text) {
  const auto number = parse_log_number(text);
  REQUIRE(number);
  const auto seconds = number->seconds();
  return seconds.value_or(Duration(-1));
}

}  // namespace

TEST_CASE("a number of a log is decimal digits with an optional sign and fraction") {
  CHECK(parse_log_number("42")->is(42));
  CHECK(parse_log_number("-1")->is(-1));
  CHECK(parse_log_number("007")->is(7));
  CHECK(parse_log_number("-0.5")->is_negative());
  CHECK(parse_log_number("3.0")->is_whole());
  for (const char* bad :
       {"", "-", "+1", ".5", "5.", "1e3", "nan", "inf", "0x1", "1 ", " 1", "1,5", "--1", "1.5.2"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_log_number(bad));
  }
}

TEST_CASE("seconds with a fraction are exact to the nanosecond") {
  CHECK(seconds_of("1234567890.123") == 1234567890s + 123ms);
  CHECK(seconds_of("0.000000001") == 1ns);
  CHECK(seconds_of("0.1234567899") == 123456789ns);
}

TEST_CASE("seconds that a run cannot hold are none") {
  CHECK(seconds_of("4611686017.9") == 4611686017s + 900ms);
  CHECK(seconds_of("4611686018") == Duration(-1));
  CHECK(seconds_of("99999999999999999999999999999999999999") == Duration(-1));
  CHECK(seconds_of("-3") == Duration(-1));
}
