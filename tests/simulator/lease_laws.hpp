// The laws of leases, checked by a sink with books of its own: a node never belongs to two leases,
// is taken only while it is available and after it was wiped, serves its tenant alone, and is not
// used while it is out of service; a lease has no more nodes than it was promised, all in one
// domain where it says so, and no neighbours where it wants none; what is said of how many serve is
// so. It begins when its lead time is over, and is sold only as far as there are nodes; nodes move
// only where that is said; a spare is taken for a node that was lost alone; no more tenants use
// nodes than there are partition keys; and no node stays out for longer than its lease says while
// another one is free.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "simulator/records.hpp"
#include "topology/fleet.hpp"
#include "workloads/catalog.hpp"

namespace berth::test {

class LeaseLaws final : public Sink {
 public:
  LeaseLaws(const Fleet& fleet, const Catalog& catalog, const BareMetal& terms)
      : fleet_(fleet), catalog_(catalog), terms_(terms), nodes_(fleet.nodes()) {
    for (const Delivery& one : terms.deliveries) {
      for (const NodeId node : one.nodes) {
        nodes_[node.index()].comes = one.at;
      }
    }
  }

  void on(SimTime now, const Record& record) override {
    if (now > now_) {
      check_patience();
    }
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
  // The lead times of the contracts that are listed.
  void draw_leads(RunKey run, SimTime horizon) {
    for (const Contract& one : terms_.contracts_of(run, horizon)) {
      leads_.push_back(one.lead);
    }
  }

 private:
  struct Node {
    NodeState state = NodeState::production;
    std::optional<LeaseId> owner;
    std::optional<LeaseId> used_by;
    SimTime comes{};
    std::optional<SimTime> out_since;  // of service, as its owner's
    bool in_triage = false;            // since then
  };
  struct Sold {
    Contract contract;
    SimTime due{};
    std::optional<SimTime> begun;
    SimTime until{};
    bool over = false;
    bool may_be_sold = true;  // by the count of nodes, when it was asked for
    std::optional<SimTime> lost_one;
  };
  void told(const LeaseTold& record) {
    leases_.insert_or_assign(record.lease, record.contract);
    follow(record);
    if (record.what == LeaseEvent::takes) {
      take(record);
    } else if (record.what == LeaseEvent::lets_go) {
      Node& node = nodes_[record.node->index()];
      demand(node.owner == record.lease, "lets go what is not its own");
      demand(node.state != NodeState::production, "lets go what it works on");
      node.owner.reset();
      node.out_since.reset();
      node.in_triage = false;
      sold_.at(record.lease).lost_one = now_;
    } else if (record.what == LeaseEvent::serves || record.what == LeaseEvent::fails ||
               record.what == LeaseEvent::upgrades || record.what == LeaseEvent::moves) {
      if (record.what == LeaseEvent::upgrades) {
        nodes_[record.node->index()].out_since.reset();  // and nobody has to replace it
        demand(record.upgrading > 0, "a node is out for an upgrade");
      }
      demand(record.what != LeaseEvent::moves || terms_.defragment, "moves though nobody may");
      demand(record.serving == serving(record.lease), "says that another number of nodes serves");
    }
  }
  void take(const LeaseTold& record) {
    Node& node = nodes_[record.node->index()];
    demand(!node.owner, "takes a node of another lease");
    const bool spare = node.state == NodeState::spare;
    demand(spare || node.state == NodeState::available, "takes a node that is not available");
    demand(!spare || sold_.at(record.lease).lost_one == now_, "takes a spare for nobody");
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
    if (serves(record.from) && !serves(record.to) && node.owner) {
      node.out_since = now_;
    } else if (serves(record.to)) {
      node.out_since.reset();
      node.in_triage = false;
    }
    node.in_triage = node.in_triage || (record.to == NodeState::triage && node.owner);
    node.state = record.to;
    if (record.to == NodeState::spare) {
      demand(spares_near(record.node) <= terms_.spares.count, "more spares than were asked for");
    }
    if (record.to == NodeState::available) {
      demand(!node.owner && !node.used_by, "a node is available, but somebody's");
    }
    if (record.to == NodeState::provision || record.to == NodeState::production) {
      demand(node.owner && (!node.used_by || node.used_by == node.owner), "handed over uncleaned");
      node.used_by = node.owner;
    }
    if (record.to == NodeState::production && terms_.keys) {
      demand(tenants_at_work() <= terms_.keys->most, "more tenants work than there are keys");
    }
  }
  // Who asks, is due, begins and ends, and whether it could be sold.
  void follow(const LeaseTold& record) {
    Sold& one = sold_[record.lease];
    const Contract& contract = record.contract;
    const bool hopeless = record.what == LeaseEvent::refused && !record.why.empty();
    demand(!hopeless_ || (hopeless && *hopeless_ == record.lease),
           "who can never begin is refused at once");
    if (hopeless) {
      demand(hopeless_.has_value(), "is refused for ever though the empty fleet has room");
      hopeless_.reset();
      one.over = true;
      return;
    }
    if (record.what == LeaseEvent::asks) {
      one.contract = contract;
      one.due = after(now_, contract.lead);
      demand(now_ == contract.start, "asks at another time");
      if (!fits_the_empty_fleet(contract)) {
        hopeless_ = record.lease;
      }
      one.may_be_sold = !factor(contract) || may_sell(record.lease, *factor(contract));
    } else if (record.what == LeaseEvent::refused) {
      const bool by_count = factor(contract).has_value();
      demand(!by_count || !one.may_be_sold, "is refused though it could be sold");
      demand(now_ == one.due || by_count, "is refused at another time than it is due");
      demand(contract.kind != LeaseKind::reserved, "what was reserved is refused");
      one.over = true;
    } else if (record.what == LeaseEvent::begins) {
      demand(now_ >= one.due, "begins before its lead time is over");
      demand(one.may_be_sold, "begins though more was sold than there is");
      one.begun = now_;
      one.until = after(now_, contract.term);
    } else if (record.what == LeaseEvent::extends) {
      one.until = after(now_, contract.extends);
    } else if (record.what == LeaseEvent::ends || record.what == LeaseEvent::leaves ||
               record.what == LeaseEvent::preempted) {
      one.over = true;
    }
  }
  // Placers that take any nodes are asked.
  [[nodiscard]] bool fits_the_empty_fleet(const Contract& contract) const {
    std::map<std::uint32_t, std::uint32_t> by_domain;
    for (std::uint32_t i = 0; i < fleet_.nodes(); ++i) {
      const NodeId node(i);
      const std::uint32_t domain =
          contract.within ? fleet_.domain_of(node, *contract.within).index() : 0U;
      by_domain[domain] +=
          contract.gpus_per_node == fleet_.kind(node).gpus &&
                  (contract.model.empty() || contract.model == fleet_.kind(node).gpu_model)
              ? 1U
              : 0U;
    }
    return std::ranges::any_of(by_domain,
                               [&](const auto& domain) { return domain.second >= contract.nodes; });
  }
  [[nodiscard]] std::optional<double> factor(const Contract& contract) const {
    return terms_.overbooking.at(static_cast<std::size_t>(contract.kind));
  }
  // True when at no time of its term more is sold than so many times the nodes there are then.
  bool may_sell(LeaseId id, double times) {
    const Sold& asks = sold_.at(id);
    struct Other {
      SimTime begins;
      SimTime until;
      std::uint32_t nodes;
    };
    std::vector<Other> others{{asks.due, after(asks.due, asks.contract.term), asks.contract.nodes}};
    for (const auto& [other, one] : sold_) {
      const SimTime begins = one.begun ? SimTime{} : std::max(one.due, now_);
      if (other != id && !one.over && like(one.contract, asks.contract)) {
        others.push_back(
            {begins, one.begun ? one.until : after(begins, one.contract.term), one.contract.nodes});
      }
    }
    for (std::uint32_t i = 0; i < terms_.contracts.size(); ++i) {
      const Contract& one = terms_.contracts[i];
      const SimTime begins = after(one.start, leads_.at(i));
      if (!sold_.contains(LeaseId(i)) && one.kind == LeaseKind::reserved &&
          like(one, asks.contract)) {
        others.push_back({begins, after(begins, one.term), one.nodes});
      }
    }
    for (const Other& moment : others) {
      const SimTime at = std::max(moment.begins, asks.due);
      std::uint32_t nodes = 0;
      for (const Other& one : others) {
        nodes += one.begins <= at && at < one.until ? one.nodes : 0U;
      }
      if (at < others.front().until && nodes > times * there(asks.contract, at)) {
        return false;
      }
    }
    return true;
  }
  static bool like(const Contract& a, const Contract& b) {
    return a.model.empty() || b.model.empty() || a.model == b.model;
  }
  [[nodiscard]] double there(const Contract& wanted, SimTime at) const {
    std::uint32_t count = 0;
    for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
      count +=
          suits(NodeId(i), wanted) && nodes_[i].state != NodeState::spare && nodes_[i].comes <= at
              ? 1U
              : 0U;
    }
    return count;
  }
  [[nodiscard]] bool suits(NodeId node, const Contract& contract) const {
    const NodeKind& kind = fleet_.kind(node);
    return kind.gpus == contract.gpus_per_node &&
           (contract.model.empty() || kind.gpu_model == contract.model);
  }
  [[nodiscard]] std::uint32_t spares_near(NodeId node) const {
    std::uint32_t count = 0;
    for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
      const bool near = !terms_.spares.per || same(NodeId(i), node, *terms_.spares.per);
      count += near && nodes_[i].state == NodeState::spare ? 1U : 0U;
    }
    return count;
  }
  [[nodiscard]] std::size_t tenants_at_work() const {
    std::set<std::string> tenants;
    for (const Node& node : nodes_) {
      if (node.owner && serves(node.state)) {
        tenants.insert(leases_.at(*node.owner).tenant);
      }
    }
    return tenants.size();
  }
  // At the end of an instant. Where nobody wants to be alone, and in no domain.
  void check_patience() {
    for (const auto& [id, contract] : leases_) {
      if (contract.alone_in) {
        return;
      }
    }
    for (const Node& node : nodes_) {
      if (!node.owner || leases_.at(*node.owner).within || serves(node.state) ||
          node.state == NodeState::provision) {
        continue;
      }
      const Contract& contract = leases_.at(*node.owner);
      const bool too_long = node.out_since && contract.replace_after &&
                            now_ > after(*node.out_since, *contract.replace_after);
      for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
        const bool free =
            nodes_[i].state == NodeState::available || nodes_[i].state == NodeState::spare;
        demand(!free || !(too_long || node.in_triage) || !suits(NodeId(i), contract),
               "waits for a node though another one is free");
      }
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
  const BareMetal& terms_;
  std::vector<Node> nodes_;
  std::map<LeaseId, Sold> sold_;
  std::optional<LeaseId> hopeless_;  // it asked, and can never begin
  std::vector<Duration> leads_;
  std::map<LeaseId, Contract> leases_;
  std::uint64_t taken_ = 0;
  SimTime now_{};
  std::string broken_;
};

}  // namespace berth::test
