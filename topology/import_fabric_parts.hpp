// The steps of import_fabric: which HCAs make a node, and which nodes make a leaf group, a superpod
// and a fabric.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "topology/import.hpp"

namespace berth {

struct HostPort {
  DeviceId hca;
  std::uint8_t rail = 0;
};
struct Host {
  std::string name;
  std::vector<HostPort> hcas;  // in order of rail
};

// The hosts in natural order of their names. The rail of an HCA is what its host calls it
// ("mlx5_5", "HCA-3"), as its place among the numbers of that style in the fabric: 0 to 3 for
// HCA-1, 2, 5 and 6. A cable in a wrong leaf changes no rail, nor does it matter how many rails
// share a leaf. What is left out is noted.
std::vector<Host> hosts_of(const Fabric& fabric, const ImportOptions& options,
                           const std::string& path, std::vector<std::string>& notes);

Seats seats_of(const Fabric& fabric, const std::vector<Host>& hosts);

struct Group {
  std::string name;
  std::uint32_t hosts = 0;
};
// What hangs together, each as a run of hosts; these are put in order for it.
struct Grouping {
  std::vector<Group> fabrics;
  std::vector<Group> superpods;  // none where there are fewer than three tiers
  std::vector<Group> leaves;
};
Grouping group_hosts(const Fabric& fabric, std::vector<Host>& hosts);

}  // namespace berth
