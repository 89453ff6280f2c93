// The comment that a YAML file opens with: the question a config asks, what a policy imitates.
#pragma once

#include <string>
#include <string_view>

namespace berth {

// The comment lines at the top, joined to one line without the '#'; "" when there are none.
std::string opening_comment(std::string_view yaml);

}  // namespace berth
