// What became of a tree of settings once everybody has read it: the keys nobody asked for, and the
// resolved config.
#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/settings.hpp"
#include "core/settings_tree.hpp"

namespace berth {
namespace {

using Kind = SettingNode::Kind;

[[noreturn]] void fail_unused(const SettingNode& child) {
  if (child.parent->kind == Kind::list) {
    fail_at(child, child.where, "nothing reads this list", "remove it");
  }
  const auto& asked = child.parent->asked;
  fail_at(child, key_place(child), "no such key",
          suggestion(child.key, std::vector<std::string_view>(asked.begin(), asked.end())));
}

void check_used_below(const SettingNode& node) {
  for (const auto& child : node.children) {
    if (!child->used) {
      fail_unused(*child);
    }
    check_used_below(*child);
  }
}

// Texts that YAML reads back as themselves without quotes, wherever they stand in block style.
bool is_plain(std::string_view text) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view digits = "0123456789";
  const auto in = [](char byte, std::string_view set) { return set.find(byte) != set.npos; };
  const auto starts = [&](std::string_view rest) {
    return !rest.empty() && (in(rest[0], letters) || in(rest[0], digits) || in(rest[0], "/._"));
  };
  if (!starts(text.substr(text.starts_with('-') ? 1 : 0)) || text == "null" || text == "Null" ||
      text == "NULL" || text.starts_with("...")) {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [&](char byte) {
    return in(byte, letters) || in(byte, digits) || in(byte, "/._-+%=");
  });
}

std::string quoted(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string yaml = "\"";
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    if (byte == '"' || byte == '\\') {
      yaml += '\\';
      yaml += byte;
    } else if (code < 0x20 || code == 0x7F) {
      yaml += {'\\', 'x', hex[code / 16U], hex[code % 16U]};
    } else {
      yaml += byte;
    }
  }
  return yaml + "\"";
}

std::string scalar_yaml(std::string_view text) {
  return is_plain(text) ? std::string(text) : quoted(text);
}

std::string value_yaml(const SettingNode& node, std::size_t indent);

std::string entry_yaml(std::string_view key, const std::string& value, std::size_t indent) {
  return std::string(indent, ' ') + scalar_yaml(key) + ":" + value;
}

// The entries of a map in the order they were asked for, then those that were only listed.
std::string entries_yaml(const SettingNode& map, std::size_t indent) {
  std::string yaml;
  if (map.part) {
    yaml += entry_yaml("kind", " " + scalar_yaml(map.scalar) + "\n", indent);
  }
  const auto find_child = [&](std::string_view key) {
    return std::find_if(map.children.begin(), map.children.end(),
                        [&](const auto& child) { return child->key == key; });
  };
  for (const std::string& key : map.asked) {
    const auto absent = std::find_if(map.defaults.begin(), map.defaults.end(),
                                     [&](const auto& entry) { return entry.first == key; });
    if (const auto child = find_child(key); child != map.children.end()) {
      yaml += entry_yaml(key, value_yaml(**child, indent + 2), indent);
    } else if (absent != map.defaults.end()) {
      yaml += entry_yaml(key, " " + scalar_yaml(absent->second) + "\n", indent);
    }
  }
  for (const auto& child : map.children) {
    const bool asked = std::find(map.asked.begin(), map.asked.end(), child->key) != map.asked.end();
    if (child->used && !asked) {
      yaml += entry_yaml(child->key, value_yaml(*child, indent + 2), indent);
    }
  }
  return yaml;
}

std::string items_yaml(const SettingNode& list, std::size_t indent) {
  std::string yaml;
  for (const auto& child : list.children) {
    if (!child->used) {
      continue;
    }
    std::string value = value_yaml(*child, indent + 2);
    if (value.starts_with('\n')) {  // the first line goes beside the dash
      value = value.substr(indent + 2);
    }
    yaml += std::string(indent, ' ') + "-" + value;
  }
  return yaml;
}

// What follows "key:" or "-", up to and with the last newline.
std::string value_yaml(const SettingNode& node, std::size_t indent) {
  const bool bare_name = node.part && node.defaults.empty();
  if (node.kind == Kind::scalar && (!node.part || bare_name)) {
    return " " + (node.quoted ? quoted(node.scalar) : scalar_yaml(node.scalar)) + "\n";
  }
  if (node.kind == Kind::null) {
    return " null\n";
  }
  const bool list = node.kind == Kind::list;
  const std::string inside = list ? items_yaml(node, indent) : entries_yaml(node, indent);
  return inside.empty() ? (list ? " []\n" : " {}\n") : "\n" + inside;
}

}  // namespace

void check_all_used(Setting root) { check_used_below(root.node()); }

std::string resolved_yaml(Setting root) {
  const SettingNode& node = root.node();
  const bool nothing = node.kind == Kind::null && node.defaults.empty();
  if (node.kind == Kind::null && !nothing) {
    return entries_yaml(node, 0);
  }
  const std::string yaml = nothing ? " {}\n" : value_yaml(node, 0);
  return yaml.substr(1);
}

}  // namespace berth
