// The seeds of the fuzzer and what it once found, as a plain test.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/folders.hpp"
#include "tests/fuzz/fuzz_swf.cpp"

namespace {

std::vector<std::string> files_in(const std::filesystem::path& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  return files;
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("no log that the fuzzer found breaks the promises of a source") {
  const auto files = files_in(berth::testing::in_project("tests/fuzz/corpus/swf"));
  REQUIRE(files.size() >= 12);
  for (const auto& path : files) {
    CAPTURE(path);
    const std::string log = content_of(path);
    CHECK_NOTHROW(
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(log.data()), log.size()));
  }
}
