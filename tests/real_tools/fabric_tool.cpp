// What the tests with the real tools ask of Berth, as a program:
//   fabric_tool rewrite FABRIC OUT             reads a fabric and writes it again
//   fabric_tool same FABRIC FABRIC             exit code 1, and why, unless it is the same graph
//   fabric_tool rewrite-tables FABRIC LFTS OUT through the tables of the fabric
//   fabric_tool route FABRIC ENGINE OUT [ROOTS [CNS]]   prints the engine that routed
// ROOTS and CNS are files with a GUID a line, or "-".
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "topology/formats.hpp"
#include "topology/routing.hpp"

namespace {

using namespace berth;

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw std::runtime_error("cannot read " + path);
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) {
    throw std::runtime_error("cannot write " + path);
  }
}

Fabric fabric_of(const std::string& path) { return read_ibnetdiscover(text_of(path), path); }

std::vector<Guid> guids_of(const std::string& path) {
  std::vector<Guid> guids;
  if (path == "-") {
    return guids;
  }
  std::istringstream lines(text_of(path));
  for (std::string line; lines >> line;) {
    guids.push_back(Guid{std::stoull(line, nullptr, 16)});
  }
  return guids;
}

// What a fabric is, whatever the order in its file, a line each. LIDs are given by a subnet
// manager, rates by what two ports agree on: they are not part of it.
std::vector<std::string> facts(const Fabric& fabric) {
  std::vector<std::string> all;
  const auto name = [&fabric](PortRef port) {
    return fmt::format("{:x}[{}]", fabric.device(port.device).guid.value, port.port);
  };
  for (std::uint32_t i = 0; i < fabric.devices(); ++i) {
    const Device& device = fabric.device(DeviceId(i));
    all.push_back(
        fmt::format("device {:x} kind {} ports {} system {:x} vendor {:x} model {:x} '{}'",
                    device.guid.value, static_cast<int>(device.kind), device.ports,
                    device.system.value, device.vendor, device.model, device.description));
    for (const EndPort& port : fabric.end_ports(DeviceId(i))) {
      all.push_back(fmt::format("port {} {:x}", name({port.device, port.port}), port.guid.value));
    }
    for (const Fabric::Link& link : fabric.links(DeviceId(i))) {
      all.push_back(fmt::format("cable {} {}", name({DeviceId(i), link.port}), name(link.to)));
    }
  }
  std::sort(all.begin(), all.end());
  return all;
}

int same(const std::string& one, const std::string& other) {
  const auto here = facts(fabric_of(one));
  const auto there = facts(fabric_of(other));
  std::vector<std::string> differing;
  std::set_symmetric_difference(here.begin(), here.end(), there.begin(), there.end(),
                                std::back_inserter(differing));
  for (std::size_t i = 0; i < differing.size() && i < 10; ++i) {
    std::cout << differing[i] << '\n';
  }
  return differing.empty() ? 0 : 1;
}

void route_fabric(const std::vector<std::string>& arguments) {
  RoutingOptions options;
  for (const Engine engine : {Engine::ftree, Engine::minhop, Engine::updn}) {
    if (engine_name(engine) == arguments[2]) {
      options.engine = engine;
    }
  }
  options.roots = guids_of(arguments.size() > 4 ? arguments[4] : "-");
  options.compute_nodes = guids_of(arguments.size() > 5 ? arguments[5] : "-");
  const Fabric fabric = fabric_of(arguments[1]);
  const auto begin = std::chrono::steady_clock::now();
  const Routing routing = route(fabric, options);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  write(arguments[3], write_lfts(lfts_of(fabric, routing.tables)));
  write(arguments[3] + ".hcas", [&routing] {
    std::string lids;
    for (const std::uint16_t lid : routing.hca_order) {
      lids += fmt::format("{:#06x}\n", lid == 0 ? 0xFFFF : lid);
    }
    return lids;
  }());
  std::cout << engine_name(routing.engine) << '\n';
  std::cerr << fmt::format("routed in {:.2f} ms\n", took.count());
}

int run(const std::vector<std::string>& arguments) {
  const std::string order = arguments.empty() ? "" : arguments[0];
  if (order == "rewrite" && arguments.size() == 3) {
    write(arguments[2], write_ibnetdiscover(fabric_of(arguments[1])));
  } else if (order == "same" && arguments.size() == 3) {
    return same(arguments[1], arguments[2]);
  } else if (order == "rewrite-tables" && arguments.size() == 4) {
    const Fabric fabric = fabric_of(arguments[1]);
    const LftDump dump = read_lfts(text_of(arguments[2]), arguments[2]);
    write(arguments[3], write_lfts(lfts_of(fabric, tables_of(dump, fabric, arguments[2]))));
  } else if (order == "route" && arguments.size() >= 4 && arguments.size() <= 6) {
    route_fabric(arguments);
  } else {
    std::cerr << "usage: fabric_tool rewrite|same|rewrite-tables|route ...\n";
    return 2;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
