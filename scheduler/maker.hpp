// One table, no magic registration: a name, what it does, and a function that makes the part.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "core/settings.hpp"

namespace berth {

template <class Part>
struct Maker {
  std::string_view name;
  std::string_view does;  // in a line
  std::unique_ptr<Part> (*make)(Setting);
};

template <class Part, std::size_t Size>
std::vector<std::string_view> names(const std::array<Maker<Part>, Size>& table) {
  std::vector<std::string_view> all;
  for (const auto& maker : table) {
    all.push_back(maker.name);
  }
  return all;
}

// What the part of that name does; "" when there is none.
template <class Part, std::size_t Size>
std::string_view summary(const std::array<Maker<Part>, Size>& table, std::string_view name) {
  for (const auto& maker : table) {
    if (maker.name == name) {
      return maker.does;
    }
  }
  return "";
}

// The part that `setting` (NAME or {kind: NAME, key: value}) names; InputError for no such name.
template <class Part, std::size_t Size>
std::unique_ptr<Part> make(const std::array<Maker<Part>, Size>& table, Setting setting) {
  return table[setting.kind_among(names(table))].make(setting);
}

}  // namespace berth
