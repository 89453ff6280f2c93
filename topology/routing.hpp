// Whole forwarding tables as OpenSM computes them, entry by entry, for one subnet: `ftree` (with
// roots and compute nodes), `minhop` and `updn`, with its rules for when an engine gives up and
// minhop takes over. The rules are those of OpenSM 3.3.23 (reference semantics, Part II). Known to
// differ from it: ftree where cables join switches of one rank, and LMC above 0.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "topology/fabric.hpp"

namespace berth {

enum class Engine : std::uint8_t { ftree, minhop, updn };
std::string_view engine_name(Engine engine);

struct RoutingOptions {
  Engine engine = Engine::minhop;
  std::vector<Guid> roots;          // of switches; empty: found by the engine
  std::vector<Guid> compute_nodes;  // port GUIDs of HCAs; empty: all
  // Roots were given, but none of them is left: updn then gives up instead of finding others.
  bool roots_are_lost = false;
};

// One byte a (switch, LID): the port a packet leaves by, 0 for the switch itself.
class ForwardingTables {
 public:
  static constexpr PortNumber no_path = 255;

  // `switches`: in order of id; `top`: the highest LID.
  ForwardingTables() = default;
  ForwardingTables(const Fabric& fabric, std::vector<DeviceId> switches, std::uint16_t top);

  [[nodiscard]] const std::vector<DeviceId>& switches() const { return switches_; }
  [[nodiscard]] std::uint16_t top() const { return top_; }
  // REQUIRES: the device is one of the switches, the LID at most top().
  [[nodiscard]] PortNumber port(DeviceId from, std::uint16_t lid) const {
    return ports_[row_[from.index()] * (std::size_t{top_} + 1) + lid];
  }
  void set(DeviceId from, std::uint16_t lid, PortNumber port) {
    ports_[row_[from.index()] * (std::size_t{top_} + 1) + lid] = port;
  }
  bool operator==(const ForwardingTables&) const = default;

 private:
  std::vector<DeviceId> switches_;
  std::vector<std::uint32_t> row_;  // by device
  std::vector<PortNumber> ports_;
  std::uint16_t top_ = 0;
};

// What an engine made of a subnet.
struct Routing {
  ForwardingTables tables;
  Engine engine = Engine::minhop;  // that routed
  std::string gave_up;             // why the engine asked for did not; empty where it did
  // ftree: LIDs of the compute nodes leaf by leaf, 0 where a leaf has fewer than the fullest. The
  // order in which shift permutations meet no hot spot.
  std::vector<std::uint16_t> hca_order;
};

// REQUIRES: one subnet with at least one switch. InputError: a root or compute node that is not in
// it.
Routing route(const Fabric& fabric, const RoutingOptions& options);
// After a loss: what a running OpenSM makes of what is left. `minhop` and `updn` keep every entry
// that still leads there the shortest way; `ftree` begins afresh. Switches are matched by GUID.
Routing route_after_loss(const Fabric& before, const ForwardingTables& tables, const Fabric& fabric,
                         const RoutingOptions& options);

// --- what the tables do ----------------------------------------------------------------------

// Switches that a packet passes from an end port (of an HCA) to `lid`: 1 on one leaf, 3 through a
// spine. 0 when it does not arrive (no entry, or a loop).
std::uint32_t switches_passed(const Fabric& fabric, const ForwardingTables& tables, PortRef from,
                              std::uint16_t lid);

// Packets per direction of each cable between switches.
struct LinkLoad {
  PortRef from;
  PortRef to;
  std::uint64_t pairs = 0;  // all-to-all: ordered pairs of the ranks that pass
  std::uint64_t most = 0;   // of one shift: the largest over all shifts
  bool operator==(const LinkLoad&) const = default;
};
// `ranks`: LIDs; 0 is an empty rank that neither sends nor receives. In order of (from, port).
std::vector<LinkLoad> all_to_all_loads(const Fabric& fabric, const ForwardingTables& tables,
                                       const std::vector<std::uint16_t>& ranks);
// Also the shifts (rank i sends to rank i + s): fills `most`. O(ranks^2 * hops).
void add_shift_loads(const Fabric& fabric, const ForwardingTables& tables,
                     const std::vector<std::uint16_t>& ranks, std::vector<LinkLoad>& loads);

// Entries that differ, switches being matched by GUID; an entry of a switch or LID that only one
// side has counts too.
struct TableChange {
  Guid at;  // switch
  std::uint16_t lid = 0;
  PortNumber before = ForwardingTables::no_path;
  PortNumber after = ForwardingTables::no_path;
};
std::vector<TableChange> changes(const Fabric& before, const ForwardingTables& before_tables,
                                 const Fabric& after, const ForwardingTables& after_tables);

}  // namespace berth
