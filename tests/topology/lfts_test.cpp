#include <string>

#include <doctest/doctest.h>

#include "tests/topology/recorded_fabrics.hpp"
#include "topology/formats.hpp"

using namespace berth;
using namespace berth::testing;

TEST_CASE("tables that opensm recorded are written byte by byte as they were read") {
  for (const std::string& name : recorded_fabrics()) {
    const Fabric fabric = recorded_fabric(name);
    for (const std::string& run : recorded_runs(name)) {
      CAPTURE(name);
      CAPTURE(run);
      const std::string text = recorded(name, run + "/opensm-lfts.dump").value();
      const LftDump dump = read_lfts(text, name);
      const bool equal = write_lfts(dump) == text;
      CHECK(equal);
      const bool through_tables = lfts_of(fabric, tables_of(dump, fabric, name)) == dump;
      CHECK(through_tables);
    }
  }
}
