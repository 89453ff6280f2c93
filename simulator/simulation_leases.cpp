// The run as the allocator sees it, where nodes are leased.
#include <algorithm>
#include <utility>

#include "core/error.hpp"
#include "simulator/simulation.hpp"

namespace berth {

// Contracts bind where the policy keeps jobs to leases; else one pool serves all.
std::unique_ptr<Allocator> Simulation::allocator() {
  if (!std::ranges::any_of(policy_.admission, &Admission::keeps_to_leases)) {
    return nullptr;
  }
  if (options_.bare_metal == nullptr || !options_.horizon) {
    throw InputError({}, "admission: leases keeps jobs to leases, but there are none",
                     "write bare_metal: {tenants, contracts} and a horizon");
  }
  Premises& here = *this;
  return std::make_unique<Allocator>(*options_.bare_metal, *options_.horizon, *policy_.placer,
                                     options_.run, cluster_, here);
}

void Simulation::handle(const Leasing& leasing) {
  allocator_->handle(now_, leasing.due);
  plan_due_ = true;
}

void Simulation::call_at(SimTime at, LeaseDue due) {
  queue_.schedule(at, rank(Leasing{}), Leasing{due});
}

void Simulation::move(NodeId node, NodeState to) { move(node, to, cause_of_leases()); }

void Simulation::send(NodeId node, std::vector<Stage> course) {
  Course one;
  one.stages = std::move(course);
  one.cause = cause_of_leases();
  courses_[node] = std::move(one);
  go_on(node);
}

void Simulation::clear(const std::vector<NodeId>& nodes) {
  for (const JobId id : jobs_on(nodes)) {
    interrupt(id, cause_of_leases());
  }
  requeue_interrupted();
  for (const NodeId node : nodes) {
    displace_from(node);
  }
  plan_due_ = true;
}

void Simulation::told(const LeaseTold& record) { tell(record); }

std::vector<JobId> Simulation::jobs_on(const std::vector<NodeId>& nodes) const {
  std::vector<JobId> jobs;
  for (const NodeId node : nodes) {
    const auto here = cluster_.jobs_on(node);
    jobs.insert(jobs.end(), here.begin(), here.end());
  }
  std::ranges::sort(jobs);
  jobs.erase(std::unique(jobs.begin(), jobs.end()), jobs.end());
  return jobs;
}

std::uint32_t Simulation::cause_of_leases() const {
  return options_.causes != nullptr ? static_cast<std::uint32_t>(options_.causes->size()) : 0;
}

std::string_view Simulation::cause_name(std::uint32_t cause) const {
  if (cause >= cause_of_leases()) {
    return cause == cause_of_leases() ? "lease" : "upgrade";
  }
  return (*options_.causes)[cause];
}

}  // namespace berth
