// What would be free if these jobs stopped: tried on a draft for the job that asks for room, and
// undone when the trial goes. What preemptions share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "cluster/node_set.hpp"
#include "scheduler/preemption.hpp"

namespace berth {

class Trial {
 public:
  // All outlive it.
  Trial(const Request& request, const PreemptionView& view, const Placer& placer)
      : request_(request), view_(view), placer_(placer) {}
  ~Trial() { back_to(0); }
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  void stop(JobId job) {
    view_.draft.stop(job);
    stopped_.push_back(job);
  }
  void stop_all(const std::vector<JobId>& jobs);
  // Only the first `many` are stopped still.
  void back_to(std::size_t many);
  // In the order in which they were stopped.
  [[nodiscard]] const std::vector<JobId>& stopped() const { return stopped_; }

  [[nodiscard]] const Occupancy& free() const { return view_.draft.occupancy(view_.scope); }
  // False when it can not fit for want of GPUs alone.
  [[nodiscard]] bool has_gpus() const { return free().free_gpus() >= request_.shape.total_gpus(); }
  [[nodiscard]] bool fits() const { return has_gpus() && placer_.fits(request_, at()); }
  [[nodiscard]] std::optional<Placement> place() const { return placer_.place(request_, at()); }
  [[nodiscard]] bool has(const Placement& placement) const {
    return free().has(request_.shape, placement);
  }
  [[nodiscard]] const Holding& holding(JobId job) const {
    return view_.draft.cluster().holding(job);
  }

  // Of `jobs` those that have to stop for this placement, in their order; nobody stops in vain.
  // Whoever was stopped before the trial got to `jobs` stays so: back_to(`before`). REQUIRES: it is
  // free when all of them stop.
  std::vector<JobId> needed(const Placement& placement, const std::vector<JobId>& jobs,
                            std::size_t before);

 private:
  [[nodiscard]] View at() const { return {free(), view_.now, view_.run, view_.scope}; }
  void drop_those_in_vain(const Placement& placement, std::vector<JobId>& jobs, std::size_t before);

  const Request& request_;
  const PreemptionView& view_;
  const Placer& placer_;
  std::vector<JobId> stopped_;
};

// The jobs that leave already to make room for this one, or for nobody who waits, as far as they
// hold anything: room to come that needs no further victim.
std::vector<JobId> leaving_for(const Request& request, const PreemptionView& view);

// It sets free no more GPUs than these; of shares perhaps none.
std::uint64_t frees_at_most(const Holding& holding, const Fleet& fleet);
// Whether who holds this is in the way of the request on some of these nodes: it is on one of them,
// or one of the two wants nobody else in the domain of one.
bool in_the_way(const Holding& holding, const Request& request, const NodeSet& nodes,
                const Fleet& fleet);

// Those that it names, of a fleet of so many.
NodeSet nodes_of(const Placement& placement, std::uint32_t nodes);
// Nodes of `placement` that are in `nodes`.
std::size_t overlap(const Placement& placement, const NodeSet& nodes);

}  // namespace berth
