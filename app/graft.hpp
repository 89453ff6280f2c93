// Puts the values of one file where another file names it: `policy: easy`, `cluster: {file: ...}`.
#pragma once

#include "core/settings_tree.hpp"

namespace berth {

// `onto` takes the value of `from` (which is left empty) and keeps its own key and parent. Values
// remember the file they were written in.
void graft(SettingNode& onto, SettingNode& from);

// The entries of the map `over` replace those of `onto`, or are added to them.
void graft_entries(SettingNode& onto, SettingNode& over);

}  // namespace berth
