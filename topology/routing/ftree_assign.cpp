#include <algorithm>

#include "topology/routing/fat_tree.hpp"

namespace berth {
namespace {

// Routes destination after destination. Counters stay from one to the next, which is what spreads
// them.
class Assignment {
 public:
  explicit Assignment(FatTree& tree)
      : tree_(tree), hops_(tree.switches.size()), port_(tree.switches.size()) {}

  enum class Kind : std::uint8_t { hca, dummy, switch_ };

  // Ways to what hangs on port `by` of switch `at`.
  void route(std::uint32_t at, PortNumber by, Kind kind) {
    kind_ = kind;
    std::fill(hops_.begin(), hops_.end(), unreached);
    std::fill(port_.begin(), port_.end(), ForwardingTables::no_path);
    hops_[at] = kind == Kind::switch_ ? 0 : 1;
    port_[at] = by;
    up(at, Subnet::none, kind != Kind::switch_, hops_[at]);
  }

  [[nodiscard]] const std::vector<PortNumber>& ports() const { return port_; }

 private:
  using Member = CableGroup::Member;

  static Member& least_used(CableGroup& group) {
    return *std::min_element(group.members.begin(), group.members.end(),
                             [](const Member& a, const Member& b) { return a.load < b.load; });
  }

  void sort(std::vector<CableGroup>& groups) const {
    std::stable_sort(
        groups.begin(), groups.end(), [this](const CableGroup& a, const CableGroup& b) {
          return a.load != b.load ? a.load < b.load
                                  : tree_.switches[a.to].index < tree_.switches[b.to].index;
        });
  }

  bool reach(std::uint32_t s, PortNumber by, int hops) {
    if (hops_[s] <= hops) {
      return false;
    }
    hops_[s] = static_cast<std::uint8_t>(hops);
    port_[s] = by;
    return true;
  }

  void up(std::uint32_t s, std::uint32_t from, bool main, int hops) {
    down(s, from, hops);
    TreeSwitch& at = tree_.switches[s];
    if (at.rank == 0) {
      return;
    }
    sort(at.up);
    for (std::size_t i = 0; i < at.up.size(); ++i) {
      CableGroup& group = at.up[i];
      const std::uint32_t above = group.to;
      Member& member = least_used(group);
      const bool first = main && i == 0;
      if (first) {
        ++group.load;
        ++member.load;
        reach(above, member.there, hops + 1);
      } else if (!reach(above, member.there, hops + 1)) {
        continue;
      }
      up(above, s, first, hops + 1);
    }
  }

  // Says whether HCAs hang below.
  bool down(std::uint32_t s, std::uint32_t except, int hops) {
    TreeSwitch& at = tree_.switches[s];
    sort(at.down);
    bool to_hcas = at.has_hcas;
    for (CableGroup& group : at.down) {
      to_hcas |= group.to != except && down_through(s, group, hops);
    }
    // Links inside a rank are used by switches that have something below, and by no others.
    const bool sideways = at.has_hcas || !at.down.empty();
    for (CableGroup& group : at.level) {
      to_hcas |= sideways && group.to != except && down_through(s, group, hops);
    }
    return to_hcas;
  }

  bool down_through(std::uint32_t s, CableGroup& group, int hops) {
    Member& member = least_used(group);
    if (!reach(group.to, member.there, hops + 1) || !down(group.to, s, hops + 1)) {
      return false;
    }
    ++member.load;
    ++group.load;
    return true;
  }

  FatTree& tree_;
  Kind kind_ = Kind::hca;
  std::vector<std::uint8_t> hops_;  // by switch, to the destination
  std::vector<PortNumber> port_;    // by switch, to the destination
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
  using Kind = Assignment::Kind;
  for (const std::uint32_t leaf : tree.leaves) {
    for (const std::uint32_t i : tree.switches[leaf].compute) {
      const Subnet::End& end = subnet.ends()[i];
      assignment.route(leaf, end.by, Kind::hca);
      writer.write(end.lid, assignment.ports());
      hca_order.push_back(end.lid);
    }
    for (std::size_t i = tree.switches[leaf].compute.size(); i < tree.fullest; ++i) {
      assignment.route(leaf, 0, Kind::dummy);
      hca_order.push_back(0);
    }
  }
  for (std::size_t i = 0; i < subnet.ends().size(); ++i) {
    const Subnet::End& end = subnet.ends()[i];
    if (end.hca && !options.compute[i]) {
      assignment.route(end.on, end.by, Kind::hca);
      writer.write(end.lid, assignment.ports());
    }
  }
  for (std::uint32_t s = 0; s < tree.switches.size(); ++s) {
    assignment.route(s, 0, Kind::switch_);
    writer.write(subnet.lid(s), assignment.ports());
  }
}

}  // namespace berth
