#include "core/units.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace std::chrono_literals;

namespace berth {
namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

// The texts that `parse` takes although it should not.
template <class Parse>
std::vector<std::string> taken(Parse parse, const std::vector<std::string>& texts) {
  std::vector<std::string> wrong;
  for (const std::string& text : texts) {
    if (parse(text)) {
      wrong.push_back(text);
    }
  }
  return wrong;
}

TEST_CASE("a duration is read as people write it") {
  CHECK(parse_duration("90s") == 90s);
  CHECK(parse_duration("2h30m") == 150min);
  CHECK(parse_duration("7d") == 168h);
  CHECK(parse_duration("1w2d3h4m5s6ms7us8ns") == (7 + 2) * 24h + 3h + 4min + 5s + 6ms + 7us + 8ns);
  CHECK(parse_duration("250ms") == 250ms);
  CHECK(parse_duration("0") == 0ns);
  CHECK(parse_duration("0s") == 0ns);
}

TEST_CASE("the last unit of a duration may have decimals that make whole nanoseconds") {
  CHECK(parse_duration("1.5h") == 90min);
  CHECK(parse_duration("1h0.5m") == 1h + 30s);
  CHECK(parse_duration("0.1s") == 100ms);
  CHECK(parse_duration("0.000000001s") == 1ns);
  CHECK(parse_duration("0.100000000000000000s") == 100ms);
  CHECK(taken(parse_duration, {"0.5ns", "0.0000000001s", "0.3333333333s"}).empty());
}

TEST_CASE("a malformed duration is no duration") {
  CHECK(taken(parse_duration,
              {"",     " ",       "1",    "90",    "s",     "-1s",  "+1s",
               "1 s",  " 1s",     "1s ",  "1S",    "1x",    "1sec", "1m2h",
               "1s1s", "1.5h30m", ".5h",  "1.h",   "1..5h", "1e3s", "0x1s",
               "01s",  "1h05m",   "1,5h", "1h-5m", "1h ",   "1h5",  "0.1234567890123456789s",
               "inf",  "nan"})
            .empty());
}

TEST_CASE("a duration ends at the longest there is and never saturates") {
  CHECK(parse_duration("4611686018427387904ns") == longest_duration);
  CHECK(taken(parse_duration,
              {"4611686018427387905ns", "4611686018427387904.5ns", "9223372036854775808ns",
               "9223372036854775807w", "200000w", "7625w4611686018427387904ns"})
            .empty());
}

TEST_CASE("a duration is written in whole units, days being the largest") {
  CHECK(format_duration(150min) == "2h30m");
  CHECK(format_duration(24h) == "1d");
  CHECK(format_duration(0s) == "0s");
  CHECK(format_duration(1500ms) == "1s500ms");
  CHECK(format_duration(168h) == "7d");
  CHECK(format_duration(-90s) == "-1m30s");
  CHECK(format_duration(Duration::min()) == "-106751d23h47m16s854ms775us808ns");
}

TEST_CASE("what is written of a duration reads back as the same duration") {
  CHECK(rc::check([] {
    const auto bits = *rc::gen::inRange<unsigned>(0, 63);
    const auto any = *rc::gen::arbitrary<std::uint64_t>();
    const Duration duration{static_cast<Duration::rep>(any & ((std::uint64_t{1} << bits) - 1)) / 2};
    RC_ASSERT(parse_duration(format_duration(duration)) == duration);
  }));
}

TEST_CASE("bytes are read with binary and decimal units") {
  CHECK(parse_bytes("40GiB") == std::int64_t{40} << 30);
  CHECK(parse_bytes("2TB") == 2'000'000'000'000);
  CHECK(parse_bytes("512") == 512);
  CHECK(parse_bytes("512B") == 512);
  CHECK(parse_bytes("1kB") == 1000);
  CHECK(parse_bytes("1KiB") == 1024);
  CHECK(parse_bytes("1.5GiB") == std::int64_t{3} << 29);
  CHECK(parse_bytes("0") == 0);
}

TEST_CASE("malformed bytes, parts of a byte, and too many bytes are refused") {
  CHECK(parse_bytes("9223372036854775807") == most);
  CHECK(parse_bytes("8191PiB") == std::int64_t{8191} << 50);
  CHECK(taken(parse_bytes, {"",
                            "B",
                            "GiB",
                            "-1",
                            "+1",
                            "1 GiB",
                            "1gib",
                            "1KB",
                            "1kb",
                            "1G",
                            "1GiBs",
                            "010",
                            "0x10",
                            "1.5",
                            "1.5B",
                            "0.0001kB",
                            "1e3",
                            "8192PiB",
                            "9224PB",
                            "9223372036854775808",
                            "99999999999999999999",
                            "1GiB1MiB"})
            .empty());
}

TEST_CASE("bytes are written in the largest binary unit that leaves them whole") {
  CHECK(format_bytes(std::int64_t{40} << 30) == "40GiB");
  CHECK(format_bytes(1536) == "1536B");
  CHECK(format_bytes(1'024'000) == "1000KiB");
  CHECK(format_bytes(1001) == "1001B");
  CHECK(format_bytes(0) == "0B");
  CHECK(format_bytes(most) == "9223372036854775807B");
}

TEST_CASE("what is written of bytes reads back as the same bytes") {
  CHECK(rc::check([] {
    const auto scale = *rc::gen::element<std::int64_t>(1, 1000, 1024, 1'000'000, 1 << 30);
    const std::int64_t bytes = *rc::gen::inRange<std::int64_t>(0, most / scale) * scale;
    RC_ASSERT(parse_bytes(format_bytes(bytes)) == bytes);
  }));
}

TEST_CASE("an integer is decimal digits and nothing else") {
  CHECK(parse_integer("0") == 0);
  CHECK(parse_integer("-12") == -12);
  CHECK(parse_integer("9223372036854775807") == most);
  CHECK(parse_integer("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
  CHECK(taken(parse_integer, {"", "-", "--1", "+1", "010", "-01", "-0", "00", "0x10", "1.0", "1e3",
                              " 1", "1 ", "1_000", "9223372036854775808", "-9223372036854775809"})
            .empty());
}

TEST_CASE("what is written of an integer reads back as the same integer") {
  CHECK(rc::check(
      [](std::int64_t integer) { RC_ASSERT(parse_integer(std::to_string(integer)) == integer); }));
}

TEST_CASE("a number is decimal and finite") {
  CHECK(parse_number("0.5") == 0.5);
  CHECK(parse_number("1e-3") == 1e-3);
  CHECK(parse_number("-2.5E+3") == -2500.0);
  CHECK(parse_number("12") == 12.0);
  CHECK(parse_number("0.1") == 0.1);
  CHECK(taken(parse_number, {"", "-", "+1", "1e", "1e+", "1e+-3", "e3", "0x1p3", "inf", "-inf",
                             "nan", "infinity", "1e999", "1,5", " 1", "1 ", "1.5.2", "1e3.5"})
            .empty());
}

TEST_CASE("parsing any text at all takes the whole of it or nothing") {
  CHECK(rc::check([] {
    const auto text = *rc::gen::container<std::string>(
        rc::gen::elementOf(std::string("0123456789.-+ewdhmsunskMGTPiB ")));
    const auto duration = parse_duration(text);
    RC_ASSERT((!duration || parse_duration(format_duration(*duration)) == duration));
    const auto bytes = parse_bytes(text);
    RC_ASSERT((!bytes || parse_bytes(format_bytes(*bytes)) == bytes));
    const auto integer = parse_integer(text);
    RC_ASSERT((!integer || std::to_string(*integer) == text));
    RC_ASSERT((!integer || parse_number(text).has_value()));
  }));
}

}  // namespace
}  // namespace berth
