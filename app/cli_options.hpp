// What several commands of the command line are made of.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/arguments.hpp"

namespace berth {

// The groups of --help.
inline constexpr const char* common_group = "Common options";
inline constexpr const char* result_group = "What comes out";
inline constexpr const char* input_group = "What is simulated";

CLI::App* add_command(CLI::App& app, const char* name, const char* description,
                      const char* examples);
void add_talk(CLI::App& sub, Arguments& arguments);
void add_json(CLI::App& sub, Arguments& arguments);
// An option that may be repeated.
CLI::Option* add_many(CLI::App& sub, const char* name, std::vector<std::string>& values,
                      const char* description);
void add_set(CLI::App& sub, Arguments& arguments);

void add_place(CLI::App& app, Arguments& arguments);
// `berth topology` with its own commands.
void add_topology(CLI::App& app, Arguments& arguments);

}  // namespace berth
