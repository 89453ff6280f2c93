#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/described_cluster.hpp"
#include "app/override.hpp"
#include "app/placement_report.hpp"
#include "core/error.hpp"
#include "core/hostlist.hpp"
#include "core/settings_tree.hpp"
#include "scheduler/placer.hpp"

namespace berth {
namespace {

std::shared_ptr<const Topology> topology_of(const Arguments& arguments, const Console& console) {
  if (arguments.configs.empty() == !arguments.topology) {
    throw InputError(
        {"berth place"},
        arguments.topology ? "a config and --topology do not go together" : "no cluster is given",
        "give a config, or --topology FILE");
  }
  const std::string& path = arguments.topology ? *arguments.topology : arguments.configs.front();
  const DescribedCluster cluster = cluster_of(open_topology_file(arguments, path), arguments);
  for (const std::string& note : cluster.notes) {
    console.log.warning(note);
  }
  if (!cluster.assumption.empty()) {
    console.log.warning(cluster.assumption);
  }
  return cluster.topology;
}

void take_out(Occupancy& free, const std::string& hostlist) {
  std::vector<std::string> names;
  try {
    names = expand_hostlist(hostlist);
  } catch (const InputError& error) {
    throw InputError({"--unavailable"}, error.what());
  }
  for (const std::string& name : names) {
    const auto node = free.fleet().find(name);
    if (!node) {
      throw InputError({"--unavailable"}, "no such node " + shown(name),
                       fmt::format("the nodes are {} to {}", free.fleet().name(NodeId(0)),
                                   free.fleet().name(NodeId(free.fleet().nodes() - 1))));
    }
    if (free.available(*node)) {
      free.set_available(*node, false);
    }
  }
}

}  // namespace

int place_command(const Arguments& arguments, const Console& console) {
  const SettingsTree part = parse_part(arguments.placer, "--placer");
  const auto placer = make_placer(part.root());
  check_all_used(part.root());
  const auto topology = topology_of(arguments, console);
  const Fleet& fleet = topology->fleet;
  placer->check_fleet(fleet);
  Occupancy free(fleet);
  if (arguments.unavailable) {
    take_out(free, *arguments.unavailable);
  }
  PlacementAnswer answer{free, part.root().kind(), place_asked(arguments, *placer, fleet), {}, {}};
  if (answer.ask) {
    answer.placement = place(*placer, *answer.ask, free);
    if (!answer.placement && arguments.explain) {
      answer.explanation = explain(*placer, *answer.ask, free);
    }
  }
  if (arguments.json) {
    console.out << placement_json(answer);
  } else {
    console.out << placement_text(answer);
    console.out << (arguments.explain ? placement_reasons(answer) : "");
  }
  return answer.placement ? exit_done : exit_no;
}

}  // namespace berth
