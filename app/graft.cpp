#include "app/graft.hpp"

#include <algorithm>
#include <utility>

namespace berth {

void graft(SettingNode& onto, SettingNode& from) {
  onto.kind = from.kind;
  onto.where = from.where;
  onto.scalar = std::move(from.scalar);
  onto.quoted = from.quoted;
  onto.asked.clear();
  onto.defaults.clear();
  onto.part = false;
  onto.children = std::move(from.children);
  for (const auto& child : onto.children) {
    child->parent = &onto;
  }
}

void graft_entries(SettingNode& onto, SettingNode& over) {
  for (auto& child : over.children) {
    const auto same = std::find_if(onto.children.begin(), onto.children.end(),
                                   [&](const auto& each) { return each->key == child->key; });
    child->parent = &onto;
    if (same == onto.children.end()) {
      onto.children.push_back(std::move(child));
    } else {
      *same = std::move(child);
    }
  }
  over.children.clear();
}

}  // namespace berth
