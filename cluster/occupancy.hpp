// The occupancy index: which GPUs, millicores and bytes are free on each node, kept so that
// placements are found without scanning the fleet. Nodes are grouped by their number of free GPUs;
// each domain knows its free GPUs and its wholly free nodes. A change costs O(levels) a node.
// A GPU of which somebody holds a share is not free; what is left of it is kept beside the masks,
// and only where there is such a GPU.
//
// It says what *would* be taken as readily as what is: a Draft takes from it while the scheduler
// plans and gives back what does not become real; a forecast is an index of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "cluster/change_log.hpp"
#include "cluster/gpu_shares.hpp"
#include "cluster/node_set.hpp"
#include "cluster/placement.hpp"
#include "cluster/pod_groups.hpp"
#include "cluster/room_index.hpp"
#include "cluster/run_index.hpp"
#include "cluster/shape.hpp"
#include "topology/fleet.hpp"

namespace berth {

class Occupancy {
 public:
  explicit Occupancy(const Fleet& fleet);  // all free; `fleet` outlives it

  [[nodiscard]] const Fleet& fleet() const { return *fleet_; }

  // --- of a node --------------------------------------------------------------------------------
  // What is not taken, available or not; free_gpus() and room() say nothing where it is not.
  [[nodiscard]] GpuMask free(NodeId node) const { return free_[node.index()]; }
  [[nodiscard]] std::uint32_t free_gpus(NodeId node) const {
    return available_[node.index()] ? free_count_[node.index()] : 0;
  }
  [[nodiscard]] std::int64_t free_cpu_milli(NodeId node) const { return free_cpu_[node.index()]; }
  [[nodiscard]] std::int64_t free_memory(NodeId node) const { return free_memory_[node.index()]; }
  // It offers what is free: it is in service, and nobody keeps it for himself.
  [[nodiscard]] bool available(NodeId node) const { return available_[node.index()] != 0; }
  [[nodiscard]] bool in_service(NodeId node) const { return in_service_[node.index()] != 0; }
  // A job has its domain for itself (Shape::alone).
  [[nodiscard]] bool kept(NodeId node) const { return !kept_.empty() && kept_[node.index()] > 0; }
  // Its GPUs that are given out in shares.
  [[nodiscard]] const GpuShares& shares(NodeId node) const {
    return shares_.empty() ? none_shared_ : shares_[node.index()];
  }
  // Thousandths that nobody holds, of all its GPUs, available or not.
  [[nodiscard]] std::uint32_t free_gpu_milli(NodeId node) const;
  // Tasks of whole GPUs that hold so many each. REQUIRES: gpus > 0.
  [[nodiscard]] std::uint32_t tasks_with(NodeId node, std::uint32_t gpus) const;
  // True when nothing of the node is taken.
  [[nodiscard]] bool idle(NodeId node) const;
  [[nodiscard]] bool idle(const NodeRange& nodes) const;  // of none of them
  // Who belongs together, and where they are.
  [[nodiscard]] const PodGroups& pods() const { return pods_; }
  // Tasks of `shape` that fit the node now; whom they keep away from is for who asks.
  [[nodiscard]] std::uint32_t room(NodeId node, const Shape& shape) const;

  // Its `wanted` lowest free GPUs. REQUIRES: it has so many.
  [[nodiscard]] GpuMask pick(NodeId node, std::uint32_t wanted) const {
    const GpuMask mask = free_[node.index()];
    return free_count_[node.index()] == wanted ? mask : lowest(mask, wanted);
  }

  // Adds so many tasks of `shape` on this node to a placement. Whole GPUs are its lowest free ones;
  // each share is of the GPU with the least left that gives it, the lowest of equals. REQUIRES: it
  // has room for them.
  void give_out(NodeId node, const Shape& shape, std::uint32_t tasks, Placement& placement) const {
    if (shape.gpu_milli > 0) {
      give_out_shares(node, shape.gpu_milli, tasks, placement);
    } else {
      placement.push_back({node, tasks, pick(node, tasks * shape.gpus)});
    }
  }

  // --- of the fleet -----------------------------------------------------------------------------
  // Those of which nobody holds anything.
  [[nodiscard]] std::uint64_t free_gpus() const { return free_gpus_; }
  // Available nodes with exactly so many free GPUs.
  [[nodiscard]] const NodeSet& with_free(std::uint32_t gpus) const { return by_free_[gpus]; }
  // True when all of the placement could be taken. O(parts).
  [[nodiscard]] bool has(const Shape& shape, const Placement& placement) const;
  // True when the fleet has room for the shape now. O(GPUs per node) when only GPUs are asked.
  [[nodiscard]] bool fits(const Shape& shape) const;
  // Of all runs of consecutive available nodes that each have at least `gpus` free, the first node
  // of the shortest with at least so many nodes, the lowest of equals, or NodeSet::none. O(log
  // nodes), plus what changed since the last call.
  [[nodiscard]] std::uint32_t shortest_run(std::uint32_t gpus, std::uint32_t nodes) const;

  // --- of a domain ------------------------------------------------------------------------------
  [[nodiscard]] std::uint64_t free_gpus(DomainId domain) const {
    return domain_[domain.index()].free_gpus;
  }
  // Available nodes of which nothing is taken (of their GPUs).
  [[nodiscard]] std::uint32_t whole_nodes(DomainId domain) const {
    return domain_[domain.index()].whole_nodes;
  }

  // Room in every domain. Valid until the next change and for a few more questions of this kind.
  // O(what changed since the last time that it was asked).
  [[nodiscard]] const RoomIndex& room_by_domain(const RoomQuestion& question) const;
  [[nodiscard]] const RoomIndex& room_by_domain(const Shape& shape, RoomUnit unit) const {
    return room_by_domain({shape, unit});
  }

  // Nodes whose room or tasks changed, for indexes that others keep. O(1) a change from when it is
  // first asked for.
  [[nodiscard]] const ChangeLog& changes() const;
  // What a placer keeps beside this occupancy, and for it alone: made when it first asks.
  struct Beside {
    virtual ~Beside() = default;
  };
  template <class T, class Make>
  [[nodiscard]] T& beside(const std::shared_ptr<const void>& owner, const Make& make) const {
    for (const auto& [whose, what] : beside_) {
      if (whose == owner) {
        return static_cast<T&>(*what);
      }
    }
    return static_cast<T&>(*beside_.emplace_back(owner, make()).second);
  }

  // --- changes ----------------------------------------------------------------------------------
  // REQUIRES: every part is free. That its nodes are available is for who starts it (Draft).
  // From now on the domains that it has for itself offer nothing to others.
  void take(const Shape& shape, const Placement& placement);
  // REQUIRES: every part is taken.
  void give_back(const Shape& shape, const Placement& placement);
  // A node out of service offers nothing; what runs there stays counted as taken.
  void set_available(NodeId node, bool available);

  // Makes the node's free resources what a forecast says they are.
  void assume(NodeId node, GpuMask free, std::int64_t cpu_milli, std::int64_t memory,
              const GpuShares& shares = {});

  // Makes the node what it is there. REQUIRES: `from` is of the same fleet.
  void copy(NodeId node, const Occupancy& from);

  // The `wanted` lowest GPUs of a mask. REQUIRES: it has so many.
  static GpuMask lowest(GpuMask mask, std::uint32_t wanted);

 private:
  struct DomainCount {
    std::uint64_t free_gpus = 0;
    std::uint32_t whole_nodes = 0;
  };
  // Nodes of one word of the index that go from one number of free GPUs to another: a gang of
  // whole nodes moves by the word.
  struct Move {
    std::uint32_t word = 0;
    std::uint32_t before = 0;
    std::uint32_t after = 0;
    std::uint64_t nodes = 0;
  };
  void set_free(std::uint32_t node, GpuMask now_free, Move& move);
  void finish(const Move& move);
  void enter(std::uint32_t node);  // into the index, by what is free
  void leave(std::uint32_t node);
  void count(std::uint32_t node, std::int64_t gpus, std::int32_t whole);  // in its domains
  void spend(std::uint32_t node, const Shape& shape, std::int64_t tasks);
  void keep(const Shape& shape, const Placement& placement, std::int32_t sign);
  void turn(std::uint32_t node);
  void count_pods(const Shape& shape, const Placement& placement, std::int32_t sign);
  void give_out_shares(NodeId node, std::uint32_t milli, std::uint32_t tasks,
                       Placement& placement) const;
  void take_shares(const Shape& shape, const Placement& placement);
  void give_back_shares(const Shape& shape, const Placement& placement);
  void touch(std::uint32_t word, std::uint64_t nodes);
  void touch(std::uint32_t node) { touch(node >> 6U, std::uint64_t{1} << (node & 63U)); }
  void count_tasks(const Shape& shape, const Placement& placement, std::int32_t sign);

  const Fleet* fleet_;
  std::uint32_t levels_;
  std::vector<GpuMask> free_;
  std::vector<std::uint8_t> free_count_;
  std::vector<std::uint8_t> all_count_;  // GPUs in the node
  std::vector<std::uint8_t> in_service_;
  std::vector<std::uint8_t> available_;  // in service, and not kept
  std::vector<std::uint32_t> kept_;      // by node, how many keep it; empty: nobody ever did
  std::vector<std::int64_t> free_cpu_;
  std::vector<std::int64_t> free_memory_;
  std::vector<GpuShares> shares_;  // by node; empty until somebody holds a share
  // Tasks by node and their GPUs, of those that hold a part of a node; empty until one does.
  std::vector<std::uint16_t> tasks_;
  GpuShares none_shared_;
  PodGroups pods_;
  std::vector<NodeSet> by_free_;
  std::vector<DomainCount> domain_;
  std::uint64_t free_gpus_ = 0;
  // Runs of nodes by least free GPUs, built when first asked for; see run_index.hpp.
  mutable std::vector<std::unique_ptr<RunIndex>> runs_;
  // The one asked for last comes first.
  mutable std::vector<std::unique_ptr<RoomIndex>> rooms_;
  mutable std::unique_ptr<ChangeLog> changes_;
  mutable std::vector<std::pair<std::shared_ptr<const void>, std::unique_ptr<Beside>>> beside_;
};

}  // namespace berth
