// A topology while it is being built: nodes, switches and HCAs with names and GUIDs of their own,
// the cables between them, and what shares a fate. Builders of fabrics write to it one after the
// other, so that a fleet is its halls in turn.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "topology/hardware.hpp"
#include "topology/topology.hpp"

namespace berth {

class Construction {
 public:
  // `levels`: those that the finished fleet has, outermost first.
  explicit Construction(std::vector<std::string> levels);

  // Of the devices that are added from now on.
  void wire_with(Technology technology) { technology_ = technology; }

  // Domains, depth first. A level that the fleet does not have is passed over, so that a builder
  // can name all it knows of.
  void enter(std::string_view level, std::string name);
  void leave(std::string_view level);

  NodeId add_node(const std::string& name, const NodeKind& kind);
  DeviceId add_switch(std::string description, std::uint32_t ports, std::uint32_t model);
  // The HCA of the node that was added last; "NODE HCA-1" on rail 0.
  DeviceId add_hca(std::string_view node_name, std::uint32_t rail, std::uint32_t model);
  void connect(PortRef a, PortRef b, LinkRate rate) { fabric_.connect(a, b, rate); }
  void add(SharedFate fate) { fates_.push_back(std::move(fate)); }

  [[nodiscard]] std::uint32_t nodes() const { return nodes_; }

  // REQUIRES: no domain open. InputError when two nodes have one name.
  Topology finish(FrontEnd front_end);

 private:
  [[nodiscard]] bool has(std::string_view level) const;

  std::vector<std::string> levels_;
  FleetBuilder fleet_;
  Technology technology_ = Technology::infiniband;
  FabricBuilder fabric_;
  std::vector<SharedFate> fates_;
  std::vector<std::optional<Seat>> seats_;
  std::uint32_t nodes_ = 0;
  std::uint32_t switches_ = 0;
  std::uint32_t hcas_ = 0;
};

}  // namespace berth
