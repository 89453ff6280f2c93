#include "app/fleet_presets.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "app/comment.hpp"
#include "app/embedded_fleets.hpp"
#include "app/graft.hpp"
#include "app/yaml_settings.hpp"

namespace berth {
namespace {

const std::string& text_of(std::string_view name) {
  const auto& all = embedded_fleets();
  return std::ranges::find(all, name, [](const auto& entry) { return entry.first; })->second;
}

}  // namespace

std::vector<std::string_view> fleet_presets() {
  std::vector<std::string_view> names;
  for (const auto& entry : embedded_fleets()) {
    names.emplace_back(entry.first);
  }
  return names;
}

std::string fleet_preset_summary(std::string_view name) { return opening_comment(text_of(name)); }

void put_fleet_preset(Setting cluster) {
  if (!cluster.is_map() || !cluster.find("kind") || cluster.kind() != "fleet") {
    return;
  }
  const auto preset = cluster.find("preset");
  if (!preset) {
    return;
  }
  const std::string name(fleet_presets()[preset->choice(fleet_presets())]);
  SettingsTree fleet = load_yaml_text(text_of(name), "fleets/" + name + ".yaml");
  SettingNode& node = cluster.node();
  std::erase_if(node.children, [](const auto& child) { return child->key == "preset"; });
  SettingNode over;
  over.children = std::move(node.children);
  graft(node, fleet.node());
  graft_entries(node, over);
}

}  // namespace berth
