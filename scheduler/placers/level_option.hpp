// A level of the fleet that an option names. The placer is made before the fleet is known, so the
// name is looked up when the placer meets the fleet.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/settings.hpp"
#include "topology/fleet.hpp"

namespace berth {

// "hall, rack, leaf"; "" in a fleet without levels.
std::string level_names(const Fleet& fleet);

class LevelOption {
 public:
  // What stands at `key`, or nothing.
  static LevelOption read(Setting part, std::string_view key);

  // That name, which stands in the config as the key of `value`.
  static LevelOption of(const std::string& name, Setting value);

  // InputError at its place. REQUIRES: given().
  [[noreturn]] void fail(const std::string& what, const std::string& remedy) const;

  [[nodiscard]] bool given() const { return !name_.empty(); }
  // Nothing when no level is named; InputError when the fleet has none of that name.
  [[nodiscard]] std::optional<LevelId> in(const Fleet& fleet) const;
  // The level named, or the innermost one. REQUIRES: the fleet has levels.
  [[nodiscard]] LevelId or_innermost(const Fleet& fleet) const {
    return in(fleet).value_or(LevelId(fleet.levels() - 1));
  }
  // The level named, or that of the leaf switches ("leaf", which may have racks inside), or the
  // innermost one. REQUIRES: the fleet has levels.
  [[nodiscard]] LevelId or_leaf(const Fleet& fleet) const {
    const auto leaf = given() ? in(fleet) : fleet.find_level("leaf");
    return leaf.value_or(LevelId(fleet.levels() - 1));
  }

 private:
  std::string name_;
  std::string path_;
  Where where_;
};

}  // namespace berth
