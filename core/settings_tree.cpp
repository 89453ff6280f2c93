#include "core/settings_tree.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"

namespace berth {
namespace {

constexpr std::size_t longest_shown = 60;
constexpr std::size_t longest_guessed = 64;  // a slip of the keyboard is in a short name
constexpr std::size_t most_listed = 40;

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

std::string joined(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i == most_listed) {
      return text + ", ...";
    }
    text += (i == 0 ? "" : ", ") + std::string(names[i]);
  }
  return text;
}

}  // namespace

SettingNode& add_child(SettingNode& parent, std::string key) {
  auto child = std::make_unique<SettingNode>();
  const bool in_list = parent.kind == SettingNode::Kind::list;
  child->key = in_list ? "[" + std::to_string(parent.children.size()) + "]" : std::move(key);
  child->parent = &parent;
  child->where = parent.where;
  parent.children.push_back(std::move(child));
  return *parent.children.back();
}

void fail_at(const SettingNode& node, const Where& where, const std::string& what,
             const std::string& remedy) {
  // path() only reads, but a Setting marks what it reads and so holds its node as mutable.
  const std::string path = Setting(const_cast<SettingNode&>(node)).path();
  throw InputError(where, path.empty() ? what : path + ": " + what, remedy);
}

Where key_place(const SettingNode& node) {
  Where where = node.where;
  if (node.key_line > 0) {
    where.line = node.key_line;
    where.column = node.key_column;
  }
  return where;
}

std::string shown(std::string_view text) {
  std::size_t length = text.size();
  if (length > longest_shown) {
    length = longest_shown;
    while (length > 0 && continues_character(text[length])) {
      --length;
    }
  }
  std::string quoted = "'";
  for (const char byte : text.substr(0, length)) {
    const bool control = static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F;
    quoted += control ? '?' : byte;
  }
  return quoted + (length < text.size() ? "...'" : "'");
}

std::string described(const SettingNode& node) {
  switch (node.kind) {
    case SettingNode::Kind::null:
      return "empty";
    case SettingNode::Kind::list:
      return "a list";
    case SettingNode::Kind::map:
      return "a map";
    case SettingNode::Kind::scalar:
      break;
  }
  return shown(node.scalar) + (node.quoted ? " in quotes" : "");
}

std::string suggestion(std::string_view name, const std::vector<std::string_view>& known) {
  if (known.empty()) {
    return "";
  }
  const std::string list = "known: " + joined(known);
  const std::string near =
      name.size() <= longest_guessed ? nearest_name(std::string(name), known) : "";
  return near.empty() ? list : "did you mean '" + near + "'? " + list;
}

}  // namespace berth
