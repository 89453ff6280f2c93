// Laws of the loader and the resolved config, for random configs.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "app/override.hpp"
#include "app/yaml_settings.hpp"
#include "core/settings.hpp"
#include "core/settings_tree.hpp"
#include "core/units.hpp"
#include "tests/core/settings_trees.hpp"

using namespace berth;
using berth::testing::error_of;

namespace {

enum class Type { count, number, duration, bytes, flag, text, choice, part, map, list };

// What a reader asks for, and whether the config says it.
struct Field {
  std::string key;
  Type type = Type::count;
  bool written = false;
  std::string value;
  std::vector<Field> inside = {};  // of a part, a map, or each of two list items
};

const std::vector<std::string_view> choices{"fifo", "sjbf", "fair_share"};
const std::vector<std::string> numbers{"0", "0.25", "1e-9", "123456.789", "1"};
const std::vector<std::string> durations{"0", "90s", "2h30m", "7d", "1.5h"};
const std::vector<std::string> sizes{"512", "40GiB", "2TB", "0"};

// Any characters but NUL, with a taste for those that mean something in YAML.
std::string random_text() {
  static const std::vector<std::string> pieces{
      "a",  "B",  "7",   " ",  "\n",   "\t", "\"", "'",    "\\", ":",    ": ", "#", " #", "-",
      "- ", "? ", "...", "--", "null", "~",  "[",  "]",    "{",  "}",    ",",  "&", "*",  "!",
      "|",  ">",  "%",   "@",  "`",    "<<", "é",  "\x7F", "☺",  "\x1b", "\r", "😀", "0x", "true"};
  const auto chosen = *rc::gen::container<std::vector<std::size_t>>(
      rc::gen::inRange<std::size_t>(0, pieces.size()));
  std::string text;
  for (const std::size_t index : chosen) {
    text += pieces[index];
  }
  return text;
}

std::string one_of(const std::vector<std::string>& values) { return *rc::gen::elementOf(values); }

std::string random_value(Type type) {
  switch (type) {
    case Type::count:
      return std::to_string(*rc::gen::arbitrary<std::int32_t>());
    case Type::number:
      return one_of(numbers);
    case Type::duration:
      return one_of(durations);
    case Type::bytes:
      return one_of(sizes);
    case Type::flag:
      return one_of({"true", "false"});
    case Type::text:
      return random_text();
    default:
      return std::string(*rc::gen::elementOf(choices));
  }
}

std::vector<Field> random_fields(int depth) {
  std::vector<Field> fields;
  const int wanted = *rc::gen::inRange(0, 5);
  for (int i = 0; i < wanted; ++i) {
    const int last = static_cast<int>(depth > 0 ? Type::list : Type::choice);
    Field field{"k" + std::to_string(i), static_cast<Type>(*rc::gen::inRange(0, last + 1)),
                *rc::gen::arbitrary<bool>(), ""};
    field.value = random_value(field.type);
    if (field.type >= Type::part) {
      field.written = true;
      field.inside = random_fields(depth - 1);
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

testing::Value written(const std::vector<Field>& fields);

testing::Value written(const Field& field) {
  const bool bare = std::none_of(field.inside.begin(), field.inside.end(),
                                 [](const Field& inner) { return inner.written; });
  testing::Value value = written(field.inside);
  switch (field.type) {
    case Type::map:
      return value;
    case Type::list:
      return testing::list({value, value});
    case Type::part:
      value.entries.insert(value.entries.begin(), {"kind", testing::Value(field.value)});
      return bare ? testing::Value(field.value) : value;
    case Type::text:
      return testing::quoted(field.value);
    default:
      return testing::Value(field.value);
  }
}

testing::Value written(const std::vector<Field>& fields) {
  std::vector<std::pair<std::string, testing::Value>> entries;
  for (const Field& field : fields) {
    if (field.written) {
      entries.emplace_back(field.key, written(field));
    }
  }
  return testing::map(std::move(entries));
}

std::string read(Setting map, const std::vector<Field>& fields);

// What the reader got to see, as a text to compare.
std::string read(Setting map, const Field& field) {
  switch (field.type) {
    case Type::count:
      return std::to_string(map.count_or(field.key, -3, INT32_MIN, INT32_MAX));
    case Type::number:
      return std::to_string(map.number_or(field.key, 0.1, 0, 1e9));
    case Type::duration:
      return format_duration(map.duration_or(field.key, Duration{1'500'000'001}));
    case Type::bytes:
      return std::to_string(map.bytes_or(field.key, 3'000'000'000));
    case Type::flag:
      return map.flag_or(field.key, true) ? "true" : "false";
    case Type::text:
      return map.text_or(field.key, field.value);  // the same whether written or not
    case Type::choice:
      return std::to_string(map.choice_or(field.key, "sjbf", choices));
    case Type::part: {
      const Setting part = map.at(field.key);
      const std::string name(choices[part.kind_among(choices)]);
      return name + read(part, field.inside);
    }
    case Type::map:
      return read(map.at(field.key), field.inside);
    case Type::list: {
      const std::vector<Setting> items = map.at(field.key).items();
      return read(items[0], field.inside) + read(items[1], field.inside);
    }
  }
  return "";
}

std::string read(Setting map, const std::vector<Field>& fields) {
  std::string seen;
  for (const Field& field : fields) {
    seen += field.key + "=" + read(map, field) + ";";
  }
  return seen;
}

}  // namespace

TEST_CASE("the resolved config reads the same as the config, and resolves to itself") {
  CHECK(rc::check([] {
    const std::vector<Field> fields = random_fields(3);
    const SettingsTree config = testing::tree(written(fields));
    const std::string seen = read(config.root(), fields);
    check_all_used(config.root());
    const std::string resolved = resolved_yaml(config.root());
    const SettingsTree again = load_yaml_text(resolved, "resolved.yaml");
    RC_ASSERT(read(again.root(), fields) == seen);
    check_all_used(again.root());
    RC_ASSERT(resolved_yaml(again.root()) == resolved);
  }));
}

TEST_CASE("any text survives being printed and loaded") {
  CHECK(rc::check([] {
    const std::string text = random_text();
    const SettingsTree config = testing::tree(testing::map({{"a", testing::quoted(text)}}));
    (void)config.root().at("a");
    const SettingsTree again = load_yaml_text(resolved_yaml(config.root()), "resolved.yaml");
    RC_ASSERT(again.root().at("a").text() == text);
  }));
}

TEST_CASE("any text is a config or an input error, with a place in it") {
  CHECK(rc::check([] {
    const std::string text = random_text();
    const std::string message = error_of([&] { (void)load_yaml_text(text, "c.yaml"); });
    RC_ASSERT(message == "fine" || message.starts_with("c.yaml:"));
  }));
}

TEST_CASE("any --set and any part is taken or an input error") {
  CHECK(rc::check([] {
    const std::string text = random_text();
    SettingsTree config = load_yaml_text("a: [1, {b: 2}]", "c.yaml");
    const std::string set = error_of([&] { apply_set(config, "a.1.b=" + text); });
    const std::string path = error_of([&] { apply_set(config, text + "=1"); });
    const std::string part = error_of([&] { (void)parse_part("easy:a=" + text, "--placer"); });
    RC_ASSERT(set == "fine" || set.starts_with("--set: "));
    RC_ASSERT(path == "fine" || path.starts_with("--set: "));
    RC_ASSERT(part == "fine" || part.starts_with("--placer: "));
  }));
}
