// Forwarding tables as opensm dumps them: round trips, and every way to spoil a dump.
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "core/error.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/topology/ibnetdiscover_texts.hpp"
#include "tests/topology/recorded_fabrics.hpp"
#include "topology/formats.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

// The tables of the only switch of `two_hosts`.
const std::string leaf_tables =
    "Unicast lids [0-9] of switch Lid 9 guid 0x2c5eab0300c47fc0 ('MF0;leaf:MQM9701/U1'):\n"
    "0x0007 001 # Channel Adapter portguid 0x506b4b0300a1b2c5: 'a HCA-1'\n"
    "0x0008 065 # Channel Adapter portguid 0x506b4b0300a1b2c8: 'b mlx5_0'\n"
    "0x0009 000 # Switch portguid 0x2c5eab0300c47fc0: 'MF0;leaf:MQM9701/U1'\n"
    "9 lids dumped\n";

std::string error_in(const std::string& text) {
  return error_of([&text] { (void)read_lfts(text, "lfts"); });
}
std::string error_with(std::string_view from, std::string_view to) {
  return error_in(replaced_once(leaf_tables, from, to));
}
// Of a dump that is in order, but not for the fabric.
std::string misfit(std::string_view from, std::string_view to) {
  const LftDump dump = read_lfts(replaced(leaf_tables, from, to), "lfts");
  return error_of([&dump] { (void)tables_of(dump, read_ibnetdiscover(two_hosts, "net"), "lfts"); });
}

// Any tables: not of a fabric, but with every kind of entry.
LftDump random_dump() {
  LftDump dump;
  const auto switches = *rc::gen::inRange<std::uint16_t>(1, 5);
  for (std::uint16_t i = 0; i < switches; ++i) {
    LftDump::Switch table;
    table.lid = static_cast<std::uint16_t>(i + 1);
    table.guid = Guid{UINT64_MAX - i};
    table.description = *rc::gen::element<std::string>("", "it's", "a ('b'):", "ß");
    table.top = *rc::gen::inRange<std::uint16_t>(switches, 0xC000);
    for (std::uint32_t lid = 1; lid <= table.top && table.entries.size() < 20;
         lid += *rc::gen::inRange<std::uint32_t>(1, 5000)) {
      LftDump::Entry entry{static_cast<std::uint16_t>(lid), 0, {}, {}, {}};
      entry.port = *rc::gen::inRange<PortNumber>(1, 255);
      if (*rc::gen::arbitrary<bool>()) {
        entry.kind = lid <= switches ? DeviceKind::switch_
                                     : *rc::gen::element(DeviceKind::hca, DeviceKind::router);
        entry.port_guid = Guid{*rc::gen::arbitrary<std::uint64_t>()};
        entry.description = *rc::gen::element<std::string>("", "it's", "host HCA-1", "'");
      }
      table.entries.push_back(entry);
    }
    dump.switches.push_back(table);
  }
  return dump;
}

}  // namespace

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

TEST_CASE("a dump that is written and read is the same dump") {
  CHECK(rc::check([] {
    const LftDump dump = random_dump();
    RC_ASSERT(read_lfts(write_lfts(dump), "lfts") == dump);
  }));
}

TEST_CASE("dump_fts says the same in other words") {
  const std::string by_dump_fts =
      "Unicast lids [0x0-0x9] of switch DR path slid 0; dlid 0; 0,1 guid 0x2c5eab0300c47fc0 "
      "(MF0;leaf:MQM9701/U1):\n"
      "  Lid  Out   Destination\n"
      "       Port     Info \n"
      "0x0007 001 : (Channel Adapter portguid 0x506b4b0300a1b2c5: 'a HCA-1')\n"
      "0x0008 065 : (Channel Adapter portguid 0x506b4b0300a1b2c8: 'b mlx5_0')\n"
      "0x0009 000 : (Switch portguid 0x2c5eab0300c47fc0: 'MF0;leaf:MQM9701/U1')\n"
      "3 valid lids dumped \n\n";
  CHECK(read_lfts(by_dump_fts, "lfts") == read_lfts(leaf_tables, "lfts"));
}

TEST_CASE("a LID without an entry cannot be reached") {
  const Fabric fabric = read_ibnetdiscover(two_hosts, "net");
  const auto tables =
      tables_of(read_lfts(without_line(leaf_tables, "0x0008"), "lfts"), fabric, "lfts");
  CHECK(tables.port(DeviceId(0), 7) == 1);
  CHECK(tables.port(DeviceId(0), 8) == ForwardingTables::no_path);
  CHECK(tables.port(DeviceId(0), 9) == 0);
}

TEST_CASE("wherever a dump is cut, it is refused") {
  for (std::size_t length = 0; length + 1 < leaf_tables.size(); ++length) {
    CAPTURE(leaf_tables.substr(0, length));
    CHECK(error_in(leaf_tables.substr(0, length)).starts_with("lfts"));
  }
  CHECK(error_in(leaf_tables + "Unicast lids [0-9] of switch Lid 1 guid 0x1 ('x'):\n") ==
        "lfts:6: the table of this switch has no closing line  N lids dumped\n"
        "  the file may be truncated; dump the tables again");
  CHECK(error_with("Channel Adapter", "Switch") ==
        "lfts:2: the switch with lid 7 has no table in the file\n"
        "  the file may be truncated; dump the tables again");
}

TEST_CASE("a dump that contradicts itself is refused") {
  CHECK(error_in(leaf_tables + leaf_tables) ==
        "lfts:6:43: switch 0x2c5eab0300c47fc0 has a table already, in line 1\n"
        "  keep one of the two");
  CHECK(error_with("0x0008", "0x0007") ==
        "lfts:3:3: lid 7 is not above the one before\n"
        "  the entries of a table are in order of LID, from 1");
  CHECK(error_with("0x0009", "0x000a") == "lfts:4:3: lid 10 in a table that ends with lid 9");
  CHECK(error_with("9 lids", "8 lids") ==
        "lfts:5:1: 8 lids dumped, but the table above has 9\n"
        "  the file may be truncated; dump the tables again");
  CHECK(error_with("065", "255") == "lfts:3:8: the port is 255, out of range\n  0 to 254");
  CHECK(error_with("0-9", "0-90000") == "lfts:1:17: the LID is 90000, out of range\n  0 to 49151");
  CHECK(error_with("0x0007", "0x70000") ==
        "lfts:2:3: the LID is 0x70000, out of range\n  0x1 to 0xbfff");
  CHECK(error_with("Channel Adapter", "Channel") ==
        "lfts:2:14: the destination is of no known kind\n  Channel Adapter, Switch or Router");
  CHECK(error_in("\x1f\x8b") ==
        "lfts:1:1: byte 0x1f is not text\n"
        "  a plain text file is expected; unpack it if it is packed");
}

TEST_CASE("tables of another fabric are refused") {
  const std::string leaf = "lfts: switch 0x2c5eab0300c47fc0 ('MF0;leaf:MQM9701/U1'): ";
  const std::string remedy =
      "\n  the tables and the fabric are of different times, or of different fabrics";
  CHECK(misfit("c47fc0", "c47fc1") ==
        "lfts: switch 0x2c5eab0300c47fc1 ('MF0;leaf:MQM9701/U1'): the fabric has no such switch" +
            remedy);
  CHECK(misfit("Lid 9", "Lid 8") ==
        leaf + "it has lid 8 in the dump and lid 9 in the fabric" + remedy);
  CHECK(misfit("0x0007", "0x0006") == leaf + "nothing in its subnet has lid 6" + remedy);
  CHECK(misfit("a1b2c5", "a1b2c6") ==
        leaf +
            "lid 7 is that of port GUID 0x506b4b0300a1b2c6 in the dump and of "
            "0x506b4b0300a1b2c5 in the fabric" +
            remedy);
  CHECK(misfit(" 065 ", " 066 ") == leaf + "it has no port 66 (lid 8)" + remedy);
  CHECK(misfit(" 065 ", " 000 ") ==
        leaf + "lid 8 leads to port 0, the switch itself, but is another's" + remedy);
}

TEST_CASE("a dump that leaves out a switch of the subnet is refused") {
  const std::string two_leaves =
      "Switch 4 \"S-0000000000000001\"\n[1] \"S-0000000000000002\"[1]\n\n"
      "Switch 4 \"S-0000000000000002\"\n[1] \"S-0000000000000001\"[1]\n";
  const LftDump dump = read_lfts(
      "Unicast lids [0-2] of switch Lid 1 guid 0x1 ('x'):\n"
      "0x0001 000 # Switch portguid 0x1: 'x'\n2 lids dumped\n",
      "lfts");
  CHECK(error_of([&] { (void)tables_of(dump, read_ibnetdiscover(two_leaves, "net"), "lfts"); }) ==
        "lfts: there is no table for switch 0x2 ('S-0000000000000002')\n"
        "  dump the tables of all switches of the subnet");
}
