// Settings from the command line: `--set key.path=value` over a config, and a part written as
// NAME:key=value,key=value.
#pragma once

#include <string>

#include "core/settings_tree.hpp"

namespace berth {

// Puts one value into the tree. The value is YAML; the path is keys joined by dots, list items by
// number (workload.0.mean_gap or workload[0].mean_gap). Missing keys are made, missing items are
// not; a part written as NAME becomes {kind: NAME} when a key is put below it.
void apply_set(SettingsTree& tree, const std::string& assignment,
               const std::string& option = "--set");

// "easy" or "easy:scan=sjbf,depth=10", the same as {kind: easy, scan: sjbf, depth: 10}. `option`
// stands for the file in messages.
SettingsTree parse_part(const std::string& text, const std::string& option);

}  // namespace berth
