#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/guid_list.hpp"
#include "app/routing_report.hpp"
#include "app/topology_output.hpp"
#include "core/error.hpp"
#include "core/settings_tree.hpp"
#include "topology/formats.hpp"

namespace berth {
namespace {

Engine engine_of(const Arguments& arguments) {
  const std::vector engines{Engine::ftree, Engine::minhop, Engine::updn};
  std::vector<std::string_view> known;
  for (const Engine engine : engines) {
    known.push_back(engine_name(engine));
    if (arguments.engine == known.back()) {
      return engine;
    }
  }
  if (!arguments.engine) {
    throw InputError({"berth topology route"}, "no engine is given",
                     fmt::format("--engine one of {}, or --tables FILE", fmt::join(known, ", ")));
  }
  throw InputError({"--engine"}, "no such engine " + shown(*arguments.engine),
                   suggestion(*arguments.engine, known));
}

RoutingOptions options_of(const Arguments& arguments) {
  RoutingOptions options;
  options.engine = engine_of(arguments);
  if (arguments.roots) {
    options.roots = guids_of(*arguments.roots, "--roots");
  }
  if (arguments.cns) {
    options.compute_nodes = guids_of(*arguments.cns, "--cns");
  }
  return options;
}

void check_tables_alone(const Arguments& arguments) {
  const bool engine = arguments.engine || arguments.roots || arguments.cns;
  if (arguments.tables && (engine || !arguments.without.empty())) {
    throw InputError({"--tables"}, "does not go with --engine, --roots, --cns or --without",
                     "the tables of a file are what they are");
  }
}

Routing tables_in(const std::string& path, const Fabric& fabric) {
  const TopologyFile file = read_topology_file(path, TopologyFormat::lfts);
  Routing routing;
  routing.tables = tables_of(std::get<LftDump>(file.document), fabric, path);
  return routing;
}

bool has_switch(const Fabric& fabric, Guid guid) {
  const auto device = fabric.find(guid);
  return device && fabric.is_switch(*device);
}

bool has_port(const Fabric& fabric, Guid guid) {
  return std::ranges::find(fabric.end_ports(), guid, &EndPort::guid) != fabric.end_ports().end();
}

// Roots and compute nodes that failed are missed by no engine.
RoutingOptions options_left(RoutingOptions options, const Fabric& left) {
  const bool given = !options.roots.empty();
  std::erase_if(options.roots, [&](Guid guid) { return !has_switch(left, guid); });
  options.roots_are_lost = given && options.roots.empty();
  std::erase_if(options.compute_nodes, [&](Guid guid) { return !has_port(left, guid); });
  return options;
}

// The switches at the top, which ftree needs to be told where cables are missing.
std::vector<Guid> top_switches(const RoutedFabric& routed) {
  const std::uint8_t top = std::ranges::max(routed.tiers);
  std::vector<Guid> guids;
  for (std::uint32_t i = 0; i < routed.fabric.devices(); ++i) {
    const DeviceId device(i);
    if (routed.fabric.is_switch(device) && routed.tiers[i] == top) {
      guids.push_back(routed.fabric.device(device).guid);
    }
  }
  return guids;
}

// Ranks of the shifts: what ftree would say, also where another engine routed. Empty where it
// cannot make a tree of the fabric.
std::vector<std::uint16_t> hca_order_of(const Routing& routing, const RoutedFabric& routed,
                                        RoutingOptions options) {
  std::vector<std::uint16_t> order = routing.hca_order;
  options.engine = Engine::ftree;
  if (order.empty()) {
    order = route(routed.fabric, options).hca_order;
  }
  if (order.empty() && options.roots.empty()) {
    options.roots = top_switches(routed);
    order = route(routed.fabric, options).hca_order;
  }
  std::erase(order, std::uint16_t{0});  // the places of HCAs that a leaf has less than the fullest
  return order;
}

Rerouting rerouting_of(const RoutedFabrics& fabrics, const Routing& before, const Routing& after,
                       const Arguments& arguments) {
  Rerouting rerouting{arguments.without, fabrics.switches_cut, fabrics.hcas_cut, 0, 0};
  std::optional<Guid> last;
  std::vector<Guid> touched;
  for (const TableChange& change :
       changes(fabrics.intact.fabric, before.tables, fabrics.broken->fabric, after.tables)) {
    ++rerouting.entries_changed;
    if (last != change.at) {
      last = change.at;
      touched.push_back(change.at);
    }
  }
  std::ranges::sort(touched);
  const auto repeated = std::ranges::unique(touched);
  rerouting.switches_changed = static_cast<std::uint32_t>(touched.size() - repeated.size());
  return rerouting;
}

// The tables, and the order of HCAs that their shifts are counted in.
struct Routed {
  Routing routing;
  std::vector<std::uint16_t> hca_order;
};

Routed routed_by(const Arguments& arguments, const RoutedFabrics& fabrics, RoutingAnswer& answer) {
  const RoutedFabric& intact = fabrics.intact;
  if (arguments.tables) {
    answer.asked = answer.engine = *arguments.tables;
    Routing routing = tables_in(*arguments.tables, intact.fabric);
    auto order = hca_order_of(routing, intact, {});
    return {std::move(routing), std::move(order)};
  }
  RoutingOptions options = options_of(arguments);
  Routing routing = route(intact.fabric, options);
  const RoutedFabric* routed = &intact;
  if (fabrics.broken) {
    routed = &*fabrics.broken;
    options = options_left(options, routed->fabric);
    Routing after = route_after_loss(intact.fabric, routing.tables, routed->fabric, options);
    answer.rerouting = rerouting_of(fabrics, routing, after, arguments);
    routing = std::move(after);
  }
  answer.asked = engine_name(options.engine);
  answer.engine = engine_name(routing.engine);
  answer.gave_up = routing.gave_up;
  auto order = hca_order_of(routing, *routed, options);
  return {std::move(routing), std::move(order)};
}

// What is given to an engine that does not ask for it.
void warn_unread(const Arguments& arguments, const Console& console) {
  const auto warn_of = [&](const char* option) {
    console.log.warning(
        fmt::format("{}: {} asks for none, so no table depends on it; it only orders the HCAs, "
                    "as ftree would, in which the shifts are counted",
                    option, *arguments.engine));
  };
  if (arguments.roots && arguments.engine == engine_name(Engine::minhop)) {
    warn_of("--roots");
  }
  if (arguments.cns && arguments.engine != engine_name(Engine::ftree)) {
    warn_of("--cns");
  }
}

void warn(const RoutedFabrics& fabrics, const RoutingSurvey& survey, const Console& console) {
  for (const std::string& note : fabrics.notes) {
    console.log.warning(note);
  }
  if (const auto none = survey.pairs.find(0); none != survey.pairs.end()) {
    console.log.warning(fmt::format("{} pairs of HCA ports cannot reach each other", none->second));
  }
}

}  // namespace

int topology_route_command(const Arguments& arguments, const Console& console) {
  check_tables_alone(arguments);
  if (!arguments.tables) {
    static_cast<void>(engine_of(arguments));  // before a long read
  }
  const std::string& path = arguments.configs.front();
  const RoutedFabrics fabrics = fabrics_to_route(open_topology_file(arguments, path), arguments);
  const RoutedFabric& routed = fabrics.broken ? *fabrics.broken : fabrics.intact;
  RoutingAnswer answer;
  answer.path = path;
  const Routed done = routed_by(arguments, fabrics, answer);
  answer.survey = surveyed(routed, done.routing.tables, done.hca_order);
  if (arguments.out) {
    write_whole_file(*arguments.out, write_lfts(lfts_of(routed.fabric, done.routing.tables)));
  }
  if (arguments.loads) {
    write_whole_file(*arguments.loads, link_loads_csv(answer.survey, routed.fabric));
  }
  warn_unread(arguments, console);
  warn(fabrics, answer.survey, console);
  console.out << (arguments.json ? routing_json(answer) : routing_text(answer));
  return exit_done;
}

}  // namespace berth
