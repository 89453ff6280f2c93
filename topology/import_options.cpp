#include <regex>

#include "topology/hardware.hpp"
#include "topology/import.hpp"
#include "topology/marks.hpp"

namespace berth {
namespace {

// A pattern that can be used is one that compiles and has a group to take the name from.
void check_pattern(Setting pattern) {
  const std::string remedy =
      "an ECMAScript regular expression whose first group is the node's name, such as "
      "'^(\\S+)\\s\\S+$'";
  bool has_group = false;
  try {
    has_group = std::regex(pattern.text()).mark_count() > 0;
  } catch (const std::regex_error&) {
    pattern.fail("'" + pattern.text() + "' is not a regular expression", remedy);
  }
  if (!has_group) {
    pattern.fail("'" + pattern.text() + "' has no group that takes the name", remedy);
  }
}

NodeKind read_node(Setting cluster) {
  NodeKind node;
  node.gpus = 8;
  if (const auto gpu = cluster.find("gpu")) {
    node = node_models()[gpu->choice(node_model_names())].kind;
  }
  node.gpus = static_cast<std::uint32_t>(
      cluster.count_or("gpus_per_node", node.gpus, 0, std::int64_t{gpus_per_node_most}));
  node.cpu_milli = 1000 * cluster.count_or("cpus_per_node", node.cpu_milli / 1000, 0, 1'000'000);
  node.memory = cluster.bytes_or("memory_per_node", node.memory);
  read_marks(cluster, node);
  if (node.gpus == 0 && node.cpu_milli == 0) {
    cluster.at("gpus_per_node")
        .fail("a node has neither GPUs nor CPUs",
              "set gpus_per_node or cpus_per_node to at least 1");
  }
  return node;
}

}  // namespace

ImportOptions read_import_options(Setting cluster) {
  ImportOptions options;
  const bool told = cluster.find("gpu") || cluster.find("gpus_per_node");
  options.host_pattern = cluster.text_or("host_pattern", options.host_pattern);
  if (const auto pattern = cluster.find("host_pattern")) {
    check_pattern(*pattern);
  }
  options.node = read_node(cluster);
  options.gpus_are_told = told;
  options.front_end = {cluster.count_or("front_end_gbps", 200, 0, 100'000) * 125'000'000};
  return options;
}

}  // namespace berth
