#include "app/unheeded_terms.hpp"

#include <algorithm>
#include <cstddef>
#include <variant>

namespace berth {
namespace {

constexpr std::array texts{
    "jobs' reservations are not looked at; add admission: {kind: reservations, ...}",
    "jobs' queues are not looked at; add admission: {kind: kueue, ...}",
    "jobs' accounts and QOS are not looked at; add slurm: {...} to the policy",
    "jobs' levels are not looked at; placer tas does",
    "jobs' segments are not looked at; placers slurm_block and tas do",
    "jobs' switches are not looked at; placer slurm_tree does",
    "partitions and limits of policy.slurm are not kept; add admission: limits"};

bool lays_down(const SlurmLimits& limits) {
  const auto written = [](const auto& one) { return one.has_value(); };
  return std::ranges::any_of(limits.group, written) ||
         std::ranges::any_of(limits.per_user, written) ||
         std::ranges::any_of(limits.per_job, written) || limits.group_jobs ||
         limits.jobs_per_user || limits.wall;
}

// Of a partition, a QOS or an account: what only the admission limits keeps.
bool lays_down_limits(const SlurmSite& site) {
  const auto partition = [](const SlurmPartition& one) {
    return one.nodes != "ALL" || one.min_nodes > 0 || one.max_nodes || one.max_time ||
           !one.accounts.empty() || !one.qos.empty();
  };
  const auto limited = [](const auto& one) { return lays_down(one.limits); };
  return std::ranges::any_of(site.partitions(), partition) ||
         std::ranges::any_of(site.qos(), limited) ||
         std::ranges::any_of(site.associations(), limited);
}

}  // namespace

UnheededTerms::UnheededTerms(const Policy& policy) {
  for (const auto& admission : policy.admission) {
    const Minds minds = admission->minds();
    heeded_[reservation] = heeded_[reservation] || minds.reservation;
    heeded_[queue] = heeded_[queue] || minds.queue;
    heeded_[slurm_limits] = heeded_[slurm_limits] || minds.limits;
  }
  heeded_[account] = policy.site->asks();
  heeded_[slurm_limits] = heeded_[slurm_limits] || !lays_down_limits(*policy.site);
  const Heeds heeds = policy.placer->heeds();
  heeded_[level] = heeds.level;
  heeded_[segment] = heeds.segment;
  heeded_[switches] = heeds.switches;
}

void UnheededTerms::on(SimTime /*now*/, const Record& record) {
  const auto* submitted = std::get_if<Submitted>(&record);
  if (submitted == nullptr) {
    return;
  }
  const auto note = [this](Term term, bool asked) {
    if (asked && !heeded_[term]) {
      ++jobs_[term];
    }
  };
  note(slurm_limits, true);
  if (!submitted->job.job.terms) {
    return;
  }
  const Terms& terms = *submitted->job.job.terms;
  note(reservation, !terms.reservation.empty());
  note(queue, !terms.queue.empty());
  note(account, !terms.account.empty() || !terms.qos.empty());
  note(level, !terms.level.empty());
  note(segment, terms.segment > 0);
  note(switches, terms.switches.has_value());
}

std::vector<SourceWarning> UnheededTerms::warnings() const {
  static_assert(texts.size() == count);
  std::vector<SourceWarning> warnings;
  for (std::size_t term = 0; term < count; ++term) {
    if (jobs_[term] > 0) {
      warnings.push_back({texts[term], jobs_[term]});
    }
  }
  return warnings;
}

}  // namespace berth
