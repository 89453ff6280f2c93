// Reading and writing what ibnetdiscover prints: facts and round trips. What is refused:
// bad_ibnetdiscover_test.cpp.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/topology/ibnetdiscover_texts.hpp"
#include "tests/topology/recorded_fabrics.hpp"
#include "topology/formats.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

// Without the comments at its beginning.
std::string without_comments(const std::string& text) {
  std::size_t begin = 0;
  while (begin < text.size() && text[begin] == '#') {
    begin = text.find('\n', begin) + 1;
  }
  return text.substr(begin);
}

Fabric read(const std::string& text) { return read_ibnetdiscover(text, "net"); }

std::vector<std::string> descriptions(const Fabric& fabric) {
  std::vector<std::string> all;
  for (std::uint32_t i = 0; i < fabric.devices(); ++i) {
    all.push_back(fabric.device(DeviceId(i)).description);
  }
  return all;
}

std::string random_description() {
  static const std::vector<std::string> pieces{"host", "7",   " ", "HCA-1", "\"", "#", "lid 3",
                                               "ß",    "[1]", ";", "'",     "(",  ")", "MF0;"};
  std::string text;
  for (const auto& piece :
       *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(pieces))) {
    text += text.size() + piece.size() <= 64 ? piece : "";
  }
  return text;
}

Device random_device(std::uint64_t guid) {
  Device device;
  device.kind = *rc::gen::element(DeviceKind::switch_, DeviceKind::hca, DeviceKind::router);
  device.enhanced_port_0 = device.kind == DeviceKind::switch_ && *rc::gen::arbitrary<bool>();
  device.ports = *rc::gen::inRange<PortNumber>(1, 255);
  device.vendor = *rc::gen::arbitrary<std::uint32_t>();
  device.model = *rc::gen::arbitrary<std::uint32_t>();
  device.guid = Guid{guid << 16U};
  device.system = Guid{*rc::gen::arbitrary<std::uint64_t>()};
  device.description = random_description();
  return device;
}

// Any devices, joined at random: in several subnets, with parallel cables and cables to itself.
Fabric random_fabric() {
  FabricBuilder builder;
  std::vector<PortRef> free;
  const auto devices = *rc::gen::inRange<std::uint32_t>(2, 8);
  for (std::uint32_t i = 0; i < devices; ++i) {
    const DeviceId id = builder.add(random_device(i + 1));
    for (PortNumber port = 1; port <= std::min<int>(builder.device(id).ports, 5); ++port) {
      free.push_back({id, port});
    }
  }
  std::vector<std::pair<PortRef, PortRef>> ends;
  while (free.size() >= 2 && (ends.empty() || *rc::gen::inRange(0, 10) > 0)) {
    PortRef from = free.front();
    free.erase(free.begin());
    const auto to = free.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(free));
    ends.emplace_back(from, *to);
    free.erase(to);
  }
  for (const auto& [a, b] : ends) {
    const auto width = *rc::gen::element<std::uint8_t>(1, 2, 4, 8, 12);
    builder.connect(a, b, {width, static_cast<Speed>(*rc::gen::inRange(0, 9))});
  }
  return builder.build();
}

}  // namespace

TEST_CASE("a fabric that ibnetdiscover recorded is written byte by byte as it was read") {
  for (const std::string& name : recorded_fabrics()) {
    CAPTURE(name);
    const std::string text = recorded(name, "ibnetdiscover.txt").value();
    const std::string written = write_ibnetdiscover(read_ibnetdiscover(text, name));
    const bool equal = without_comments(written) == without_comments(text);
    CHECK(equal);
  }
}

TEST_CASE("a fabric that is written and read is the same fabric") {
  CHECK(rc::check([] {
    const Fabric fabric = random_fabric();
    RC_ASSERT(read(write_ibnetdiscover(fabric)) == fabric);
  }));
}

TEST_CASE("devices, ports, LIDs and rates are those of the file") {
  const Fabric fabric = read(two_hosts);
  CHECK(descriptions(fabric) ==
        std::vector<std::string>{"MF0;leaf:MQM9701/U1", "a HCA-1", "b mlx5_0"});
  const Device& leaf = fabric.device(DeviceId(0));
  CHECK(leaf.kind == DeviceKind::switch_);
  CHECK(leaf.ports == 65);
  CHECK(leaf.vendor == 0x2c9);
  CHECK(leaf.model == 0xd2f2);
  CHECK(leaf.guid == Guid{0x2c5eab0300c47fc0});
  CHECK(leaf.enhanced_port_0);
  CHECK(fabric.switch_lid(DeviceId(0)) == 9);
  CHECK(fabric.cable(CableId(1)) == Cable{{DeviceId(0), 65}, {DeviceId(2), 1}, {2, Speed::fdr10}});
  CHECK(fabric.end_ports(DeviceId(2)).front() ==
        EndPort{DeviceId(2), 1, 0, 8, Guid{0x506b4b0300a1b2c8}});
}

TEST_CASE("the aggregation node of SHARP is an HCA on port 65 of its switch, as in a real fabric") {
  for (const std::string& name : recorded_fabrics()) {
    if (name != "real_gb200") {
      continue;
    }
    const Fabric fabric = recorded_fabric(name);
    CHECK(fabric.devices() == 622);
    CHECK(fabric.cables() == 1114);
    const auto nodes = fabric.described("Mellanox Technologies Aggregation Node");
    CHECK(nodes.size() == 40);
    CHECK(std::ranges::all_of(nodes, [&fabric](DeviceId node) {
      const PortRef at = fabric.peer({node, 1}).value();
      return at.port == 65 && fabric.is_switch(at.device);
    }));
  }
}

TEST_CASE("line ends of Windows, blanks at the ends and the order of lines change nothing") {
  const Fabric fabric = read(two_hosts);
  CHECK(read(replaced(two_hosts, "\n", "\r\n")) == fabric);
  CHECK(read(replaced(two_hosts, "\n", " \t\n")) == fabric);
  CHECK(read(with_later(two_hosts, "[1]\t\"H-", "[65]")) == fabric);
}

TEST_CASE("descriptions may repeat, hold quotes, or be those of devices nobody configured") {
  const std::string odd = replaced(replaced(two_hosts, "a HCA-1", "the \"best\" # lid 3"),
                                   "b mlx5_0", "the \"best\" # lid 3");
  const Fabric fabric = read(odd);
  CHECK(fabric.described("the \"best\" # lid 3").size() == 2);
  CHECK(read(write_ibnetdiscover(fabric)) == fabric);
}

TEST_CASE("a port without a LID gets the lowest that is free") {
  const Fabric fabric = read(replaced(two_hosts, "lid 8 ", "lid 0 "));
  CHECK(fabric.end_ports(DeviceId(2)).front().lid == 1);
}

TEST_CASE("chassis (-g) and the registers of ports (-f) are passed over") {
  const Fabric fabric = read(two_hosts);
  const std::string grouped = "Chassis 1 (guid 0x2c5eab0300c47fc0)\n\nNon-Chassis Nodes\n\n" +
                              replaced(two_hosts, "[1]\t", "[1][ext 7]\t");
  CHECK(read(grouped) == fabric);
  CHECK(read(replaced(two_hosts, "(2c5eab0300c47fc0)", "(2c5eab0300c47fc0)\t# ")) == fabric);
  CHECK(read(replaced(two_hosts, "4xNDR", "4xNDR s=4 w=2 v=4")) == fabric);
}

TEST_CASE("what ibsim's examples leave out is what ibsim makes of it") {
  const Fabric fabric = read(
      "Switch\t8 \"Switch1\"\n[1]\t\"Hca1\"[1]\n[4] \"Hca2\"[1]\n\n"
      "Hca\t2 \"Hca1\"\n[1]\t\"Switch1\"[1]\n\nHca 2 \"Hca2\"\n[1]\t\"Switch1\"[4]\n");
  CHECK(descriptions(fabric) == std::vector<std::string>{"Switch1", "Hca1", "Hca2"});
  CHECK(fabric.device(DeviceId(0)).guid == Guid{0x200000});
  CHECK(fabric.device(DeviceId(2)).guid == Guid{0x100003});
  CHECK(fabric.end_ports(DeviceId(2)).front().guid == Guid{0x100004});
  CHECK(fabric.cable(CableId(0)).rate == LinkRate{4, Speed::sdr});
}

TEST_CASE("lines are short enough for ibsim even with the longest description of InfiniBand") {
  FabricBuilder builder;
  for (std::uint64_t i = 1; i <= 2; ++i) {
    Device device{DeviceKind::hca, false, 254, UINT32_MAX, UINT32_MAX, {}, {}, {}};
    device.guid = Guid{UINT64_MAX - 1000 * i};
    device.system = Guid{UINT64_MAX};
    device.description = std::string(64, 'x');
    builder.add(device);
  }
  builder.connect({DeviceId(0), 254}, {DeviceId(1), 254}, {12, Speed::fdr10});
  builder.set_end_port({DeviceId(0), 254}, Guid{UINT64_MAX}, 49151);
  const std::string text = write_ibnetdiscover(builder.build());
  std::size_t longest = 0;
  for (std::size_t begin = 0; begin < text.size(); begin = text.find('\n', begin) + 1) {
    longest = std::max(longest, text.find('\n', begin) - begin);
  }
  CHECK(longest < 255);
}
