// The racks of one fabric and what feeds and cools them. Assumptions, as no operator publishes
// them: a row is a number of neighbouring racks on one power distribution unit (the second feed of
// a rack hangs on the same unit's pair and is not told apart); a network rack beside a row is on
// the row's unit; spines and cores stand in network racks of their own, each with a unit of its
// own; liquid-cooled racks share a cooling distribution unit row by row.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "topology/builders/construction.hpp"

namespace berth {

struct ClosDesign;

class Racks {
 public:
  Racks(const ClosDesign& design, const std::string& prefix);

  [[nodiscard]] std::string next_name() const;
  // Racks in the order they stand. `nodes` are those of the whole fleet.
  void add_rack(const std::string& name, NodeRange nodes);
  // The leaves of the group whose racks were added last.
  void add_leaves(std::vector<DeviceId> leaves);
  void add_network(const std::vector<DeviceId>& switches);

  // Tells it all: the racks, then the PDUs, then the CDUs.
  void finish(Construction& site);

 private:
  std::vector<SharedFate> rows(FateKind kind, std::uint32_t racks_per_row) const;

  const ClosDesign& design_;
  const std::string& prefix_;
  std::uint32_t total_;            // racks with nodes there will be
  std::vector<SharedFate> racks_;  // with nodes
  struct Beside {
    std::size_t rack;  // it stands beside
    SharedFate fate;
  };
  std::vector<Beside> leaf_racks_;
  std::vector<SharedFate> network_racks_;
  std::size_t group_first_ = 0;  // the first rack of the group being built
};

}  // namespace berth
