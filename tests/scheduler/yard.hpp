// Jobs that run on a fleet, to ask a preemption which of them yield.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/preemption.hpp"
#include "scheduler/slurm_site.hpp"

namespace berth::testing {

class Yard {
 public:
  // `fleet` outlives it.
  Yard(const Fleet& fleet, std::unique_ptr<Preemption> preemption,
       std::unique_ptr<const Placer> placer,
       std::shared_ptr<const SlurmSite> site = std::make_shared<const SlurmSite>())
      : preemption_(std::move(preemption)),
        placer_(std::move(placer)),
        order_(fifo()),
        site_(std::move(site)),
        cluster_(fleet) {
    Listener& listener = *preemption_;
    listener.begin_run(
        {fleet, *placer_, cluster_.scopes(), catalog_, run_, *site_, admission_, true});
  }

  // A job that runs since then. Ids are given in the order of the calls, and so are sequences.
  JobId run(Request request, const Placement& placement, SimTime since) {
    request.id = JobId(next_++);
    request.sequence = next_;
    Draft draft(cluster_);
    draft.start(request.id, request.shape, Placement(placement));
    draft.commit();
    running_.started(request, since);
    static_cast<Listener&>(*preemption_).started(request, placement, since);
    return request.id;
  }
  void leaves(JobId job, JobId by) { running_.leaves(job, by); }

  // Who yields to it; everything is as before afterwards.
  std::optional<Eviction> asks(Request request, SimTime now) {
    request.id = next_id();
    request.sequence = next_ + 1;
    Draft draft(cluster_);
    const std::uint64_t free = cluster_.occupancy().free_gpus();
    auto eviction = preemption_->make_room(
        request, {draft, running_, now, run_, request.scope, admission_, *order_});
    check(draft.stops().empty() && cluster_.occupancy().free_gpus() == free,
          "what was tried is undone");
    return eviction;
  }
  PartitionId partition(const std::string& name) { return catalog_.partitions.id(name); }
  // Of the job that asks.
  [[nodiscard]] JobId next_id() const { return JobId(next_); }
  [[nodiscard]] const Cluster& cluster() const { return cluster_; }
  [[nodiscard]] const Placer& placer() const { return *placer_; }

 private:
  std::unique_ptr<Preemption> preemption_;
  std::unique_ptr<const Placer> placer_;
  std::unique_ptr<JobOrder> order_;
  std::shared_ptr<const SlurmSite> site_;
  Cluster cluster_;
  RunningJobs running_;
  Catalog catalog_;
  std::vector<std::unique_ptr<Admission>> admission_;
  RunKey run_;
  std::uint32_t next_ = 0;
};

}  // namespace berth::testing
