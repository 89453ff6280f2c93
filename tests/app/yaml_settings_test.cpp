#include "app/yaml_settings.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "app/yaml_text.hpp"
#include "core/settings.hpp"
#include "core/settings_tree.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/folders.hpp"

using namespace berth;
using berth::testing::error_of;

namespace {

SettingsTree load(const std::string& yaml) { return load_yaml_text(yaml, "c.yaml"); }

struct BadText {
  std::string yaml;
  std::string message;
};

void check_messages(const std::vector<BadText>& table) {
  for (const BadText& row : table) {
    CAPTURE(row.yaml);
    CHECK(error_of([&] { (void)load(row.yaml); }) == row.message);
  }
}

std::string text_at(const std::string& yaml, const std::string& key) {
  const SettingsTree config = load(yaml);
  return config.root().at(key).text();
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) {
    all += text;
  }
  return all;
}

struct Outcomes {
  int loaded = 0;
  int refused = 0;
};

Outcomes load_folder(const std::filesystem::path& folder) {
  Outcomes outcomes;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const std::string path = file.path().string();
    const bool fine = error_of([&] { (void)load_yaml_file(path); }) == "fine";
    ++(fine ? outcomes.loaded : outcomes.refused);
  }
  return outcomes;
}

const std::string unsupported_anchor =
    "anchors and aliases are not supported\n  write the value out";
const std::string unsupported_tag = "tags are not supported\n  write the value without its !tag";
const std::string one_document = "\n  a config is one document, a map of keys";
const std::string close_quote = "\n  end the text with the quote it began with";
const std::string unknown_escape = "an escape that is not known\n  write \\\\ for a backslash";
const std::string needs_quotes =
    "a value cannot begin with this character\n  put the text in quotes";

}  // namespace

TEST_CASE("values know the line and column where they were written") {
  const SettingsTree config = load("seed: 1\ncluster:\n  nodes: [4, {a: 5}]\n");
  const Setting nodes = config.root().at("cluster").at("nodes");
  CHECK(to_string(nodes.where()) == "c.yaml:3:10");
  CHECK(to_string(nodes.items()[1].at("a").where()) == "c.yaml:3:18");
  CHECK(nodes.items()[1].at("a").path() == "cluster.nodes[1].a");
}

TEST_CASE("an unknown key is reported where the key stands") {
  const SettingsTree config = load("seed: 1\ncluster:\n  nodez: 4\n");
  (void)config.root().find("seed");
  (void)config.root().at("cluster").find("nodes");
  CHECK(error_of([&] { check_all_used(config.root()); }) ==
        "c.yaml:3:3: cluster.nodez: no such key\n  did you mean 'nodes'? known: nodes");
}

TEST_CASE("an empty value is reported beside its key") {
  const SettingsTree config = load("horizon:\n\n\nseed: 1\n");
  CHECK(error_of([&] { (void)config.root().at("horizon").text(); }) ==
        "c.yaml:1:1: horizon: must be a text, is empty");
}

TEST_CASE("windows line ends and a byte order mark change nothing") {
  CHECK(text_at("\xEF\xBB\xBF"
                "a: 1\r\nb: \"x\"\r\n",
                "b") == "x");
}

TEST_CASE("quotes, folded and literal texts read as YAML says") {
  CHECK(text_at("a: 'it''s'", "a") == "it's");
  CHECK(text_at("a: \"\\\"\\u00e9\"", "a") == "\"é");
  CHECK(text_at("a: |\n  x\n   y\n", "a") == "x\n y\n");
  CHECK(text_at("a: >-\n  x\n  y\n", "a") == "x y");
  CHECK(text_at("a: one\n  two", "a") == "one two");
}

TEST_CASE("anchors, aliases, merge keys, tags and directives are refused") {
  check_messages({
      {"a: &x 1\nb: *x", "c.yaml:1:4: a: " + unsupported_anchor},
      {"a: &x [*x]", "c.yaml:1:4: a: " + unsupported_anchor},
      {"&x a: 1", "c.yaml:1:1: " + unsupported_anchor},
      {"a: *x", "c.yaml:1:4: " + unsupported_anchor},
      {"a: * 5", "c.yaml:1:5: anchors and aliases are not supported\n  put a text in quotes"},
      {"a: {<<: {b: 1}}", "c.yaml:1:5: a: merge keys are not supported\n  write the keys out"},
      {"a: !!python/object x", "c.yaml:1:4: a: " + unsupported_tag},
      {"a: !x [1]", "c.yaml:1:4: a: " + unsupported_tag},
      {"a: ! x", "c.yaml:1:4: a: " + unsupported_tag},
      {"a: !!str \"x\"", "c.yaml:1:4: a: " + unsupported_tag},
      {"# x\n%YAML 1.2\n---\na: 1", "c.yaml:2:1: directives are not supported\n  remove the line"},
      {"%a: 1", "c.yaml:1:1: directives are not supported\n  remove the line"},
  });
}

TEST_CASE("a config is one document of maps with text keys, each written once") {
  check_messages({
      {"", "c.yaml: is empty\n  write keys and values"},
      {"# only this\n", "c.yaml: is empty\n  write keys and values"},
      {"---\n", "c.yaml: is empty\n  write keys and values"},
      {"a: 1\n---\nb: 2", "c.yaml:2:1: a second document begins here" + one_document},
      {"- 1\nx: 1", "c.yaml:2:1: does not belong to what is above" + one_document},
      {"{a: 1}\nb: 2", "c.yaml:2:1: does not belong to what is above" + one_document},
      {"a: 1\nb:\n  c: 1\n  c: 2",
       "c.yaml:4:3: b.c: is written twice, first in line 3\n  keep one of them"},
      {"{a: 1, \"a\": 2}", "c.yaml:1:8: a: is written twice, first in line 1\n  keep one of them"},
      {"? [a]\n: 1", "c.yaml:1:3: a key must be a text, is a map or a list"},
      {"b: {{a: 1}: 1}", "c.yaml:1:5: b: a key must be a text, is a map or a list"},
      {": 1", "c.yaml:1:1: a key must be a text, is empty"},
      {"a: {,}", "c.yaml:1:5: a: a key must be a text, is empty"},
      {"\"a\\nb\": 1", "c.yaml:1:1: a key must be one line of 1 to 200 characters"},
      {"? " + std::string(201, 'k') + "\n: 1",
       "c.yaml:1:3: a key must be one line of 1 to 200 characters"},
      {"{a:1}", "c.yaml:1:2: a:1: has no value\n  write a space after the colon"},
  });
}

TEST_CASE("what is not YAML is explained at its place") {
  check_messages({
      {"a: 1\r\nb: \"x\r\n", "c.yaml:2:4: b: the quote is not closed" + close_quote},
      {"a: 'it''s\n", "c.yaml:1:4: a: the quote is not closed" + close_quote},
      {"a: 'it''s", "c.yaml:1:10: the quote is not closed" + close_quote},
      {"a: [1", "c.yaml:1:4: this '[' is not closed"},
      {"a: {b: [1, {c: 2", "c.yaml:1:12: this '{' is not closed"},
      {"a: [1, 2\n", "c.yaml:1:4: this '[' is not closed"},
      {"a: [1, 2\nb: 3\n", "c.yaml:2:2: a ',' or ']' is expected here"},
      {"a: [\"1\" \"2\"]", "c.yaml:1:9: a ',' or ']' is expected here"},
      {"a: {b: 1 c: 2}", "c.yaml:1:11: a ',' or '}' is expected here"},
      {"a: ]", "c.yaml:1:4: closes a '[' or '{' that is not open"},
      {"a: b: c", "c.yaml:1:5: a ':' is not expected here\n  put a text that holds ': ' in quotes"},
      {"a:\n  b: 1\n c: 2",
       "c.yaml:3:2: does not line up with the keys above\n  indent keys of one map alike"},
      {"a: - 1", "c.yaml:1:4: a '-' is not expected here\n  begin each item on its own line"},
      {"a:\n\tb: 1", "c.yaml:2:3: a tab cannot indent\n  indent with spaces"},
      {"a: 1\n\tb: 2", "c.yaml:2:1: a tab cannot indent\n  indent with spaces"},
      {"a: @x", "c.yaml:1:4: " + needs_quotes},
      {"a: `x`", "c.yaml:1:4: " + needs_quotes},
      {"a: \"\\q\"", "c.yaml:1:7: " + unknown_escape},
      {"a: \"\\xzz\"", "c.yaml:1:9: " + unknown_escape},
      {"a: \"\\ud800\"", "c.yaml:1:11: an escape that is no character"},
      {"a: |9x\n", "c.yaml:1:6: is not YAML: unexpected character in block scalar"},
  });
}

TEST_CASE("what is not text is refused at its first byte") {
  const std::string plain = "\n  a config is plain text";
  const std::string utf8 = "is not UTF-8 text\n  save the file as UTF-8";
  check_messages({
      {std::string("a: 1\nb: \0", 9), "c.yaml:2:4: has the control character 0x00" + plain},
      {"a: \x04 b", "c.yaml:1:4: has the control character 0x04" + plain},
      {"a: \x1b[31m", "c.yaml:1:4: has the control character 0x1b" + plain},
      {"a: \"\\0\"", "c.yaml:1:4: a: a text must not hold a NUL character"},
      {"a: \x80", "c.yaml:1:4: " + utf8},
      {"a: \xC0\xAF", "c.yaml:1:4: " + utf8},
      {"a: \xED\xA0\x80", "c.yaml:1:4: " + utf8},
      {"a: \xF4\x90\x80\x80", "c.yaml:1:4: " + utf8},
      {"\xFF\xFE"
       "a",
       "c.yaml:1:1: " + utf8},
      {"a: 1\rb: 2",
       "c.yaml:1:5: has a carriage return without a line feed\n  end lines with a line feed"},
  });
}

TEST_CASE("a config that would exhaust the parser is refused early") {
  const std::string counts = "\n  describe repetition by counts; large tables are traces";
  check_messages({
      {repeated("[", 65) + repeated("]", 65), "c.yaml:1:65: is nested deeper than 64"},
      {repeated("[", 100'000), "c.yaml:1:33: is nested deeper than 64"},
      {repeated("{a: ", 65), "c.yaml:1:253: is nested deeper than 64"},
      {repeated("- ", 70), "c.yaml:1:129: is nested deeper than 64"},
      {repeated("[", 3'000'000), "c.yaml:1:600001: holds more than 200000 values" + counts},
      {repeated("- 1\n", 200'000), "c.yaml:200000:3: holds more than 200000 values" + counts},
      {std::string(yaml_bytes_max + 1, '#'), "c.yaml: is larger than 4 MiB" + counts},
  });
}

TEST_CASE("every file of the fuzz corpus loads or is an input error") {
  const Outcomes outcomes = load_folder(berth::testing::in_project("tests/fuzz/corpus/yaml"));
  CHECK(outcomes.loaded >= 5);
  CHECK(outcomes.refused >= 8);
}
