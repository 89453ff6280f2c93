// The run as the allocator sees it, where nodes are leased.
#include <algorithm>
#include <set>
#include <utility>

#include "core/error.hpp"
#include "scheduler/reach.hpp"
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

// Of each tenant's jobs the first that no admission holds back.
void Simulation::tell_of_pieces_by_tenant() {
  std::set<std::uint32_t> seen;
  std::vector<NodeId> nodes;
  const Occupancy& free = cluster_.occupancy();
  const Leases* leases = cluster_.leases();
  const std::size_t tenants = leases != nullptr ? leases->tenants().size() : jobs_.size();
  const WaitingQueue& waiting = scheduler_.queue();
  for (auto at = waiting.first(); at != waiting.end() && seen.size() < tenants;
       at = waiting.next(at)) {
    const JobId job = waiting[at].job;
    const Reason reason = scheduler_.reason(job);
    if (of_admission(reason) || !seen.insert(scheduler_.line_of(job)).second) {
      continue;
    }
    const Request& first = scheduler_.request(job);
    const ScopeId scope = scope_at(policy_.admission, cluster_.scopes(), first, now_);
    if ((reason != Reason::resources && reason != Reason::topology) ||
        first.shape.total_gpus() > draft_.occupancy(scope).free_gpus()) {
      continue;
    }
    const NodeSet& own = cluster_.scopes().nodes(scope);
    for (std::uint32_t node = own.first(); node != NodeSet::none; node = own.next(node + 1)) {
      if (free.free_gpu_milli(NodeId(node)) > 0 && free.available(NodeId(node))) {
        nodes.emplace_back(node);
      }
    }
  }
  std::ranges::sort(nodes);
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  std::uint64_t milli = 0;
  for (const NodeId node : nodes) {
    milli += free.free_gpu_milli(node);
  }
  if (nodes != pieces_on_ || milli != pieces_milli_) {
    pieces_on_ = std::move(nodes);
    pieces_milli_ = milli;
    tell(FreeInPieces{milli > 0, &pieces_on_, milli});
  }
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
