// Pods that belong together, as those of one service do, and where they run: for who keeps them
// apart or spreads them. Only pods that name a group are counted; others cost nothing.
//
// A pod may ask that no other of its group runs in the same place, a node or a domain of some
// level. That holds both ways: it keeps away those that come later and ask for nothing, as
// Kubernetes' required podAntiAffinity does.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "cluster/change_log.hpp"
#include "cluster/shape.hpp"
#include "topology/fleet.hpp"

namespace berth {

class PodGroups {
 public:
  explicit PodGroups(const Fleet& fleet) : fleet_(&fleet) {}  // `fleet` outlives it

  // Tasks of the group on the node, or in the domain. O(log), and groups on the node.
  [[nodiscard]] std::uint32_t on(NodeId node, std::uint32_t group) const;
  [[nodiscard]] std::uint32_t in(DomainId domain, std::uint32_t group) const;
  // True when one task of that shape may not run there, for another of its group is too near.
  [[nodiscard]] bool keep_away(const Shape& pod, NodeId node) const;
  // Levels of which some task that runs, or ran, had a domain for itself, as bits.
  [[nodiscard]] std::uint64_t levels_kept(std::uint32_t group) const;
  // Nodes on which tasks of the group came or went; null: there never were any.
  [[nodiscard]] const ChangeLog* changes(std::uint32_t group) const;

  // So many tasks of that shape come, or go when it is negative. REQUIRES: shape.group > 0.
  void add(const Shape& shape, NodeId node, std::int32_t tasks);
  // Makes the node what it is there; true when that changed something. REQUIRES: of the same fleet.
  bool copy(NodeId node, const PodGroups& from);

 private:
  struct Tasks {  // on a node
    std::uint32_t group = 0;
    std::uint32_t apart = 0;
    std::uint32_t count = 0;
    bool operator==(const Tasks&) const = default;
  };
  struct Group {
    std::map<std::uint32_t, std::uint32_t> tasks;  // by domain, where there are any
    std::map<std::uint32_t, std::uint32_t> alone;  // of those, that have the domain for themselves
    std::uint64_t levels_kept = 0;
    ChangeLog changes{changes_kept};
  };
  static constexpr std::uint32_t changes_kept = 256;

  [[nodiscard]] const std::vector<Tasks>& on(NodeId node) const;
  void count(const Tasks& tasks, NodeId node, std::int32_t more);

  const Fleet* fleet_;
  std::map<std::uint32_t, Group> groups_;
  std::vector<std::vector<Tasks>> on_;  // by node, in order; empty while there are no groups
};

}  // namespace berth
