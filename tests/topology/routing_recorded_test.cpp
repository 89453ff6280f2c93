// The engines against what the real OpenSM computed: every entry, the order of HCAs, and the loads
// that follow from them.
#include <algorithm>
#include <map>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/topology/recorded_fabrics.hpp"
#include "topology/formats.hpp"
#include "topology/routing.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

std::vector<Guid> guids_in(const std::string& text) {
  std::vector<Guid> guids;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    guids.push_back(Guid{std::stoull(line, nullptr, 16)});
  }
  return guids;
}

// "ftree+roots+cn": the engine, and which files of the case it was given.
RoutingOptions options_of(const std::string& name, const std::string& run) {
  RoutingOptions options;
  options.engine = run.rfind("ftree", 0) == 0  ? Engine::ftree
                   : run.rfind("updn", 0) == 0 ? Engine::updn
                                               : Engine::minhop;
  if (run.find("+roots") != std::string::npos) {
    options.roots = guids_in(recorded(name, "roots.guids").value());
  }
  if (run.find("+cn") != std::string::npos) {
    options.compute_nodes = guids_in(recorded(name, "cns.guids").value());
  }
  return options;
}

std::vector<std::uint16_t> lids_in(const std::string& order) {
  std::vector<std::uint16_t> lids;
  std::istringstream lines(order);
  for (std::string line; std::getline(lines, line);) {
    const auto lid = static_cast<std::uint16_t>(std::stoul(line, nullptr, 16));
    lids.push_back(lid == 0xFFFF ? 0 : lid);  // DUMMY
  }
  return lids;
}

std::size_t differing_entries(const std::string& name, const std::string& run) {
  const Fabric fabric = recorded_fabric(name);
  const LftDump dump = read_lfts(recorded(name, run + "/opensm-lfts.dump").value(), name);
  const Routing routing = route(fabric, options_of(name, run));
  return changes(fabric, tables_of(dump, fabric, name), fabric, routing.tables).size();
}

// What is said of the runs of all cases, a line each.
template <class Act>
std::string each_run(Act&& act) {
  std::string said;
  for (const std::string& name : recorded_fabrics()) {
    for (const std::string& run : recorded_runs(name)) {
      if (auto words = act(name, run); !words.empty()) {
        said += fmt::format("{} {}: {}\n", name, run, words);
      }
    }
  }
  return said;
}

// The ranks of the recordings: HCAs in order of description (of node, then of rail), those of one
// description as they first appear in the run's dump.
std::vector<std::uint16_t> node_major(const LftDump& dump) {
  std::map<std::uint16_t, std::string> seen;
  std::vector<std::uint16_t> lids;
  for (const LftDump::Switch& at : dump.switches) {
    for (const LftDump::Entry& entry : at.entries) {
      if (entry.kind != DeviceKind::switch_ && seen.emplace(entry.lid, entry.description).second) {
        lids.push_back(entry.lid);
      }
    }
  }
  std::stable_sort(lids.begin(), lids.end(),
                   [&](std::uint16_t a, std::uint16_t b) { return seen.at(a) < seen.at(b); });
  return lids;
}

using Row = std::map<std::string, std::string>;    // by name of the column
using Key = std::tuple<std::string, std::string>;  // switch, port

std::vector<std::string> cells_of(std::string line) {
  line.erase(std::remove(line.begin(), line.end(), '\r'), line.end());
  std::vector<std::string> cells;
  std::istringstream row(line);
  for (std::string cell; std::getline(row, cell, ',');) {
    cells.push_back(cell);
  }
  return cells;
}

std::map<Key, Row> csv_loads(const std::string& text) {
  std::map<Key, Row> loads;
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  const auto names = cells_of(line);
  while (std::getline(lines, line)) {
    const auto cells = cells_of(line);
    Row& row = loads[{cells[0], cells[1]}];
    for (std::size_t i = 0; i < cells.size(); ++i) {
      row[names[i]] = cells[i];
    }
  }
  return loads;
}

// The column of shifts, when the recording has it, of these ranks.
std::size_t differing_shifts(const Fabric& fabric, const ForwardingTables& tables,
                             const std::vector<std::uint16_t>& ranks,
                             const std::map<Key, Row>& want, const std::string& column) {
  auto loads = all_to_all_loads(fabric, tables, ranks);
  add_shift_loads(fabric, tables, ranks, loads);
  return static_cast<std::size_t>(
      std::count_if(loads.begin(), loads.end(), [&](const LinkLoad& load) {
        const Row& row =
            want.at({fabric.device(load.from.device).description, fmt::to_string(load.from.port)});
        return row.count(column) != 0 && row.at(column) != fmt::to_string(load.most);
      }));
}

std::string differing_loads(const std::string& name, const std::string& run) {
  const Fabric fabric = recorded_fabric(name);
  const Routing routing = route(fabric, options_of(name, run));
  const auto want = csv_loads(recorded(name, run + "/linkload.csv").value());
  const auto ranks = node_major(read_lfts(recorded(name, run + "/opensm-lfts.dump").value(), name));
  const auto loads = all_to_all_loads(fabric, routing.tables, ranks);
  const auto pairs = std::count_if(loads.begin(), loads.end(), [&](const LinkLoad& load) {
    const Row& row =
        want.at({fabric.device(load.from.device).description, fmt::to_string(load.from.port)});
    return row.at("all_to_all_pairs") != fmt::to_string(load.pairs);
  });
  const std::size_t shifts =
      differing_shifts(fabric, routing.tables, ranks, want, "max_over_shifts_node_major");
  // Without its own, a run was given the order that ftree with roots had.
  auto order = recorded(name, run + "/opensm-ftree-ca-order.dump");
  for (const char* other : {"ftree", "ftree+roots"}) {
    order = order ? order : recorded(name, std::string(other) + "/opensm-ftree-ca-order.dump");
  }
  auto in_order = lids_in(order.value_or(""));
  in_order.erase(std::remove(in_order.begin(), in_order.end(), 0), in_order.end());
  const std::size_t ordered =
      differing_shifts(fabric, routing.tables, in_order, want, "max_over_shifts_ca_order");
  if (want.size() == loads.size() && pairs == 0 && shifts + ordered == 0) {
    return "";
  }
  return fmt::format("{} links, {} pairs, {} + {} shifts differ", loads.size(), pairs, shifts,
                     ordered);
}

}  // namespace

TEST_CASE("every forwarding entry, to HCAs and to switches, is the one that OpenSM computed") {
  CHECK(each_run([](const std::string& name, const std::string& run) {
          const std::size_t differing = differing_entries(name, run);
          return differing == 0 ? "" : fmt::format("{} entries differ", differing);
        }) == "");
}

TEST_CASE("ftree puts the HCAs in the order of OpenSM, with gaps where a leaf is not full") {
  CHECK(each_run([](const std::string& name, const std::string& run) -> std::string {
          const auto order = recorded(name, run + "/opensm-ftree-ca-order.dump");
          const auto ours = route(recorded_fabric(name), options_of(name, run)).hca_order;
          return ours == (order ? lids_in(*order) : std::vector<std::uint16_t>{}) ? "" : "differs";
        }) == "");
}

TEST_CASE("the loads of all-to-all and of shifts are those counted on OpenSM's tables") {
  CHECK(each_run(differing_loads) == "");
}
