// Fabrics with what the real OpenSM computed for them, as recorded in ../shared/cases/opensm. They
// are not part of the project; without them a test says so and passes.
#pragma once

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/folders.hpp"
#include "topology/fabric.hpp"
#include "topology/formats.hpp"
#include "workloads/bytes.hpp"
#include "workloads/decompress.hpp"

namespace berth::testing {

inline const std::string recorded_cases = berth::testing::in_shared("cases/opensm");

// Of a file, packed or not. REQUIRES: it exists.
inline std::string text_of_file(const std::string& path) {
  const auto bytes = decompressed(open_bytes(path), path);
  std::string text;
  std::array<char, 65536> piece{};
  while (const std::size_t got = bytes->read(std::span(piece))) {
    text.append(piece.data(), got);
  }
  return text;
}

// The names of the cases in order ("a_tiny8", ...); none, loudly, where there are no recordings.
inline std::vector<std::string> recorded_fabrics() {
  std::vector<std::string> names;
  if (!std::filesystem::is_directory(recorded_cases)) {
    MESSAGE("SKIPPED: there is no " << recorded_cases);
    return names;
  }
  for (const auto& entry : std::filesystem::directory_iterator(recorded_cases)) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// The runs of OpenSM for a case: "ftree", "ftree+roots", "updn", ...
inline std::vector<std::string> recorded_runs(const std::string& name) {
  std::vector<std::string> runs;
  for (const auto& entry : std::filesystem::directory_iterator(recorded_cases + "/" + name)) {
    if (entry.is_directory()) {
      runs.push_back(entry.path().filename());
    }
  }
  std::sort(runs.begin(), runs.end());
  return runs;
}

// A file of a case, such as "ibnetdiscover.txt", "roots.guids" or "ftree/opensm-lfts.dump", by its
// name without ".gz"; nothing where the case has none.
inline std::optional<std::string> recorded(const std::string& name, const std::string& file) {
  const std::string path = recorded_cases + "/" + name + "/" + file;
  for (const std::string& candidate : {path, path + ".gz"}) {
    if (std::filesystem::exists(candidate)) {
      return text_of_file(candidate);
    }
  }
  return std::nullopt;
}

inline Fabric recorded_fabric(const std::string& name) {
  return read_ibnetdiscover(recorded(name, "ibnetdiscover.txt").value(), name);
}

}  // namespace berth::testing
