// The tables of CLI11 that the parser and the completion scripts share.
#pragma once

#include <memory>

#include <CLI/CLI.hpp>

#include "app/arguments.hpp"

namespace berth {

// The program with all its commands; what is parsed goes to `arguments`, which outlives it.
std::unique_ptr<CLI::App> make_cli(Arguments& arguments);

}  // namespace berth
