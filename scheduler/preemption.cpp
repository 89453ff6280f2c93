#include "scheduler/preemption.hpp"

#include <array>
#include <utility>

#include "core/check.hpp"
#include "scheduler/maker.hpp"

namespace berth {
namespace {

std::unique_ptr<Preemption> nobody(Setting /*setting*/) { return nullptr; }

#define PREEMPTION(name, does) Maker<Preemption>{#name, does, name},
constexpr std::array preemptions{
    Maker<Preemption>{"none", "nobody yields", nobody},
#include "scheduler/preemptions.inc"
};
#undef PREEMPTION

}  // namespace

void RunningJobs::started(const Request& request, SimTime now) {
  const std::uint32_t job = request.id.index();
  if (job >= ticket_of_.size()) {
    ticket_of_.resize(job + 1);
  }
  ticket_of_[job] = ++tickets_;
  running_.emplace(tickets_, Running{request, now});
}

void RunningJobs::stopped(JobId job) {
  const auto found = running_.find(ticket_of_[job.index()]);
  check(found != running_.end(), "only a running job stops");
  if (found->second.leaving) {
    std::erase(leaving_, job);
  }
  running_.erase(found);
}

void RunningJobs::leaves(JobId job, JobId by) {
  Running& running = running_.at(ticket_of_[job.index()]);
  check(!running.leaving, "a job is told to yield once");
  running.leaving = true;
  running.leaves_for = by;
  leaving_.push_back(job);
}

void RunningJobs::waits_no_more(JobId by) {
  for (const JobId job : leaving_) {
    Running& running = running_.at(ticket_of_[job.index()]);
    if (running.leaves_for == by) {
      running.leaves_for.reset();
    }
  }
}

const RunningJobs::Running& RunningJobs::at(JobId job) const {
  return running_.at(ticket_of_[job.index()]);
}

std::unique_ptr<Preemption> make_preemption(Setting setting) { return make(preemptions, setting); }
std::vector<std::string_view> preemption_names() { return names(preemptions); }
std::string_view preemption_summary(std::string_view name) { return summary(preemptions, name); }

}  // namespace berth
