#include "topology/network.hpp"

#include <algorithm>

#include "topology/analysis/homes.hpp"

namespace berth {
namespace {

// Counts the switches between nodes. One for many questions, as it keeps its marks.
class HopCounter {
 public:
  HopCounter(const Fabric& fabric, const Seats& seats)
      : fabric_(fabric), seats_(seats), seen_(fabric.devices()), goal_(fabric.devices()) {}

  // On a shortest path; 0 when there is none.
  std::uint32_t between(NodeId from, NodeId to) {
    ++question_;
    reached_.clear();
    each_leaf(to, [this](DeviceId leaf) { goal_[leaf.index()] = question_; });
    each_leaf(from, [this](DeviceId leaf) { reach(leaf); });
    std::uint32_t hops = 1;
    for (std::size_t next = 0; next < reached_.size(); ++hops) {
      const std::size_t farther = reached_.size();
      for (std::size_t i = next; i < farther; ++i) {
        if (goal_[reached_[i].index()] == question_) {
          return hops;
        }
      }
      for (; next < farther; ++next) {
        for (const Fabric::Link& link : fabric_.links(reached_[next])) {
          reach(link.to.device);
        }
      }
    }
    return 0;
  }

 private:
  template <class Act>
  void each_leaf(NodeId node, Act&& act) {
    for (const DeviceId hca : seats_.hcas(node)) {
      for (const Fabric::Link& link : fabric_.links(hca)) {
        act(link.to.device);
      }
    }
  }
  void reach(DeviceId device) {
    if (seen_[device.index()] != question_ && fabric_.device(device).kind != DeviceKind::hca) {
      seen_[device.index()] = question_;
      reached_.push_back(device);
    }
  }

  const Fabric& fabric_;
  const Seats& seats_;
  std::uint32_t question_ = 0;
  std::vector<std::uint32_t> seen_;  // by device: the last question that reached it
  std::vector<std::uint32_t> goal_;  // by device: the last question that asked for it
  std::vector<DeviceId> reached_;
};

// The first and the last node of a domain stand for all pairs that meet in it, if they do: if they
// are in different domains of the next level.
bool meet_here(const Fleet& fleet, NodeRange nodes, std::uint32_t level) {
  const std::uint32_t inner = level + 1;
  return nodes.size() > 1 &&
         (inner == fleet.levels() || fleet.domain_of(NodeId(nodes.first), LevelId(inner)) !=
                                         fleet.domain_of(NodeId(nodes.past - 1), LevelId(inner)));
}

// By level, the most over its domains; as inside, where no two nodes meet first in this level.
std::vector<std::uint32_t> hops_by_level(const Fleet& fleet, const Fabric& fabric,
                                         const Seats& seats) {
  HopCounter counter(fabric, seats);
  std::vector<std::uint32_t> hops(fleet.levels());
  for (std::uint32_t level = fleet.levels(); level-- > 0;) {
    bool any = false;
    for (std::uint32_t i = 0; i < fleet.domains(LevelId(level)); ++i) {
      const NodeRange nodes = fleet.nodes_in(fleet.domain(LevelId(level), i));
      if (meet_here(fleet, nodes, level)) {
        any = true;
        hops[level] =
            std::max(hops[level], counter.between(NodeId(nodes.first), NodeId(nodes.past - 1)));
      }
    }
    if (!any && level + 1 < fleet.levels()) {
      hops[level] = hops[level + 1];
    }
  }
  return hops;
}

std::optional<LevelId> level_that_nvlink_joins(const Fleet& fleet) {
  const auto level = fleet.find_level("nvlink");
  for (std::uint32_t i = 0; level && i < fleet.domains(*level); ++i) {
    if (fleet.nodes_in(fleet.domain(*level, i)).size() > 1) {
      return level;
    }
  }
  return std::nullopt;
}

std::vector<std::int64_t> injections(const Fleet& fleet, const Fabric& fabric, const Seats& seats) {
  std::vector<std::int64_t> sums(fleet.nodes());
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    for (const DeviceId hca : seats.hcas(NodeId(node))) {
      for (const Fabric::Link& link : fabric.links(hca)) {
        if (fabric.device(link.to.device).kind != DeviceKind::hca) {
          sums[node] += bytes_per_second(fabric.cable(link.cable).rate);
        }
      }
    }
  }
  return sums;
}

std::vector<std::int64_t> uplinks(const Fleet& fleet, const Fabric& fabric, const Seats& seats,
                                  FrontEnd front_end) {
  const auto home = homes(fleet, fabric, seats);
  std::vector<std::int64_t> sums(fleet.domains());
  for (std::uint32_t i = 0; i < fabric.cables(); ++i) {
    const Cable& cable = fabric.cable(CableId(i));
    const std::int64_t bandwidth = bytes_per_second(cable.rate);
    each_domain_left(fleet, home, cable, [&sums, bandwidth](DomainId domain, DeviceId /*end*/) {
      sums[domain.index()] += bandwidth;
    });
  }
  for (std::uint32_t i = 0; i < fleet.domains(); ++i) {
    if (sums[i] == 0) {
      sums[i] = front_end.bytes_per_s * fleet.nodes_in(DomainId(i)).size();
    }
  }
  return sums;
}

}  // namespace

Network derive_network(const Fleet& fleet, const Fabric& fabric, const Seats& seats,
                       FrontEnd front_end) {
  if (fabric.empty()) {
    return {};
  }
  return Network({uplinks(fleet, fabric, seats, front_end), injections(fleet, fabric, seats),
                  hops_by_level(fleet, fabric, seats), level_that_nvlink_joins(fleet)});
}

}  // namespace berth
