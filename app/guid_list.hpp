// GUIDs from the command line: 0x2c90400010003,0x2c90400010004, or a file with one a line, as
// OpenSM takes them for roots and compute nodes.
#pragma once

#include <string>
#include <vector>

#include "topology/fabric.hpp"

namespace berth {

// InputError for what is neither; `option` is named in it.
std::vector<Guid> guids_of(const std::string& text, const std::string& option);

}  // namespace berth
