#include <algorithm>
#include <utility>

#include "topology/routing/cable_groups.hpp"
#include "topology/routing/fat_tree.hpp"

namespace berth {
namespace {

// Routes destination after destination. Loads stay from one to the next, which is what spreads
// them: of a group up, the destinations that are reached through it from above; of a group down,
// those for which it is the way back up.
class Assignment {
 public:
  explicit Assignment(const FatTree& tree)
      : tree_(tree), groups_(tree), hops_(tree.switches.size()), port_(tree.switches.size()) {}

  // To what hangs on port `by` of a switch.
  void route_to_end(std::uint32_t at, PortNumber by) { route(at, by, 1, Path::main); }
  void route_to_switch(std::uint32_t at) { route(at, 0, 0, Path::other); }

  // By switch, to the destination.
  [[nodiscard]] const std::vector<PortNumber>& ports() const { return port_; }

 private:
  using Group = CableGroups::Group;
  using Way = CableGroups::Way;
  enum class Path : std::uint8_t { main, other };

  void route(std::uint32_t at, PortNumber by, std::uint8_t hops, Path path) {
    std::fill(hops_.begin(), hops_.end(), unreached);
    std::fill(port_.begin(), port_.end(), ForwardingTables::no_path);
    hops_[at] = hops;
    port_[at] = by;
    up(at, Subnet::none, path, hops);
  }

  // Says whether that is shorter than what `s` had.
  bool reach(std::uint32_t s, PortNumber by, int hops) {
    if (hops_[s] <= hops) {
      return false;
    }
    hops_[s] = static_cast<std::uint8_t>(hops);
    port_[s] = by;
    return true;
  }

  void up(std::uint32_t s, std::uint32_t from, Path path, int hops) {
    down(s, from, hops);
    if (tree_.switches[s].rank == 0) {
      return;
    }
    for (Group& group : groups_.in_order(s, Way::up)) {
      CableGroups::Cable& cable = groups_.least_used(group);
      const bool shorter = reach(group.to, cable.there, hops + 1);
      if (path == Path::main) {
        ++group.load;
        ++cable.load;
        up(group.to, s, std::exchange(path, Path::other), hops + 1);
      } else if (shorter) {
        up(group.to, s, Path::other, hops + 1);
      }
    }
    for (Group& group : groups_.in_order(s, Way::level)) {
      if (reach(group.to, groups_.least_used(group).there, hops + 1)) {
        up(group.to, s, Path::other, hops + 1);
      }
    }
  }

  // Says whether HCAs hang below.
  bool down(std::uint32_t s, std::uint32_t except, int hops) {
    bool to_hcas = tree_.switches[s].has_hcas;
    // Links inside a rank are used by switches that have something below, and by no others.
    const bool sideways = to_hcas || groups_.any(s, Way::down);
    for (Group& group : groups_.in_order(s, Way::down)) {
      to_hcas |= group.to != except && down_through(s, group, hops);
    }
    for (Group& group : groups_.in_order(s, Way::level)) {
      to_hcas |= sideways && group.to != except && down_through(s, group, hops);
    }
    return to_hcas;
  }

  bool down_through(std::uint32_t s, Group& group, int hops) {
    if (hops_[group.to] <= hops + 1) {
      return false;
    }
    CableGroups::Cable& cable = groups_.least_used(group);
    reach(group.to, cable.there, hops + 1);
    if (!down(group.to, s, hops + 1)) {
      return false;
    }
    ++cable.load;
    ++group.load;
    return true;
  }

  const FatTree& tree_;
  CableGroups groups_;
  std::vector<std::uint8_t> hops_;  // by switch
  std::vector<PortNumber> port_;
};

class Writer {
 public:
  Writer(const Subnet& subnet, ForwardingTables& tables) : subnet_(subnet), tables_(tables) {}
  void write(std::uint16_t lid, const std::vector<PortNumber>& ports) {
    for (std::uint32_t s = 0; s < ports.size(); ++s) {
      tables_.set(subnet_.device(s), lid, ports[s]);
    }
  }

 private:
  const Subnet& subnet_;
  ForwardingTables& tables_;
};

}  // namespace

void assign_paths(FatTree& tree, const FtreeOptions& options, ForwardingTables& tables,
                  std::vector<std::uint16_t>& hca_order) {
  const Subnet& subnet = tree.subnet;
  Assignment assignment(tree);
  Writer writer(subnet, tables);
  for (const std::uint32_t leaf : tree.leaves) {
    for (const std::uint32_t i : tree.switches[leaf].compute) {
      const Subnet::End& end = subnet.ends()[i];
      assignment.route_to_end(leaf, end.by);
      writer.write(end.lid, assignment.ports());
      hca_order.push_back(end.lid);
    }
    for (std::size_t i = tree.switches[leaf].compute.size(); i < tree.fullest; ++i) {
      assignment.route_to_end(leaf, 0);
      hca_order.push_back(0);
    }
  }
  for (std::size_t i = 0; i < subnet.ends().size(); ++i) {
    const Subnet::End& end = subnet.ends()[i];
    if (end.hca && !options.compute[i]) {
      assignment.route_to_end(end.on, end.by);
      writer.write(end.lid, assignment.ports());
    }
  }
  for (std::uint32_t s = 0; s < tree.switches.size(); ++s) {
    assignment.route_to_switch(s);
    writer.write(subnet.lid(s), assignment.ports());
  }
}

}  // namespace berth
