// A config file as bytes, before anybody parses it: read without hanging on what is not a file, and
// refused when it is not text or is built to exhaust the parser.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace berth {

inline constexpr std::size_t yaml_bytes_max = std::size_t{4} << 20U;
inline constexpr int yaml_depth_max = 64;
inline constexpr int yaml_nodes_max = 200'000;

// Whether messages name a line and column: a file's do, an argument's do not.
enum class Places { lines_and_columns, none };

// The whole regular file at `path`; InputError for anything else, or more than `bytes_max` bytes.
std::string read_text_file(const std::string& path, std::size_t bytes_max);

// InputError unless `text` is UTF-8 without control characters, within the limits above.
void check_yaml_text(std::string_view text, const std::string& name, Places places);

}  // namespace berth
