// What forwarding tables do to a fabric: how far packets go, how many share each link.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/routed_fabric.hpp"
#include "topology/routing.hpp"

namespace berth {

// One direction of a cable between switches.
struct SurveyedLink {
  LinkLoad load;               // most: over the shifts in OpenSM's order of HCAs
  std::uint64_t most_by_name;  // over the shifts in the order of names
  std::string kind;            // "leaf->spine"
};

struct LinkKind {
  std::uint64_t links = 0;
  std::uint64_t least = 0;  // all-to-all: pairs on a link
  std::uint64_t most = 0;
  std::uint64_t total = 0;
  std::uint64_t shift_most = 0;
};

struct RoutingSurvey {
  std::uint32_t switches = 0;
  std::uint32_t hca_ports = 0;
  std::uint32_t lids = 0;
  std::uint64_t entries = 0;          // of all switches to all LIDs
  std::uint64_t missing_to_hcas = 0;  // of them: no path
  std::uint64_t missing_to_switches = 0;
  std::map<std::uint32_t, std::uint64_t> pairs;  // of HCA ports, by switches passed; 0: not reached
  std::vector<SurveyedLink> links;
  std::map<std::string, LinkKind> kinds;
  bool shifts = false;    // their loads were computed: not of very many HCAs
  bool ca_order = false;  // OpenSM's order of HCAs is known
};

inline constexpr std::uint32_t shifts_most = 8192;  // HCA ports; the work is their square

// `hca_order`: of the fat-tree engine; empty: there is none.
RoutingSurvey surveyed(const RoutedFabric& routed, const ForwardingTables& tables,
                       const std::vector<std::uint16_t>& hca_order);

}  // namespace berth
