#include "core/settings.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "core/settings_tree.hpp"
#include "core/time.hpp"
#include "tests/core/settings_trees.hpp"

using namespace berth;
using namespace berth::testing;
using namespace std::chrono_literals;

namespace {

const std::vector<std::string_view> backfills{"none", "easy", "conservative"};

void read_count(Setting value) { (void)value.count(1, 64); }
void read_any_count(Setting value) {
  (void)value.count(0, std::numeric_limits<std::int64_t>::max());
}
void read_number(Setting value) { (void)value.number(0.0, 1.0); }
void read_duration(Setting value) { (void)value.duration(); }
void read_bytes(Setting value) { (void)value.bytes(); }
void read_flag(Setting value) { (void)value.flag(); }
void read_text(Setting value) { (void)value.text(); }
void read_choice(Setting value) { (void)value.choice(backfills); }
void read_kind(Setting value) { (void)value.kind_among(backfills); }
void read_items(Setting value) { (void)value.items(); }
void read_map(Setting value) { (void)value.entries(); }

struct BadRead {
  Value written;
  std::function<void(Setting)> read;
  std::string message;
};

// Each value stands at key "x" of the root.
void check_messages(const std::vector<BadRead>& table) {
  for (const BadRead& row : table) {
    const SettingsTree config = tree(map({{"x", row.written}}));
    CHECK(error_of([&] { row.read(config.root().at("x")); }) == row.message);
  }
}

const char* const digits_only = "\n  write decimal digits only, for example 42";

}  // namespace

TEST_CASE("a count is decimal digits within its limits") {
  check_messages({
      {"64", read_count, "fine"},
      {"0", read_count, "c.yaml:2:5: x: must be between 1 and 64, is 0"},
      {"65", read_count, "c.yaml:2:5: x: must be between 1 and 64, is 65"},
      {"-1", read_any_count, "c.yaml:2:5: x: must be at least 0, is -1"},
      {"9223372036854775807", read_any_count, "fine"},
      {"9223372036854775808", read_any_count,
       "c.yaml:2:5: x: must be at most 9223372036854775807, is 9223372036854775808"},
      {"010", read_count,
       std::string("c.yaml:2:5: x: must be a whole number, is '010'") + digits_only},
      {"0x10", read_count,
       std::string("c.yaml:2:5: x: must be a whole number, is '0x10'") + digits_only},
      {"1e3", read_count,
       std::string("c.yaml:2:5: x: must be a whole number, is '1e3'") + digits_only},
      {"1_000", read_count,
       std::string("c.yaml:2:5: x: must be a whole number, is '1_000'") + digits_only},
      {"1.0", read_count,
       std::string("c.yaml:2:5: x: must be a whole number, is '1.0'") + digits_only},
      {"", read_count, std::string("c.yaml:2:5: x: must be a whole number, is ''") + digits_only},
      {Value(), read_count,
       std::string("c.yaml:2:5: x: must be a whole number, is empty") + digits_only},
      {list({}), read_count,
       std::string("c.yaml:2:5: x: must be a whole number, is a list") + digits_only},
      {quoted("5"), read_count,
       "c.yaml:2:5: x: must be a whole number, is '5' in quotes\n  write it without quotes"},
  });
}

TEST_CASE("a number is finite and within its limits") {
  const std::string how = "\n  write it like 0.5, 12 or 1e-3";
  check_messages({
      {"1e-3", read_number, "fine"},
      {"1.5", read_number, "c.yaml:2:5: x: must be between 0 and 1, is 1.5"},
      {"-0.1", read_number, "c.yaml:2:5: x: must be between 0 and 1, is -0.1"},
      {"nan", read_number, "c.yaml:2:5: x: must be a finite number, is 'nan'" + how},
      {".inf", read_number, "c.yaml:2:5: x: must be a finite number, is '.inf'" + how},
      {"1e999", read_number, "c.yaml:2:5: x: must be a finite number, is '1e999'" + how},
      {"half", read_number, "c.yaml:2:5: x: must be a finite number, is 'half'" + how},
      {map({}), read_number, "c.yaml:2:5: x: must be a number, is a map" + how},
  });
}

TEST_CASE("a duration has a unit") {
  const std::string unit = "\n  write a unit, for example 90s or 2h30m";
  check_messages({
      {"2h30m", read_duration, "fine"},
      {"0", read_duration, "fine"},
      {"90", read_duration, "c.yaml:2:5: x: is a duration without a unit: '90'" + unit},
      {"1.5", read_duration, "c.yaml:2:5: x: is a duration without a unit: '1.5'" + unit},
      {"-5s", read_duration, "c.yaml:2:5: x: must not be negative, is '-5s'"},
      {"soon", read_duration,
       "c.yaml:2:5: x: must be a duration, is 'soon'\n"
       "  units are w d h m s ms us ns, for example 90s or 2h30m"},
      {quoted("90s"), read_duration,
       "c.yaml:2:5: x: must be a duration, is '90s' in quotes\n  write it without quotes"},
  });
}

TEST_CASE("sizes, flags, texts, lists and maps say what they must be") {
  check_messages({
      {"40GiB", read_bytes, "fine"},
      {"40 apples", read_bytes,
       "c.yaml:2:5: x: must be a size, is '40 apples'\n  write for example 40GiB, 2TB or 512"},
      {"true", read_flag, "fine"},
      {"yes", read_flag, "c.yaml:2:5: x: must be true or false, is 'yes'"},
      {quoted("true"), read_flag,
       "c.yaml:2:5: x: must be true or false, is 'true' in quotes\n  write it without quotes"},
      {quoted("90"), read_text, "fine"},
      {Value(), read_text, "c.yaml:2:5: x: must be a text, is empty"},
      {"4", read_items,
       "c.yaml:2:5: x: must be a list, is '4'\n  begin each item with '- ', or write [a, b]"},
      {"4", read_map, "c.yaml:2:5: x: must be a map, is '4'\n  write 'key: value' below it"},
      {Value(), read_map, "c.yaml:2:5: x: must be a map, is empty\n  write 'key: value' below it"},
  });
}

TEST_CASE("an unknown name is answered with the nearest and the known ones") {
  const std::string known = "known: none, easy, conservative";
  check_messages({
      {"easyy", read_choice, "c.yaml:2:5: x: no such x 'easyy'\n  did you mean 'easy'? " + known},
      {"fifo", read_choice, "c.yaml:2:5: x: no such x 'fifo'\n  " + known},
      {map({{"kind", "esay"}}), read_kind,
       "c.yaml:3:5: x.kind: no such x 'esay'\n  did you mean 'easy'? " + known},
      {list({}), read_kind,
       "c.yaml:2:5: x: must be a name, is a list\n  write NAME or {kind: NAME, key: value}"},
      {map({}), read_kind, "c.yaml:2:5: x.kind: is missing"},
  });
}

TEST_CASE("a long or unprintable value is shown clipped and harmless") {
  check_messages({
      {std::string("\x1b[31m\n"), read_flag, "c.yaml:2:5: x: must be true or false, is '?[31m?'"},
      {std::string(100, 'a'), read_flag,
       "c.yaml:2:5: x: must be true or false, is '" + std::string(60, 'a') + "...'"},
  });
}

TEST_CASE("a missing key is blamed on the misspelt one beside it") {
  const SettingsTree config = tree(map({{"cluster", map({{"nodez", "4"}})}}));
  CHECK(error_of([&] { (void)config.root().at("cluster").at("nodes"); }) ==
        "c.yaml:3:1: cluster.nodez: no such key\n  did you mean 'nodes'?");
}

TEST_CASE("a missing key with nothing like it is missing at its map") {
  const SettingsTree config = tree(map({{"cluster", map({{"gpus", "4"}})}}));
  CHECK(error_of([&] { (void)config.root().at("cluster").at("nodes"); }) ==
        "c.yaml:2:5: cluster.nodes: is missing");
}

TEST_CASE("the first written key that nobody asked for is an error") {
  const SettingsTree config = tree(map({{"cluster", map({{"nodes", "4"}, {"nodez", "5"}})}}));
  (void)config.root().at("cluster").count_or("nodes", 1, 1, 9);
  CHECK(error_of([&] { check_all_used(config.root()); }) ==
        "c.yaml:4:1: cluster.nodez: no such key\n  did you mean 'nodes'? known: nodes");
}

TEST_CASE("a key that was asked for does not excuse the keys inside it") {
  const SettingsTree config = tree(map({{"cluster", map({{"nodes", "4"}})}}));
  (void)config.root().find("cluster");
  CHECK(error_of([&] { check_all_used(config.root()); }) ==
        "c.yaml:3:1: cluster.nodes: no such key");
}

TEST_CASE("a list that nobody walked through is an error") {
  const SettingsTree config = tree(map({{"workload", list({"a"})}}));
  (void)config.root().find("workload");
  CHECK(error_of([&] { check_all_used(config.root()); }) ==
        "c.yaml:3:5: workload[0]: nothing reads this list\n  remove it");
}

TEST_CASE("a map of names knows all its keys") {
  const SettingsTree config = tree(map({{"sizes", map({{"1", "50"}, {"8", "30"}})}}));
  CHECK(config.root().at("sizes").entries().size() == 2);
  check_all_used(config.root());
}

TEST_CASE("the path of a value names its keys and items") {
  const SettingsTree config = tree(map({{"workload", list({map({{"mean_gap", "90s"}})})}}));
  const Setting gap = config.root().at("workload").items()[0].at("mean_gap");
  CHECK(gap.path() == "workload[0].mean_gap");
  CHECK(gap.duration() == 90s);
}

TEST_CASE("a part written as a name takes its defaults") {
  const SettingsTree config = tree(map({{"backfill", "easy"}}));
  const Setting part = config.root().at("backfill");
  CHECK(part.kind_among(backfills) == 1);
  CHECK(part.count_or("depth", 100, 1, 1000) == 100);
  CHECK(error_of([&] { (void)part.at("scan"); }) == "c.yaml:2:5: backfill.scan: is missing");
}

TEST_CASE("a scalar that is no part has no keys") {
  const SettingsTree config = tree(map({{"seed", "1"}}));
  CHECK(error_of([&] { (void)config.root().at("seed").find("x"); }) ==
        "c.yaml:2:5: seed: must be a map, is '1'\n  write 'key: value' below it");
}

TEST_CASE("an empty tree reads as a map without keys") {
  const SettingsTree config;
  CHECK(config.root().text_or("placer", "first_fit") == "first_fit");
  CHECK(resolved_yaml(config.root()) == "placer: first_fit\n");
}

TEST_CASE("the resolved config shows what was read, defaults included, in the order of reading") {
  const SettingsTree config = tree(map({
      {"workload", list({map({{"kind", "swf"}, {"file", "a b.swf"}}), "none"})},
      {"cluster", map({{"nodes", "4"}})},
      {"policy", "easy"},
      {"empty", map({})},
      {"unread", "1"},
  }));
  const Setting root = config.root();
  CHECK(root.duration_or("horizon", 90min) == 90min);
  CHECK(root.at("cluster").number_or("speed", 0.5, 0, 1) == 0.5);
  CHECK(root.at("cluster").count_or("nodes", 1, 1, 9) == 4);
  const std::vector<Setting> sources = root.at("workload").items();
  CHECK(sources[0].kind() == "swf");
  CHECK(sources[0].at("file").text() == "a b.swf");
  CHECK(sources[1].kind() == "none");
  CHECK(root.at("policy").kind() == "easy");
  CHECK(root.at("policy").flag_or("strict", false) == false);
  CHECK(root.at("policy").choice_or("scan", "fifo", {"fifo", "sjbf"}) == 0);
  CHECK(root.at("empty").bytes_or("memory", 40LL << 30) == 40LL << 30);
  CHECK(root.text_or("note", "null") == "null");
  CHECK(resolved_yaml(root) == R"(horizon: 1h30m
cluster:
  speed: 0.5
  nodes: 4
workload:
  - kind: swf
    file: "a b.swf"
  - none
policy:
  kind: easy
  strict: false
  scan: fifo
empty:
  memory: 40GiB
note: "null"
)");
}
