// How a Setting is stored; only readers of formats (YAML, command line) and Setting itself need it.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/settings.hpp"

namespace berth {

struct SettingNode {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  Where where;
  std::string key;  // in the parent map; "[3]" in a list
  SettingNode* parent = nullptr;
  std::string scalar;
  bool quoted = false;  // written in quotes: a text, never a number or a flag
  std::vector<std::unique_ptr<SettingNode>> children;  // of a map in written order; of a list
  // Bookkeeping of reads, for unknown keys and the resolved config.
  std::vector<std::string> asked;                               // keys asked for
  std::vector<std::pair<std::string, std::string>> defaults;    // keys absent here: value used
  bool used = false;
};

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
