#include "app/override.hpp"

#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "app/yaml_settings.hpp"
#include "core/settings.hpp"
#include "core/settings_tree.hpp"
#include "tests/core/settings_trees.hpp"

using namespace berth;
using berth::testing::error_of;

namespace {

const char* const config = R"(seed: 1
cluster: {nodes: 4}
workload:
  - {kind: synthetic, mean_gap: 90s}
  - {kind: none}
policy: {backfill: easy}
)";

// Marks all of it as read, so that it prints whole.
void read_all(Setting value) {
  if (value.is_map()) {
    for (const auto& entry : value.entries()) {
      read_all(entry.second);
    }
  }
  if (value.is_list()) {
    for (const Setting item : value.items()) {
      read_all(item);
    }
  }
}

std::string printed(const SettingsTree& tree) {
  read_all(tree.root());
  return resolved_yaml(tree.root());
}

std::string with(const std::string& assignment, const std::string& yaml = config) {
  SettingsTree tree = load_yaml_text(yaml, "c.yaml");
  apply_set(tree, assignment);
  return printed(tree);
}

std::string same_as(const std::string& yaml) { return printed(load_yaml_text(yaml, "c.yaml")); }

std::string part(const std::string& text) { return printed(parse_part(text, "--placer")); }

struct BadText {
  std::string text;
  std::string message;
};

void check_messages(const std::vector<BadText>& table,
                    const std::function<void(const std::string&)>& take) {
  for (const BadText& row : table) {
    CHECK(error_of([&] { take(row.text); }) == row.message);
  }
}

}  // namespace

TEST_CASE("--set replaces a value in its place") {
  CHECK(with("seed=7", "seed: 1\nhorizon: 1d") == "seed: 7\nhorizon: 1d\n");
  CHECK(with("a.b={c: [1, 2]}", "a: {b: 1, d: 2}") == same_as("a: {b: {c: [1, 2]}, d: 2}"));
}

TEST_CASE("--set reaches list items by number, with a dot or in brackets") {
  CHECK(with("w.0.gap=5s", "w: [{gap: 1s}, {}]") == same_as("w: [{gap: 5s}, {}]"));
  CHECK(with("w[1].gap=5s", "w: [{gap: 1s}, {}]") == same_as("w: [{gap: 1s}, {gap: 5s}]"));
  CHECK(with("w[1][0]=x", "w: [a, [b]]") == same_as("w: [a, [x]]"));
}

TEST_CASE("--set makes the maps on the way") {
  CHECK(with("a.b.c=1", "x: 1") == same_as("x: 1\na: {b: {c: 1}}"));
}

TEST_CASE("--set below a part written as a name keeps the name as its kind") {
  CHECK(with("policy.backfill.scan=sjbf", "policy: {backfill: easy}") ==
        same_as("policy: {backfill: {kind: easy, scan: sjbf}}"));
}

TEST_CASE("a value from --set is blamed on --set") {
  SettingsTree tree = load_yaml_text(config, "c.yaml");
  apply_set(tree, "cluster.nodes=[many]");
  CHECK(error_of([&] { (void)tree.root().at("cluster").at("nodes").items()[0].count(1, 9); }) ==
        "--set: cluster.nodes[0]: must be a whole number, is 'many'\n"
        "  write decimal digits only, for example 42");
}

TEST_CASE("an unknown key from --set is blamed on --set") {
  SettingsTree tree = load_yaml_text("seed: 1", "c.yaml");
  apply_set(tree, "sead=2");
  (void)tree.root().at("seed");
  CHECK(error_of([&] { check_all_used(tree.root()); }) ==
        "--set: sead: no such key\n  did you mean 'seed'? known: seed");
}

TEST_CASE("a --set that cannot be followed says why") {
  const std::string how = "\n  write key.path=value, list items by number: workload.0.mean_gap=90s";
  const std::string items = "\n  it has 2 items, counted from 0";
  check_messages(
      {
          {"seed", "--set: is not key.path=value: 'seed'\n  for example policy.backfill=easy"},
          {"=1", "--set: no such path ''" + how},
          {"a..b=1", "--set: no such path 'a..b'" + how},
          {".a=1", "--set: no such path '.a'" + how},
          {"a.=1", "--set: no such path 'a.'" + how},
          {"a]=1", "--set: no such path 'a]'" + how},
          {"a[0=1", "--set: no such path 'a[0'" + how},
          {"workload[0]x=1", "--set: no such path 'workload[0]x'" + how},
          {"seed=", "--set: seed: has no value\n  write a value after '='"},
          {"workload.2.x=1", "--set: workload: no such item '2'" + items},
          {"workload.-1.x=1", "--set: workload: no such item '-1'" + items},
          {"workload.first=1", "--set: workload: no such item 'first'" + items},
          {"seed=[1", "--set: this '[' is not closed"},
          {"seed=&x 1", "--set: anchors and aliases are not supported\n  write the value out"},
      },
      [](const std::string& text) { (void)with(text); });
}

TEST_CASE("a part on the command line reads as the same part in YAML") {
  CHECK(part("easy") == "easy\n");
  CHECK(part("easy:scan=sjbf,depth=10") == same_as("{kind: easy, scan: sjbf, depth: 10}"));
  CHECK(part("tree:nodes=[a, b],text='x,y'") ==
        same_as("{kind: tree, nodes: [a, b], text: 'x,y'}"));
}

TEST_CASE("a part on the command line is blamed on its option") {
  const SettingsTree tree = parse_part("easyy:depth=-1", "--backfill");
  CHECK(error_of([&] {
          (void)tree.root().kind_among({"none", "easy"});
        }) ==
        "--backfill: kind: no such backfill 'easyy'\n  did you mean 'easy'? known: none, easy");
  CHECK(error_of([&] { (void)tree.root().at("depth").count(0, 9); }) ==
        "--backfill: depth: must be between 0 and 9, is -1");
}

TEST_CASE("a part that is not written as one says how") {
  const std::string how = "\n  write NAME or NAME:key=value,key=value";
  check_messages(
      {
          {"", "--placer: is not the name of a part: ''" + how},
          {":a=1", "--placer: is not the name of a part: ''" + how},
          {"{kind: x}", "--placer: is not the name of a part: '{kind'" + how},
          {"easy:", "--placer: is not key=value: ''" + how},
          {"easy:depth", "--placer: is not key=value: 'depth'" + how},
          {"easy:=5", "--placer: is not key=value: '=5'" + how},
          {"easy:a=1,,b=2", "--placer: is not key=value: ''" + how},
          {"easy:a=1,a=2", "--placer: a: is written twice\n  keep one of them"},
          {"easy:kind=x", "--placer: kind: is written twice\n  keep one of them"},
          {"easy:a=", "--placer: a: has no value\n  write a value after '='"},
      },
      [](const std::string& text) { (void)part(text); });
}
