#include "scheduler/placers/level_option.hpp"

namespace berth {

std::string level_names(const Fleet& fleet) {
  std::string names;
  for (std::uint32_t level = 0; level < fleet.levels(); ++level) {
    names += (level == 0 ? "" : ", ") + fleet.level_name(LevelId(level));
  }
  return names;
}

LevelOption LevelOption::read(Setting part, std::string_view key) {
  LevelOption option;
  if (const auto setting = part.find(key)) {
    option.name_ = setting->text();
    option.path_ = setting->path();
    option.where_ = setting->where();
  }
  return option;
}

LevelOption LevelOption::of(const std::string& name, Setting value) {
  LevelOption option;
  option.name_ = name;
  option.path_ = value.path();
  option.where_ = value.where();
  return option;
}

std::optional<LevelId> LevelOption::in(const Fleet& fleet) const {
  if (name_.empty()) {
    return std::nullopt;
  }
  if (const auto level = fleet.find_level(name_)) {
    return level;
  }
  const std::string known = level_names(fleet);
  fail("the fleet has no level '" + name_ + "'",
       known.empty() ? "the fleet has no levels" : "its levels: " + known);
}

void LevelOption::fail(const std::string& what, const std::string& remedy) const {
  throw InputError(where_, path_ + ": " + what, remedy);
}

}  // namespace berth
