// The commands; each returns its exit code, or throws InputError.
#pragma once

#include "app/arguments.hpp"
#include "app/console.hpp"

namespace berth {

inline constexpr int exit_done = 0;
inline constexpr int exit_no = 1;
inline constexpr int exit_bad_input = 2;
inline constexpr int exit_bug = 3;
inline constexpr int exit_interrupted = 130;

int run_command(const Arguments& arguments, const Console& console);
int compare_command(const Arguments& arguments, const Console& console);
int check_command(const Arguments& arguments, const Console& console);
int place_command(const Arguments& arguments, const Console& console);
int topology_show_command(const Arguments& arguments, const Console& console);
int topology_convert_command(const Arguments& arguments, const Console& console);
int topology_route_command(const Arguments& arguments, const Console& console);
int topology_generate_command(const Arguments& arguments, const Console& console);
int list_command(const Arguments& arguments, const Console& console);
int completion_command(const Arguments& arguments, const Console& console);

}  // namespace berth
