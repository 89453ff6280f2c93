// A fabric as a folded Clos of two or three tiers, which every real one here is: groups of leaves
// with the nodes below them, spines, cores. A builder turns its settings into a ClosDesign; one
// function puts it up.
//
//   cores    every plane of cores is joined to the spines of one number modulo the planes,
//            of all sets
//   spines   a set of spines is joined to all leaves of one superpod (`pod`), or to all leaves of
//            one rail of a superpod (`rail`)
//   leaves   a group of leaves holds some nodes; the HCAs of each are dealt over its leaves
//
// So each spine has as many cables to each leaf of its set, each core as many to each superpod:
// what forwarding tables need to be free of hot spots. Where numbers do not come out even, a
// superpod has the spines of a full one and the cores have free ports, ready for the rest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "topology/builders/construction.hpp"

namespace berth {

enum class Wiring : std::uint8_t { pod, rail };

struct CorePlan {
  std::uint32_t planes = 0;
  std::uint32_t per_plane = 0;
  std::uint32_t cables = 0;  // from a spine to each core of its plane
  [[nodiscard]] std::uint32_t cores() const { return planes * per_plane; }
  bool operator==(const CorePlan&) const = default;
};

struct ClosDesign {
  Technology technology = Technology::infiniband;
  NodeModel model;
  std::uint32_t nodes = 0;

  std::string group_name = "leaf";  // of the domain that a group of leaves is
  std::string leaf_infix;           // "leaf-su3-r1" for "su"
  std::uint32_t groups = 0;         // of leaves
  std::uint32_t nodes_per_group = 0;
  std::uint32_t leaves_per_group = 1;     // divides the HCAs of a node
  std::uint32_t groups_per_superpod = 0;  // all of them with two tiers

  std::uint32_t radix = 64;
  std::uint32_t leaf_down = 0;  // ports 1 to leaf_down are for nodes, those beyond for spines
  Wiring wiring = Wiring::pod;
  std::uint32_t spines = 0;        // of a set
  std::uint32_t spine_cables = 0;  // from a leaf to each spine of its set
  std::uint32_t spine_down = 0;    // ports 1 to spine_down are for leaves, those beyond for cores
  std::optional<CorePlan> cores;   // nothing with two tiers

  std::uint32_t nodes_per_rack = 1;
  bool nvlink_joins_racks = false;  // or ends at the node
  std::uint32_t racks_per_pdu = 1;
  std::uint32_t racks_per_cdu = 0;  // 0: cooled by air
  bool leaves_in_racks = false;     // each in the rack of its first nodes; or in network racks

  [[nodiscard]] std::uint32_t superpods() const {
    return (groups + groups_per_superpod - 1) / groups_per_superpod;
  }
  [[nodiscard]] std::uint32_t spine_sets() const {
    return superpods() * (wiring == Wiring::rail ? leaves_per_group : 1);
  }
  [[nodiscard]] std::uint32_t leaves() const { return groups * leaves_per_group; }
  [[nodiscard]] std::uint32_t switches() const;
  [[nodiscard]] std::uint32_t end_ports() const { return switches() + nodes * model.nics; }
};

// The most parallel cables from each of `leaves` to each spine when a leaf has `uplinks` and a
// spine `ports` for them, all spines alike; fewest spines that way. 0: too many leaves.
std::uint32_t parallel_cables(std::uint32_t leaves, std::uint32_t uplinks, std::uint32_t ports);

// The fewest planes of cores that join `sets` of `spines` spines each, with so many cables from
// each spine to each core of its plane. Nothing: more sets than a core has ports.
std::optional<std::uint32_t> core_planes(std::uint32_t sets, std::uint32_t spines,
                                         std::uint32_t cables, std::uint32_t radix);
// The fewest cores that join `sets` of `spines` spines each, which have `uplinks`; of equals the
// one with the fewest parallel cables, so that a dead core takes the least from a spine. Nothing:
// more sets than a core has ports.
std::optional<CorePlan> plan_cores(std::uint32_t sets, std::uint32_t spines, std::uint32_t uplinks,
                                   std::uint32_t radix);

// `prefix` comes before all names but those of nodes. Enters the levels fabric, superpod, leaf,
// rack and nvlink. REQUIRES: as many names as nodes.
void build_clos(const ClosDesign& design, const std::string& prefix,
                const std::vector<std::string>& node_names, Construction& site);

}  // namespace berth
