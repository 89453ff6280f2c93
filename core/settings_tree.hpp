// How a Setting is stored; only readers of formats (YAML, command line) and Setting itself need it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/settings.hpp"

namespace berth {

struct SettingNode {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  Where where;       // of the value
  int key_line = 0;  // of its key, when it was written in a map
  int key_column = 0;
  std::string key;  // in the parent map; "[3]" in a list
  SettingNode* parent = nullptr;
  std::string scalar;
  bool quoted = false;  // written in quotes: a text, never a number or a flag
  std::vector<std::unique_ptr<SettingNode>> children;  // of a map in written order; of a list
  // Bookkeeping of reads, for unknown keys and the resolved config.
  std::vector<std::string> asked;                             // keys asked for
  std::vector<std::pair<std::string, std::string>> defaults;  // keys absent here: value used
  bool used = false;                                          // the value was asked for
  bool part = false;  // a scalar read as NAME, short for {kind: NAME}
};

// A new null value at the end of `parent`, a map or a list (whose key is made here).
SettingNode& add_child(SettingNode& parent, std::string key = {});

// Throws InputError "where: key.path: what". `where` may be another place than the value's.
[[noreturn]] void fail_at(const SettingNode& node, const Where& where, const std::string& what,
                          const std::string& remedy = {});
Where key_place(const SettingNode& node);

// --- words for messages about settings ----------------------------------------------------------
// A value in single quotes, clipped, without control characters.
std::string shown(std::string_view text);
// "a map", "a list", "empty", "'abc'" or "'5' in quotes".
std::string described(const SettingNode& node);
// "did you mean 'nodes'? known: nodes, pods", as far as there is something to say.
std::string suggestion(std::string_view name, const std::vector<std::string_view>& known);

// Owns a tree. Not copyable: Setting handles point into it.
class SettingsTree {
 public:
  SettingsTree() : root_(std::make_unique<SettingNode>()) {}
  [[nodiscard]] Setting root() const { return Setting(*root_); }
  [[nodiscard]] SettingNode& node() const { return *root_; }

 private:
  std::unique_ptr<SettingNode> root_;
};

}  // namespace berth
