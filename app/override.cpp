#include "app/override.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/yaml_settings.hpp"
#include "core/error.hpp"
#include "core/settings_tree.hpp"
#include "core/units.hpp"

namespace berth {
namespace {

using Kind = SettingNode::Kind;

constexpr std::size_t longest_path = 64;  // steps, as deep as a config may be
constexpr std::size_t longest_key = 200;

[[noreturn]] void fail_path(const std::string& option, std::string_view path) {
  throw InputError({option}, "no such path " + shown(path),
                   "write key.path=value, list items by number: workload.0.mean_gap=90s");
}

// "a[0].b" and "a.0.b" are the steps a, 0, b.
std::vector<std::string> steps_of(std::string_view path, const std::string& option) {
  std::vector<std::string> steps;
  std::string step;
  for (std::size_t i = 0; i <= path.size(); ++i) {
    const char byte = i < path.size() ? path[i] : '.';
    const bool after_bracket = i > 0 && path[i - 1] == ']';
    const bool control = static_cast<unsigned char>(byte) < 0x20;
    if (byte == ']' || byte == '.' || byte == '[') {
      const bool index_ends = byte == ']' && path.rfind('[', i) != path.npos;
      if ((step.empty() && !(after_bracket && byte != ']')) || (byte == ']' && !index_ends)) {
        fail_path(option, path);
      }
      if (!step.empty()) {
        steps.push_back(std::move(step));
        step.clear();
      }
    } else if (control || after_bracket || step.size() >= longest_key) {
      fail_path(option, path);
    } else {
      step += byte;
    }
  }
  if (steps.size() > longest_path ||
      std::count(path.begin(), path.end(), '[') != std::count(path.begin(), path.end(), ']')) {
    fail_path(option, path);
  }
  return steps;
}

SettingNode& list_item(SettingNode& list, const std::string& step, const Where& where) {
  const std::optional<std::int64_t> index = parse_integer(step);
  if (!index || *index < 0 || *index >= static_cast<std::int64_t>(list.children.size())) {
    fail_at(list, where, "no such item " + shown(step),
            fmt::format("it has {} items, counted from 0", list.children.size()));
  }
  return *list.children[static_cast<std::size_t>(*index)];
}

SettingNode& map_entry(SettingNode& map, const std::string& key, const Where& where) {
  for (const auto& child : map.children) {
    if (child->key == key) {
      return *child;
    }
  }
  SettingNode& child = add_child(map, key);
  child.where = where;
  return child;
}

SettingNode& step_into(SettingNode& node, const std::string& step, const Where& where) {
  if (node.kind == Kind::list) {
    return list_item(node, step, where);
  }
  if (node.kind != Kind::map) {
    const Kind before = std::exchange(node.kind, Kind::map);
    if (before == Kind::scalar) {
      SettingNode& name = add_child(node, "kind");
      name.kind = Kind::scalar;
      name.scalar = std::exchange(node.scalar, "");
      name.quoted = std::exchange(node.quoted, false);
    }
  }
  return map_entry(node, step, where);
}

// Takes the value of `from`; the key and the place in the tree stay.
void take_value(SettingNode& node, SettingNode& from) {
  node.kind = from.kind;
  node.where = from.where;
  node.key_line = 0;
  node.key_column = 0;
  node.scalar = std::move(from.scalar);
  node.quoted = from.quoted;
  node.children = std::move(from.children);
  for (const auto& child : node.children) {
    child->parent = &node;
  }
}

void put_value(SettingNode& node, const std::string& yaml, const std::string& option) {
  const Where where{option};
  if (yaml.empty()) {
    fail_at(node, where, "has no value", "write a value after '='");
  }
  const SettingsTree value = load_yaml_text(yaml, option, Places::none);
  take_value(node, value.node());
}

// Splits at the commas that are not within quotes or brackets.
std::vector<std::string> arguments_of(std::string_view text) {
  std::vector<std::string> arguments(1);
  int depth = 0;
  char quote = '\0';
  for (const char byte : text) {
    if (quote != '\0') {
      quote = byte == quote ? '\0' : quote;
    } else if (byte == '"' || byte == '\'') {
      quote = byte;
    } else if (byte == '[' || byte == '{') {
      ++depth;
    } else if (byte == ']' || byte == '}') {
      --depth;
    } else if (byte == ',' && depth == 0) {
      arguments.emplace_back();
      continue;
    }
    arguments.back() += byte;
  }
  return arguments;
}

[[noreturn]] void fail_part(const std::string& option, const std::string& what) {
  throw InputError({option}, what, "write NAME or NAME:key=value,key=value");
}

void put_argument(SettingNode& part, const std::string& argument, const std::string& option) {
  const std::size_t equals = argument.find('=');
  if (equals == argument.npos || equals == 0 || equals > longest_key) {
    fail_part(option, "is not key=value: " + shown(argument));
  }
  const std::string key = argument.substr(0, equals);
  if (key.find_first_of(". []") != key.npos) {
    fail_part(option, "no such key " + shown(key));
  }
  const std::size_t before = part.children.size();
  SettingNode& child = map_entry(part, key, {option});
  if (part.children.size() == before) {
    fail_at(child, {option}, "is written twice", "keep one of them");
  }
  put_value(child, argument.substr(equals + 1), option);
}

}  // namespace

void apply_set(SettingsTree& tree, const std::string& assignment, const std::string& option) {
  const std::size_t equals = assignment.find('=');
  if (equals == assignment.npos) {
    throw InputError({option}, "is not key.path=value: " + shown(assignment),
                     "for example policy.backfill=easy");
  }
  SettingNode* node = &tree.node();
  for (const std::string& step : steps_of(assignment.substr(0, equals), option)) {
    node = &step_into(*node, step, {option});
  }
  put_value(*node, assignment.substr(equals + 1), option);
}

SettingsTree parse_part(const std::string& text, const std::string& option) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string name = text.substr(0, colon);
  if (name.empty() || name.find_first_of(" =,[]{}") != name.npos) {
    fail_part(option, "is not the name of a part: " + shown(name));
  }
  SettingsTree tree;
  SettingNode& part = tree.node();
  part.where = {option};
  part.kind = Kind::scalar;
  part.scalar = name;
  if (colon < text.size()) {
    step_into(part, "kind", {option});
    for (const std::string& argument : arguments_of(std::string_view(text).substr(colon + 1))) {
      put_argument(part, argument, option);
    }
  }
  return tree;
}

}  // namespace berth
