// YAML into settings, strictly: one document of maps, lists and scalars. What YAML allows but a
// config must not say is refused with its place: anchors, aliases, merge keys, tags, directives,
// keys written twice, several documents, and files that are too large or too deep.
#pragma once

#include <string>

#include "app/yaml_text.hpp"
#include "core/settings_tree.hpp"

namespace berth {

SettingsTree load_yaml_file(const std::string& path);

// `name` stands for the file in messages; `places` also decides what the values know.
SettingsTree load_yaml_text(const std::string& text, const std::string& name,
                            Places places = Places::lines_and_columns);

}  // namespace berth
