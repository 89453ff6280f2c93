#include "core/settings.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/settings_tree.hpp"

namespace berth {
namespace {

using Kind = SettingNode::Kind;

// A part written as NAME takes no keys, and a tree nobody filled has none; both read as empty maps.
void require_map(const SettingNode& node) {
  const bool empty_root = node.kind == Kind::null && node.parent == nullptr;
  if (node.kind != Kind::map && !node.part && !empty_root) {
    fail_at(node, node.where, "must be a map, is " + described(node),
            "write 'key: value' below it");
  }
}

SettingNode* child_at(const SettingNode& map, std::string_view key) {
  const auto found = std::find_if(map.children.begin(), map.children.end(),
                                  [&](const auto& child) { return child->key == key; });
  return found == map.children.end() ? nullptr : found->get();
}

[[noreturn]] void fail_missing(const SettingNode& map, std::string_view key) {
  std::vector<std::string_view> unasked;
  for (const auto& child : map.children) {
    if (!child->used && child->key.size() <= 64) {
      unasked.push_back(child->key);
    }
  }
  if (const std::string slip = nearest_name(std::string(key), unasked); !slip.empty()) {
    const SettingNode& child = *child_at(map, slip);
    fail_at(child, key_place(child), "no such key", "did you mean '" + std::string(key) + "'?");
  }
  SettingNode absent;
  absent.key = key;
  absent.parent = const_cast<SettingNode*>(&map);  // only its path is read
  fail_at(absent, map.where, "is missing");
}

// What a part is called in messages: the key it is the value of.
std::string noun_for(const SettingNode& node) {
  if (node.key == "kind" || (!node.key.empty() && node.key.front() == '[')) {
    return node.parent != nullptr ? noun_for(*node.parent) : "kind";
  }
  if (!node.key.empty()) {
    return node.key;
  }
  return node.where.path.starts_with("--") ? node.where.path.substr(2) : "kind";
}

}  // namespace

bool Setting::is_map() const { return node_->kind == Kind::map; }
bool Setting::is_list() const { return node_->kind == Kind::list; }
bool Setting::is_scalar() const { return node_->kind == Kind::scalar; }

Setting Setting::at(std::string_view key) const {
  const std::optional<Setting> found = find(key);
  if (!found) {
    fail_missing(*node_, key);
  }
  return *found;
}

std::optional<Setting> Setting::find(std::string_view key) const {
  require_map(*node_);
  if (std::find(node_->asked.begin(), node_->asked.end(), key) == node_->asked.end()) {
    node_->asked.emplace_back(key);
  }
  SettingNode* const child = child_at(*node_, key);
  if (child == nullptr) {
    return std::nullopt;
  }
  child->used = true;
  return Setting(*child);
}

std::vector<std::pair<std::string, Setting>> Setting::entries() const {
  require_map(*node_);
  std::vector<std::pair<std::string, Setting>> all;
  for (const auto& child : node_->children) {
    child->used = true;
    all.emplace_back(child->key, Setting(*child));
  }
  return all;
}

std::vector<Setting> Setting::items() const {
  if (!is_list()) {
    fail("must be a list, is " + described(*node_), "begin each item with '- ', or write [a, b]");
  }
  std::vector<Setting> all;
  for (const auto& child : node_->children) {
    child->used = true;
    all.emplace_back(*child);
  }
  return all;
}

std::string Setting::kind() const {
  if (is_map()) {
    return at("kind").text();
  }
  if (!is_scalar()) {
    fail("must be a name, is " + described(*node_), "write NAME or {kind: NAME, key: value}");
  }
  node_->part = true;
  return node_->scalar;
}

std::size_t Setting::kind_among(const std::vector<std::string_view>& known) const {
  const std::string name = kind();
  const auto found = std::find(known.begin(), known.end(), name);
  if (found == known.end()) {
    const Setting written = is_map() ? at("kind") : *this;
    written.fail("no such " + noun_for(*written.node_) + " " + shown(name),
                 suggestion(name, known));
  }
  return static_cast<std::size_t>(found - known.begin());
}

std::size_t Setting::choice(const std::vector<std::string_view>& known) const {
  const std::string name = text();
  const auto found = std::find(known.begin(), known.end(), name);
  if (found == known.end()) {
    fail("no such " + noun_for(*node_) + " " + shown(name), suggestion(name, known));
  }
  return static_cast<std::size_t>(found - known.begin());
}

std::string Setting::path() const {
  std::string path;
  for (const SettingNode* node = node_; node != nullptr; node = node->parent) {
    const bool dot = !path.empty() && path.front() != '[' && !node->key.empty();
    path.insert(0, dot ? node->key + "." : node->key);
  }
  return path;
}

Where Setting::where() const { return node_->where; }

void Setting::fail(const std::string& what, const std::string& remedy) const {
  fail_at(*node_, node_->where, what, remedy);
}

}  // namespace berth
