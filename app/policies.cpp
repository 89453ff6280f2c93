#include "app/policies.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "app/comment.hpp"
#include "app/embedded_policies.hpp"
#include "app/graft.hpp"
#include "app/override.hpp"
#include "app/yaml_settings.hpp"
#include "core/error.hpp"

namespace berth {
namespace {

using Kind = SettingNode::Kind;

const std::string& preset_text(std::string_view name) {
  const auto& all = embedded_policies();
  return std::ranges::find(all, name, [](const auto& entry) { return entry.first; })->second;
}

bool is_preset(std::string_view name) {
  const auto known = preset_names();
  return std::find(known.begin(), known.end(), name) != known.end();
}

// NAME and {kind: NAME, key: value} become the preset of that name, with the keys over it.
void put_preset(Setting policy) {
  SettingNode& node = policy.node();
  const bool named_map = node.kind == Kind::map && policy.find("kind").has_value();
  if (node.kind != Kind::scalar && !named_map) {
    return;
  }
  const std::string name(preset_names()[policy.kind_among(preset_names())]);
  SettingsTree preset = load_yaml_text(preset_text(name), "policies/" + name + ".yaml");
  std::erase_if(node.children, [](const auto& child) { return child->key == "kind"; });
  SettingNode over;
  over.children = std::move(node.children);
  graft(node, preset.node());
  graft_entries(node, over);
}

NamedPolicy read_one(std::string name, Setting setting,
                     std::shared_ptr<const SettingsTree> tree = nullptr) {
  put_preset(setting);
  NamedPolicy policy{std::move(name), setting, std::move(tree)};
  static_cast<void>(policy.make());
  if (policy.tree) {
    check_all_used(setting);
  }
  return policy;
}

std::vector<NamedPolicy> read_list(Setting list) {
  std::vector<NamedPolicy> all;
  for (const Setting& item : list.items()) {
    const std::string name = item.text();
    if (std::ranges::count(all, name, &NamedPolicy::name) > 0) {
      item.fail("is named twice", "keep one of them");
    }
    all.push_back(read_one(name, item));
  }
  return all;
}

std::vector<NamedPolicy> read_named(Setting policies) {
  std::vector<NamedPolicy> all;
  if (policies.is_list()) {
    all = read_list(policies);
  } else {
    for (const auto& [name, setting] : policies.entries()) {
      all.push_back(read_one(name, setting));
    }
  }
  if (all.empty()) {
    policies.fail("names no policy", "write a list of names: [fifo, easy]");
  }
  return all;
}

bool looks_like_file(const std::string& text) {
  return text.find('/') != text.npos || text.ends_with(".yaml") || text.ends_with(".yml");
}

[[noreturn]] void fail_unknown(const std::string& text, const ConfigPolicies& config) {
  std::vector<std::string_view> known;
  for (const auto& policy : config.named) {
    known.push_back(policy.name);
  }
  for (const std::string_view preset : preset_names()) {
    if (std::find(known.begin(), known.end(), preset) == known.end()) {
      known.push_back(preset);
    }
  }
  throw InputError({"--policy"}, "no such policy " + shown(text),
                   suggestion(text, known) + ", or a file that ends in .yaml");
}

}  // namespace

ConfigPolicies read_policies(Setting root) {
  ConfigPolicies policies;
  if (const auto single = root.find("policy")) {
    const std::string name = single->is_scalar() ? single->text() : "config";
    policies.single.push_back(read_one(name, *single));
  }
  if (const auto named = root.find("policies")) {
    policies.named = read_named(*named);
  }
  return policies;
}

NamedPolicy find_policy(const std::string& text, const ConfigPolicies& config) {
  const auto in_config = std::ranges::find(config.named, text, &NamedPolicy::name);
  if (in_config != config.named.end()) {
    return *in_config;
  }
  if (looks_like_file(text.substr(0, text.find(':')))) {
    auto tree = std::make_shared<SettingsTree>(load_yaml_file(text));
    return read_one(std::filesystem::path(text).stem().string(), tree->root(), tree);
  }
  auto tree = std::make_shared<SettingsTree>(parse_part(text, "--policy"));
  if (!is_preset(tree->root().kind())) {
    fail_unknown(text, config);
  }
  return read_one(text, tree->root(), tree);
}

std::vector<std::string_view> preset_names() {
  std::vector<std::string_view> names;
  for (const auto& entry : embedded_policies()) {
    names.emplace_back(entry.first);
  }
  return names;
}

std::string preset_summary(std::string_view name) { return opening_comment(preset_text(name)); }

}  // namespace berth
