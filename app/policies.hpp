// Policies by name: those a config defines, the presets that are built in, and files.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/settings_tree.hpp"
#include "scheduler/policy.hpp"

namespace berth {

// A policy that was read once without an error, so that it can be made for as many runs as needed.
struct NamedPolicy {
  std::string name;
  Setting setting;
  std::shared_ptr<const SettingsTree> tree;  // of its own; null when it is part of a config

  // A fresh one: it belongs to one run alone. Not to be called by two threads at a time.
  [[nodiscard]] Policy make() const { return make_policy(setting); }
};

// The policies in a config: `policy:` or the entries of `policies:`; presets named there are put
// in their place.
struct ConfigPolicies {
  std::vector<NamedPolicy> single;  // of `policy:`, one or none; a map is called "config"
  std::vector<NamedPolicy> named;   // of `policies:`
};
ConfigPolicies read_policies(Setting root);

// What `--policy TEXT` means: a name in the config, a preset (perhaps easy:placer=best_fit), or a
// file.
NamedPolicy find_policy(const std::string& text, const ConfigPolicies& config);

std::vector<std::string_view> preset_names();
// The comment that a preset opens with, as one line.
std::string preset_summary(std::string_view name);

}  // namespace berth
