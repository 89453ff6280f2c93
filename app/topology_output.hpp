// Where the commands of `berth topology` put what they made.
#pragma once

#include <optional>
#include <string>

#include "app/console.hpp"

namespace berth {

// Into a file that is whole or not there.
void write_whole_file(const std::string& path, const std::string& text);
// There, or on stdout.
void put_result(const std::optional<std::string>& path, const std::string& text,
                const Console& console);

}  // namespace berth
