// A file that says what a cluster or its fabric looks like, in any format that is read
// (app/topology_formats.hpp), plain, .gz or .zst. Which one it is shows in what it says, not in its
// name.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/topology_formats.hpp"
#include "core/settings_tree.hpp"
#include "topology/formats.hpp"

namespace berth {

using TopologyDocument = std::variant<Fabric, LftDump, std::vector<SlurmTopology>, TopographModel,
                                      NodeList, SettingsTree>;  // the last: a config

struct TopologyFile {
  std::string path;
  TopologyFormat format = TopologyFormat::config;
  TopologyDocument document;
};

// InputError when the file is not what `from` says, or, without it, nothing that is known.
TopologyFile read_topology_file(const std::string& path, std::optional<TopologyFormat> from = {});

// The whole file, decompressed; InputError when it cannot be read or is larger than a gibibyte.
std::string read_packed_text(const std::string& path);

}  // namespace berth
