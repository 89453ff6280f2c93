// The command line: which commands and options there are, their help, and what was typed.
#pragma once

#include <string>
#include <vector>

#include "app/arguments.hpp"

namespace berth {

// Without the program's name. InputError for what is not understood, with the nearest known name.
Arguments parse_command_line(const std::vector<std::string>& words);

// A script that completes commands, options and names for `shell`: bash, zsh or fish.
std::string completion_script(const std::string& shell);

}  // namespace berth
