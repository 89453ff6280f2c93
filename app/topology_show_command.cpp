#include <optional>
#include <string>

#include "app/commands.hpp"
#include "app/described_cluster.hpp"
#include "app/outage_asked.hpp"
#include "app/topology_output.hpp"
#include "app/topology_report.hpp"
#include "core/error.hpp"
#include "topology/formats.hpp"

namespace berth {
namespace {

std::optional<OutageAnswer> outage_answer(const Arguments& arguments, const Topology& topology) {
  if (arguments.without.empty()) {
    return std::nullopt;
  }
  const Outage outage = outage_asked(topology, arguments.without);
  return OutageAnswer{arguments.without, impact_of(topology, outage)};
}

void draw(const std::string& path, const Topology& topology, const std::string& file) {
  if (topology.fabric.empty()) {
    throw InputError({"--dot"}, "there is nothing to draw: " + file + " names no cables");
  }
  write_whole_file(path, write_dot(topology));
}

}  // namespace

int topology_show_command(const Arguments& arguments, const Console& console) {
  const std::string& path = arguments.configs.front();
  const DescribedCluster cluster = cluster_of(open_topology_file(arguments, path), arguments);
  for (const std::string& note : cluster.notes) {
    console.log.warning(note);
  }
  if (!cluster.assumption.empty()) {
    console.log.warning(cluster.assumption);
  }
  const Topology& topology = *cluster.topology;
  const auto outage = outage_answer(arguments, topology);
  const ClusterSummary summary = summarised(topology);
  if (arguments.dot) {
    draw(*arguments.dot, topology, path);
  }
  if (arguments.json) {
    console.out << topology_json(path, summary, outage ? &*outage : nullptr, topology.fleet);
    return exit_done;
  }
  console.out << topology_text(path, summary);
  console.out << (outage ? outage_text(*outage, topology.fleet) : "");
  return exit_done;
}

}  // namespace berth
