#include "tests/folders.hpp"

namespace berth::testing {

std::string in_project(const std::string& path) { return BERTH_SOURCE_DIR "/" + path; }

std::string in_shared(const std::string& path) { return BERTH_SOURCE_DIR "/../shared/" + path; }

}  // namespace berth::testing
