// Nodes as the openb trace lists them.
#include <string>

#include <doctest/doctest.h>

#include "core/error.hpp"
#include "topology/formats.hpp"
#include "topology/import.hpp"

using namespace berth;

namespace {

const std::string header = "sn,cpu_milli,memory_mib,gpu,model\n";

std::string wrong(const std::string& text) {
  try {
    (void)read_openb_nodes(text, "nodes.csv");
  } catch (const InputError& error) {
    return error.what();
  }
  return "fine";
}

}  // namespace

TEST_CASE("a list of nodes becomes a fleet without levels") {
  const NodeList list =
      read_openb_nodes(header + "b,64000,262144,2,P100\r\n\na,96000,393216,8,G2\n", "nodes.csv");
  const Fleet fleet = import_nodes(list).topology.fleet;
  REQUIRE(fleet.nodes() == 2);
  CHECK(fleet.levels() == 0);
  CHECK(fleet.gpus() == 10);
  const NodeKind& kind = fleet.kind(NodeId(0));
  CHECK(fleet.name(NodeId(0)) == "b");
  CHECK(kind.cpu_milli == 64'000);
  CHECK(kind.memory == std::int64_t{256} << 30);
  CHECK(kind.gpu_model == "P100");
}

TEST_CASE("a malformed node is told of with its line and column") {
  CHECK(wrong(header + "a,1000,0,0,\n") == "fine");
  CHECK(wrong("a,b\n") ==
        "nodes.csv:1: is no list of nodes\n  the first line is expected to be: "
        "sn,cpu_milli,memory_mib,gpu,model");
  CHECK(wrong(header) == "nodes.csv: lists no node");
  CHECK(wrong(header + "a,1000,0,65,G2\n") ==
        "nodes.csv:2:10: the gpu is 65, out of range\n  0 to 64");
  CHECK(wrong(header + "a,x,0,1,G2\n") == "nodes.csv:2:3: expected a cpu_milli, found 'x,0,1,G2'");
  CHECK(wrong(header + "a,1000,0,1\n") ==
        "nodes.csv:2:11: expected ',', found the end of the line");
  CHECK(wrong(header + ",1000,0,1,G2\n").starts_with("nodes.csv:2:1: the node has no name"));
  CHECK(wrong(header + "a,0,5,0,\n") == "nodes.csv:2:1: the node has neither GPUs nor CPUs");
  CHECK(wrong(header + "a,1000,0,1,G2,3\n")
            .starts_with("nodes.csv:2:12: 'G2,3' is not the name of a GPU model"));
  CHECK(wrong(header + "a,1000,0,1,G2\na,1000,0,1,G2\n")
            .ends_with("node 'a' stands twice\n  keep one of the two lines"));
}
