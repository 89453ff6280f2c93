// The laws of leases, checked by a sink with books of its own: a node never belongs to two leases,
// is taken only while it is available and after it was wiped, serves its tenant alone, and is not
// used while it is out of service; a lease has no more nodes than it was promised, all in one
// domain where it says so, and no neighbours where it wants none; what is said of how many serve is
// so.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "simulator/records.hpp"
#include "topology/fleet.hpp"
#include "workloads/catalog.hpp"

namespace berth::test {

class LeaseLaws final : public Sink {
 public:
  LeaseLaws(const Fleet& fleet, const Catalog& catalog)
      : fleet_(fleet), catalog_(catalog), nodes_(fleet.nodes()) {}

  void on(SimTime now, const Record& record) override {
    now_ = now;
    if (const auto* lease = std::get_if<LeaseTold>(&record)) {
      told(*lease);
    } else if (const auto* moved = std::get_if<NodeMoved>(&record)) {
      told(*moved);
    } else if (const auto* started = std::get_if<Started>(&record)) {
      told(*started);
    }
  }
  [[nodiscard]] const std::string& broken() const { return broken_; }
  [[nodiscard]] std::uint64_t taken() const { return taken_; }

 private:
  struct Node {
    NodeState state = NodeState::production;
    std::optional<LeaseId> owner;
    std::optional<LeaseId> used_by;
  };
  void told(const LeaseTold& record) {
    leases_.insert_or_assign(record.lease, record.contract);
    if (record.what == LeaseEvent::takes) {
      take(record);
    } else if (record.what == LeaseEvent::lets_go) {
      Node& node = nodes_[record.node->index()];
      demand(node.owner == record.lease, "lets go what is not its own");
      demand(node.state != NodeState::production, "lets go what it works on");
      node.owner.reset();
    } else if (record.what == LeaseEvent::serves || record.what == LeaseEvent::fails) {
      demand(record.serving == serving(record.lease), "says that another number of nodes serves");
    }
  }
  void take(const LeaseTold& record) {
    Node& node = nodes_[record.node->index()];
    demand(!node.owner, "takes a node of another lease");
    demand(node.state == NodeState::available, "takes a node that is not available");
    demand(!node.used_by, "takes a node that was not wiped");
    node.owner = record.lease;
    ++taken_;
    std::uint32_t own = 0;
    for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
      const auto owner = nodes_[i].owner;
      if (owner == record.lease) {
        ++own;
        demand(!record.contract.within || same(NodeId(i), *record.node, *record.contract.within),
               "is not in one domain");
      } else if (owner && leases_.at(*owner).tenant != record.contract.tenant) {
        for (const auto& level : {leases_.at(*owner).alone_in, record.contract.alone_in}) {
          demand(!level || !same(NodeId(i), *record.node, *level), "has a neighbour");
        }
      }
    }
    demand(own <= record.contract.nodes, "has more nodes than it was promised");
    const NodeKind& kind = fleet_.kind(*record.node);
    demand(kind.gpus == record.contract.gpus_per_node, "takes a node with other GPUs");
  }
  void told(const NodeMoved& record) {
    Node& node = nodes_[record.node.index()];
    if (node.state == NodeState::zap && record.to == NodeState::test) {
      node.used_by.reset();
    }
    node.state = record.to;
    if (record.to == NodeState::available) {
      demand(!node.owner && !node.used_by, "a node is available, but somebody's");
    }
    if (record.to == NodeState::provision || record.to == NodeState::production) {
      demand(node.owner && (!node.used_by || node.used_by == node.owner), "handed over uncleaned");
      node.used_by = node.owner;
    }
  }
  void told(const Started& record) {
    for (const Part& part : record.placement) {
      const Node& node = nodes_[part.node.index()];
      demand(node.state == NodeState::production, "a job starts on a node that is out");
      demand(node.owner &&
                 leases_.at(*node.owner).tenant == catalog_.tenants.name(record.job.job.tenant),
             "a job starts on a node of another tenant");
    }
  }
  [[nodiscard]] std::uint32_t serving(LeaseId lease) const {
    std::uint32_t count = 0;
    for (const Node& node : nodes_) {
      count += node.owner == lease && serves(node.state) ? 1U : 0U;
    }
    return count;
  }
  [[nodiscard]] bool same(NodeId a, NodeId b, LevelId level) const {
    return fleet_.domain_of(a, level) == fleet_.domain_of(b, level);
  }
  void demand(bool kept, const std::string& law) {
    if (!kept && broken_.empty()) {
      broken_ = std::to_string(now_.time_since_epoch().count()) + " ns: " + law;
    }
  }

  const Fleet& fleet_;
  const Catalog& catalog_;
  std::vector<Node> nodes_;
  std::map<LeaseId, Contract> leases_;
  std::uint64_t taken_ = 0;
  SimTime now_{};
  std::string broken_;
};

}  // namespace berth::test
