#include "topology/routing/fat_tree.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace berth {
namespace {

// The group to `to`, made when its first port is seen.
CableGroup& group_to(std::vector<CableGroup>& groups, std::uint32_t to) {
  const auto found = std::find_if(groups.begin(), groups.end(),
                                  [to](const CableGroup& group) { return group.to == to; });
  if (found != groups.end()) {
    return *found;
  }
  groups.push_back({to, {}});
  return groups.back();
}

std::vector<CableGroup>& groups_towards(TreeSwitch& from, const TreeSwitch& to) {
  if (from.rank == to.rank) {
    return from.level;
  }
  return from.rank > to.rank ? from.up : from.down;
}

void list_hcas(FatTree& tree) {
  std::vector<DeviceId> last(tree.switches.size());  // by switch
  for (const Subnet::End& end : tree.subnet.ends()) {
    if (!end.hca) {
      continue;
    }
    TreeSwitch& at = tree.switches[end.on];
    if (at.hca_ports.empty() || last[end.on] != end.device) {
      at.hca_ports.push_back(0);
    }
    ++at.hca_ports.back();
    last[end.on] = end.device;
    at.has_hcas = true;
  }
}

}  // namespace

GaveUp refuse_what_is_no_tree(const FatTree& tree) {
  const Subnet& subnet = tree.subnet;
  std::vector<DeviceId> hcas;
  for (const Subnet::End& end : subnet.ends()) {
    if (end.lmc != 0) {
      return "ftree cannot route to HCAs with several LIDs (LMC > 0)";
    }
    if (end.hca && (hcas.empty() || hcas.back() != end.device)) {
      hcas.push_back(end.device);
    }
  }
  if (subnet.switches() < 2 || hcas.size() < 2) {
    return fmt::format("{} switch(es) and {} HCA(s) are no fat-tree", subnet.switches(),
                       hcas.size());
  }
  return {};
}

void group_cables(FatTree& tree, const FtreeOptions& options) {
  for (std::uint32_t s = 0; s < tree.switches.size(); ++s) {
    TreeSwitch& at = tree.switches[s];
    for (const Subnet::Port& port : tree.subnet.ports(s)) {
      if (port.to_switch != Subnet::none) {
        auto& groups = groups_towards(at, tree.switches[port.to_switch]);
        group_to(groups, port.to_switch).ports_there.push_back(port.peer_port);
      } else if (port.to_end != Subnet::none && options.compute[port.to_end]) {
        at.compute.push_back(port.to_end);
      }
    }
  }
}

GaveUp route_ftree(const Subnet& subnet, const FtreeOptions& options, ForwardingTables& tables,
                   std::vector<std::uint16_t>& hca_order) {
  FatTree tree(subnet);
  list_hcas(tree);
  GaveUp why = refuse_what_is_no_tree(tree);
  if (why.empty()) {
    why = rank_switches(tree, options);
  }
  if (why.empty()) {
    group_cables(tree, options);
    why = mark_leaves(tree, options);
  }
  if (why.empty()) {
    index_switches(tree);
    why = list_leaves(tree);
  }
  if (why.empty() && options.roots.empty()) {
    why = refuse_irregular(tree);
  }
  if (why.empty()) {
    assign_paths(tree, options, tables, hca_order);
  }
  return why;
}

}  // namespace berth
