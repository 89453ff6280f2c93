#include <utility>

#include <fmt/format.h>

#include "topology/import.hpp"
#include "topology/import_fabric_parts.hpp"

namespace berth {
namespace {

// Enters the domains of one level as their first host comes, and leaves them after their last.
class Runs {
 public:
  explicit Runs(const std::vector<Group>& groups) : next_(groups.begin()) {}
  void before_host(FleetBuilder& fleet) {
    if (left_ == 0) {
      left_ = next_->hosts;
      fleet.enter(next_->name);
      ++next_;
    }
  }
  void after_host(FleetBuilder& fleet) {
    if (--left_ == 0) {
      fleet.leave();
    }
  }

 private:
  std::vector<Group>::const_iterator next_;
  std::uint32_t left_ = 0;
};

Fleet fleet_of(const std::vector<Host>& hosts, const Grouping& grouping, const NodeKind& kind) {
  std::vector<std::string> levels{"fabric"};
  std::vector<Runs> runs{Runs(grouping.fabrics)};
  if (!grouping.superpods.empty()) {
    levels.emplace_back("superpod");
    runs.emplace_back(grouping.superpods);
  }
  levels.emplace_back("leaf");
  runs.emplace_back(grouping.leaves);
  FleetBuilder fleet(levels);
  for (const Host& host : hosts) {
    for (Runs& level : runs) {
      level.before_host(fleet);
    }
    fleet.add_node(host.name, kind);
    for (auto level = runs.rbegin(); level != runs.rend(); ++level) {
      level->after_host(fleet);
    }
  }
  return fleet.build();
}

}  // namespace

Imported import_fabric(Fabric fabric, const ImportOptions& options, const std::string& path) {
  Imported result;
  std::vector<Host> hosts = hosts_of(fabric, options, path, result.notes);
  if (!options.gpus_are_told) {
    result.assumption = fmt::format(
        "no file of this kind says how many GPUs a node has: {} each are assumed, set gpu or "
        "gpus_per_node to say",
        options.node.gpus);
  }
  const Grouping grouping = group_hosts(fabric, hosts);
  Topology& topology = result.topology;
  topology.fleet = fleet_of(hosts, grouping, options.node);
  topology.seats = seats_of(fabric, hosts);
  topology.fabric = std::move(fabric);
  topology.network =
      derive_network(topology.fleet, topology.fabric, topology.seats, options.front_end);
  return result;
}

}  // namespace berth
