// Looks like trouble and is none: rand(), std::views and unordered_map in a comment are words.
#pragma once

#include <cmath>
#include <string>

namespace berth {

static_assert(sizeof(int) == 4);
inline const std::string text = "rand() assert(false) std::unordered_map";
inline const std::string more = R"(std::system_clock "time(nullptr)")";
inline const char quote = '"';  // assert( after a quote is still in a comment
inline const long many = 1'000'000;
inline double root(double x) { return std::sqrt(std::floor(x)); }
void log(const std::string& line);                // a name of ours, not the logarithm
double at_time(double when), operand(int count);  // end in names that are banned
// TODO(#7): has its number.

}  // namespace berth
