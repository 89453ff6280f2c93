// The nodes of the openb trace (Alibaba's cluster of 2023, published with FGD): a CSV file, a node
// a line, `sn,cpu_milli,memory_mib,gpu,model`.
#include <limits>
#include <set>
#include <string>

#include "topology/formats.hpp"
#include "topology/formats/text_line.hpp"

namespace berth {
namespace {

constexpr std::string_view header = "sn,cpu_milli,memory_mib,gpu,model";
constexpr std::int64_t mib = std::int64_t{1} << 20U;
constexpr std::uint32_t most = std::numeric_limits<std::int32_t>::max();

NodeList::Node read_node(TextLine line) {
  NodeList::Node node;
  node.name = line.until(',', header);
  if (node.name.empty()) {
    line.fail_at(1, "the node has no name", header);
  }
  node.kind.cpu_milli = line.number("cpu_milli", 0, most);
  line.expect(",");
  node.kind.memory = mib * line.number("memory_mib", 0, most);
  line.expect(",");
  node.kind.gpus = line.number("gpu", 0, gpus_per_node_most);
  line.expect(",");
  node.kind.gpu_model = line.rest();
  if (node.kind.gpu_model.find_first_of(",\"") != std::string::npos) {
    line.fail("'" + node.kind.gpu_model + "' is not the name of a GPU model", header);
  }
  if (node.kind.gpus == 0 && node.kind.cpu_milli == 0) {
    line.fail_at(1, "the node has neither GPUs nor CPUs");
  }
  return node;
}

}  // namespace

NodeList read_openb_nodes(std::string_view text, const std::string& path) {
  TextOfLines lines(text, path);
  const auto first = lines.next();
  if (!first || first->rest() != header) {
    throw InputError(where_of(path, 1), "is no list of nodes",
                     "the first line is expected to be: " + std::string(header));
  }
  NodeList list;
  std::set<std::string, std::less<>> names;
  while (const auto line = lines.next()) {
    if (line->done()) {
      continue;
    }
    list.nodes.push_back(read_node(*line));
    if (!names.insert(list.nodes.back().name).second) {
      line->fail("node '" + list.nodes.back().name + "' stands twice", "keep one of the two lines");
    }
  }
  if (list.nodes.empty()) {
    throw InputError({path}, "lists no node");
  }
  return list;
}

}  // namespace berth
