// Where the files are that tests read. Only folders.cpp knows where this checkout lies, so that
// nothing else is compiled anew for another one.
#pragma once

#include <string>

namespace berth::testing {

// `path` in the checkout, and in the shared reference beside it, which may be absent.
std::string in_project(const std::string& path);
std::string in_shared(const std::string& path);

}  // namespace berth::testing
