#include "scheduler/preemptions/slurm_rank.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "core/error.hpp"

namespace berth {
namespace {

constexpr std::array yields{Yield::requeue, Yield::cancel, Yield::suspend};

// There is none where it would do nothing.
Duration read_grace(Setting setting, Yield mode) {
  const auto grace = setting.find("grace");
  if (grace && mode == Yield::suspend && grace->duration() > Duration{}) {
    grace->fail("a job that is suspended stops at once", "leave grace out, or cancel or requeue");
  }
  return grace ? grace->duration() : setting.duration_or("grace", Duration{});
}

Yield yield_of(PreemptMode mode) {
  return mode == PreemptMode::cancel    ? Yield::cancel
         : mode == PreemptMode::suspend ? Yield::suspend
                                        : Yield::requeue;
}

bool lists(const SlurmQos& qos, const std::string& name) {
  return std::count(qos.preempt.begin(), qos.preempt.end(), name) != 0;
}

}  // namespace

PreemptRanks::PreemptRanks(Setting setting) {
  if (!setting.is_map()) {
    return;
  }
  by_ = static_cast<By>(setting.choice_or("by", "priority", {"priority", "qos", "partition"}));
  mode_ = yields.at(setting.choice_or("mode", "requeue", {"requeue", "cancel", "suspend"}));
  grace_ = read_grace(setting, mode_);
  exempt_ = setting.duration_or("exempt", Duration{});
  within_ = by_ != By::priority && setting.flag_or("within", false);
}

void PreemptRanks::check_site(const SlurmSite& site, Setting setting) const {
  bool anybody = within_;
  for (const SlurmQos& high : site.qos()) {
    for (const SlurmQos& low : site.qos()) {
      const bool stops = by_ == By::qos && lists(high, low.name);
      anybody = anybody || stops;
      if (stops && high.priority <= low.priority) {
        site.fail("qos",
                  "jobs of " + high.name + " may stop those of " + low.name +
                      ", which is not of lower priority",
                  "give " + high.name + " a higher priority");
      }
    }
  }
  if (by_ == By::qos && !anybody) {
    setting.fail("goes by qos, but no QOS of slurm may stop jobs of another",
                 "write preempt: [NAME] at the QOS that may");
  }
  const auto tier = [&site](const SlurmPartition& one) {
    return one.priority_tier == site.partitions().front().priority_tier;
  };
  if (by_ == By::partition && !within_ && std::ranges::all_of(site.partitions(), tier)) {
    setting.fail("goes by partition, but all partitions of slurm have one tier",
                 "write priority_tier: N at the partition that may stop others");
  }
}

void PreemptRanks::begin_run(const RunContext& context) {
  site_ = &context.site;
  catalog_ = &context.catalog;
}

const SlurmPreemption& PreemptRanks::site_of(const Request& request) const {
  static const SlurmPreemption nothing;
  return by_ == By::qos         ? site_->qos(request, *catalog_).preemption
         : by_ == By::partition ? site_->partition(request, *catalog_).preemption
                                : nothing;
}

PreemptRank PreemptRanks::rank(const Request& request) const {
  const std::int64_t within = within_ ? request.priority : 0;
  return by_ == By::qos ? PreemptRank{site_->qos(request, *catalog_).priority, within}
         : by_ == By::partition
             ? PreemptRank{site_->partition(request, *catalog_).priority_tier, within}
             : PreemptRank{request.priority, 0};
}

bool PreemptRanks::may_stop(const Request& by, const Request& victim) const {
  if (off(victim) || rank(victim) >= rank(by)) {
    return false;
  }
  if (by_ != By::qos) {
    return true;
  }
  const SlurmQos& high = site_->qos(by, *catalog_);
  const SlurmQos& low = site_->qos(victim, *catalog_);
  return lists(high, low.name) || (within_ && &high == &low);
}

Victim PreemptRanks::victim(const Request& request) const {
  const SlurmPreemption& said = site_of(request);
  Yield how = said.mode ? yield_of(*said.mode) : mode_;
  if (how == Yield::requeue && request.terms && !request.terms->requeue) {
    how = Yield::cancel;
  }
  const Duration grace = said.grace.value_or(grace_);
  return {request.id, how, how == Yield::suspend ? Duration{} : grace};
}

Duration PreemptRanks::exempt(const Request& request) const {
  return by_ == By::qos ? site_->qos(request, *catalog_).exempt.value_or(exempt_) : exempt_;
}

}  // namespace berth
