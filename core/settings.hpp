// Settings: a tree of maps, lists and scalars that remembers where each value was written. The app
// reads YAML (or a NAME:key=value argument) into it, so that every room can read its own options
// without knowing YAML. Each read says what it expects; a wrong value is an InputError at its
// place. A key that nobody asked for is an error too (check_all_used), with the nearest known name.
// What was read, defaults included, can be printed as the resolved config.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/time.hpp"

namespace berth {

struct SettingNode;  // one value in the tree; defined in core/settings_tree.hpp for who builds one

// A handle to one value; cheap to copy. Valid as long as its tree (a SettingsTree) is.
class Setting {
 public:
  explicit Setting(SettingNode& node) : node_(&node) {}

  [[nodiscard]] bool is_map() const;
  [[nodiscard]] bool is_list() const;
  [[nodiscard]] bool is_scalar() const;

  // --- of a map -------------------------------------------------------------------------------
  // The value at `key`; InputError when it is missing or this is not a map.
  [[nodiscard]] Setting at(std::string_view key) const;
  [[nodiscard]] std::optional<Setting> find(std::string_view key) const;
  // All entries in the order they were written; marks every key as known (for maps of names).
  [[nodiscard]] std::vector<std::pair<std::string, Setting>> entries() const;

  // Typed reads of `key` with a default, which the resolved config then shows.
  [[nodiscard]] std::int64_t count_or(std::string_view key, std::int64_t otherwise,
                                      std::int64_t least, std::int64_t most) const;
  [[nodiscard]] double number_or(std::string_view key, double otherwise, double least,
                                 double most) const;
  [[nodiscard]] Duration duration_or(std::string_view key, Duration otherwise) const;
  [[nodiscard]] std::string text_or(std::string_view key, std::string_view otherwise) const;
  [[nodiscard]] bool flag_or(std::string_view key, bool otherwise) const;
  // Bytes ("40GiB", "2TB", bare number = bytes).
  [[nodiscard]] std::int64_t bytes_or(std::string_view key, std::int64_t otherwise) const;
  // One of `known`; the index of the one written.
  [[nodiscard]] std::size_t choice_or(std::string_view key, std::string_view otherwise,
                                      const std::vector<std::string_view>& known) const;

  // --- of a list ------------------------------------------------------------------------------
  [[nodiscard]] std::vector<Setting> items() const;

  // --- of a scalar ----------------------------------------------------------------------------
  // Decimal integers only (no octal, hex, 1e3, 1_000), within [least, most].
  [[nodiscard]] std::int64_t count(std::int64_t least, std::int64_t most) const;
  // A finite number within [least, most].
  [[nodiscard]] double number(double least, double most) const;
  // "2h30m", "90s"; a bare number is an error, except 0. Not negative.
  [[nodiscard]] Duration duration() const;
  [[nodiscard]] std::int64_t bytes() const;
  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool flag() const;  // true or false, nothing else
  [[nodiscard]] std::size_t choice(const std::vector<std::string_view>& known) const;

  // --- a part: NAME or {kind: NAME, key: value} -------------------------------------------------
  // The name, whether this is a scalar or a map with `kind`.
  [[nodiscard]] std::string kind() const;
  // Picks the kind among `known`; an unknown one is an error that names the nearest.
  [[nodiscard]] std::size_t kind_among(const std::vector<std::string_view>& known) const;

  // --- errors ---------------------------------------------------------------------------------
  // "cluster.nodes": the keys from the root to here; list items as [0].
  [[nodiscard]] std::string path() const;
  [[nodiscard]] Where where() const;
  [[noreturn]] void fail(const std::string& what, const std::string& remedy = {}) const;

  // For who writes or reports on trees; a reader never needs it.
  [[nodiscard]] SettingNode& node() const { return *node_; }

 private:
  SettingNode* node_;
};

// InputError for the first key below `root` that nobody asked for.
void check_all_used(Setting root);

// YAML text of what was read below `root`, defaults included, in the order of reading.
std::string resolved_yaml(Setting root);

}  // namespace berth
