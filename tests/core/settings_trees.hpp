// Settings trees for tests, written as nested braces: map({{"nodes", "4"}, {"sizes",
// list({"1"})}}). The n-th value stands in line n, column 5; its key in column 1.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/settings_tree.hpp"

namespace berth::testing {

struct Value {
  SettingNode::Kind kind = SettingNode::Kind::null;
  std::string scalar;
  bool quoted = false;
  std::vector<std::pair<std::string, Value>> entries;

  Value() = default;
  Value(const char* text) : Value(std::string(text)) {}  // NOLINT: reads as YAML does
  Value(std::string text)                                // NOLINT
      : kind(SettingNode::Kind::scalar), scalar(std::move(text)) {}
};

inline Value quoted(std::string text) {
  Value value(std::move(text));
  value.quoted = true;
  return value;
}

inline Value map(std::vector<std::pair<std::string, Value>> entries) {
  Value value;
  value.kind = SettingNode::Kind::map;
  value.entries = std::move(entries);
  return value;
}

inline Value list(std::vector<Value> items) {
  Value value;
  value.kind = SettingNode::Kind::list;
  for (Value& item : items) {
    value.entries.emplace_back("", std::move(item));
  }
  return value;
}

inline void fill(SettingNode& node, const Value& value, int& line) {
  node.where = {"c.yaml", ++line, 5};
  node.kind = value.kind;
  node.scalar = value.scalar;
  node.quoted = value.quoted;
  for (const auto& [key, inner] : value.entries) {
    SettingNode& child = add_child(node, key);
    fill(child, inner, line);
    child.key_line = key.empty() ? 0 : child.where.line;
    child.key_column = key.empty() ? 0 : 1;
  }
}

inline SettingsTree tree(const Value& value) {
  SettingsTree made;
  int line = 0;
  fill(made.node(), value, line);
  return made;
}

// What an InputError says, or "fine".
template <class Function>
std::string error_of(Function&& function) {
  try {
    function();
  } catch (const InputError& error) {
    return error.what();
  }
  return "fine";
}

}  // namespace berth::testing
