// Golden texts: what a run said once, kept in tests/golden/. UPDATE_GOLDEN=1 writes them anew; then
// read the difference as carefully as code, for it is the change in the model.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/folders.hpp"

namespace berth::test {

// The text of tests/golden/NAME, which is `now` from here on when UPDATE_GOLDEN is set.
inline std::string golden(const std::string& name, const std::string& now) {
  const std::string path = berth::testing::in_project("tests/golden/" + name);
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << now;
  }
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace berth::test
