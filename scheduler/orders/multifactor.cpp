// Slurm's order: who may stop others, who has a reservation, the PriorityTier of the partition,
// then the priority of priority/multifactor (scheduler/multifactor.hpp), all as of the end of the
// last PriorityCalcPeriod. Time and order of submission come after, as everywhere. The site factor
// of a job is the priority that its workload gives it. Age counts from when admission lets it
// (begin times, dependencies); who yields and waits again keeps its age.
#include "scheduler/multifactor.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "scheduler/admission.hpp"
#include "scheduler/asked.hpp"
#include "scheduler/fair_share.hpp"
#include "scheduler/order.hpp"

namespace berth {
namespace {

// TRES as they are counted in weights and bills: CPUs, GiB, GPUs, nodes.
double in_units(std::int64_t count, std::size_t tres) {
  constexpr std::array<double, tres_kinds> units{1000, 1073741824.0, 1000, 1};
  return static_cast<double>(count) / units[tres];
}

double part_of(double part, double whole) { return whole > 0 ? part / whole : 0; }

bool may_wait_for_others(const Request& request) {
  return request.terms && (request.terms->begin > request.submit || !request.terms->after.empty());
}

class Multifactor final : public JobOrder {
 public:
  explicit Multifactor(const MultifactorOptions& options) : options_(options) {}

  void begin_run(const RunContext& context) override {
    context_.emplace(context);
    const SlurmSite& site = context.site;
    fair_share_.emplace(site, options_);
    for (const SlurmPartition& partition : site.partitions()) {
      totals_[partition.name] = held_by(SlurmSite::nodes(partition, context.fleet), context.fleet);
      most_partition_ = std::max(most_partition_, partition.priority_job_factor);
    }
    for (const SlurmQos& qos : site.qos()) {
      most_qos_ = std::max(most_qos_, qos.priority);
    }
    for (std::uint32_t i = 0; i < site.associations().size(); ++i) {
      most_assoc_ = std::max(most_assoc_, site.priority(i));
    }
    for (std::uint32_t node = 0; node < context.fleet.nodes(); ++node) {
      all_cpu_milli_ += context.fleet.kind(NodeId(node)).cpu_milli;
    }
  }

  [[nodiscard]] std::int64_t key(const Request& request) const override {
    if (!context_) {
      return 0;  // outside of a run all are alike
    }
    const SlurmPartition& partition = context_->site.partition(request, context_->catalog);
    const SlurmQos& qos = context_->site.qos(request, context_->catalog);
    constexpr int tier_bits = 16;
    constexpr int priority_bits = 32;
    const bool preempts = context_->preemption && !qos.preempt.empty();
    const bool reserved = request.terms && !request.terms->reservation.empty();
    const std::int64_t first = (preempts ? 2 : 0) + (reserved ? 1 : 0);
    const std::int64_t second = (first << tier_bits) + partition.priority_tier;
    return -((second << priority_bits) + priority(request, partition, qos));
  }

  bool refresh(SimTime now) override {
    release(now);
    const bool anew = fair_share_->refresh(now);
    return anew && (options_.age > 0 || options_.fair_share > 0);
  }

  void submitted(const Request& request, SimTime /*now*/) override {
    static_cast<void>(fair_share_->user(membership(request), request.tenant));
    if (may_wait_for_others(request)) {
      not_eligible_[request.id] = request;
    }
  }
  void started(const Request& request, const Placement& /*placement*/, SimTime now) override {
    const auto user = fair_share_->user(membership(request), request.tenant);
    fair_share_->started(request.id, user, bill(request), now);
    running_.insert(request.id);
    not_eligible_.erase(request.id);
  }
  void stopped(const Request& request, Stop how, SimTime now) override {
    if (running_.erase(request.id) > 0) {
      fair_share_->stopped(request.id, now);
    }
    if (how != Stop::requeued && how != Stop::suspended) {
      not_eligible_.erase(request.id);
      eligible_.erase(request.id);
    }
  }

 private:
  [[nodiscard]] SlurmSite::Membership membership(const Request& request) const {
    return context_->site.membership(request, context_->catalog);
  }

  // A second of it, on the account of its user.
  [[nodiscard]] double bill(const Request& request) const {
    const TresCounts counts = asked(request, context_->fleet);
    double sum = 0;
    for (std::size_t i = 0; i < tres_kinds; ++i) {
      sum += options_.billing[i] * in_units(counts[i], i);
    }
    return sum * context_->site.qos(request, context_->catalog).usage_factor;
  }

  // Who is let from now on ages from now on.
  void release(SimTime now) {
    std::erase_if(not_eligible_, [&](const auto& waiting) {
      const bool waits = std::ranges::any_of(context_->admission, [&](const auto& admission) {
        const auto reason = admission->refuses(waiting.second, now);
        return reason >= Reason::held && reason <= Reason::dependency_never;
      });
      if (!waits) {
        eligible_[waiting.first] = now;
      }
      return !waits;
    });
  }

  [[nodiscard]] double age(const Request& request) const {
    if (not_eligible_.contains(request.id)) {
      return 0;
    }
    const auto since = eligible_.find(request.id);
    const SimTime from = since == eligible_.end() ? request.submit : since->second;
    return age_factor(fair_share_->period_end() - from, options_.max_age);
  }

  [[nodiscard]] std::int64_t priority(const Request& request, const SlurmPartition& partition,
                                      const SlurmQos& qos) const {
    if (request.terms && request.terms->held) {
      return 0;
    }
    const SlurmSite::Membership member = membership(request);
    const auto user = fair_share_->find(member, request.tenant);
    const double assoc = context_->site.priority(member.user.value_or(member.account));
    Factors factors;
    factors.age = age(request);
    factors.assoc = options_.normal_assoc ? part_of(assoc, most_assoc_) : assoc;
    factors.fair_share = user ? fair_share_->factor(*user) : 0;
    factors.job_size = job_size(request);
    factors.partition = options_.normal_partition
                            ? part_of(partition.priority_job_factor, most_partition_)
                            : partition.priority_job_factor;
    factors.qos = options_.normal_qos ? part_of(qos.priority, most_qos_) : qos.priority;
    const TresCounts counts = asked(request, context_->fleet);
    const TresCounts& totals = totals_.at(partition.name);
    for (std::size_t i = 0; i < tres_kinds; ++i) {
      const double count = in_units(counts[i], i);
      factors.tres[i] = options_.normal_tres ? part_of(count, in_units(totals[i], i)) : count;
    }
    factors.site = request.priority;
    factors.nice = request.terms ? request.terms->nice : 0;
    return multifactor_priority(factors, options_);
  }

  [[nodiscard]] double job_size(const Request& request) const {
    const TresCounts counts = asked(request, context_->fleet);
    JobSize size;
    size.nodes = static_cast<double>(counts[static_cast<std::size_t>(Tres::node)]);
    size.cpus = static_cast<double>(counts[static_cast<std::size_t>(Tres::cpu)]);
    size.all_nodes = context_->fleet.nodes();
    size.all_cpus = static_cast<double>(all_cpu_milli_);
    size.limit = request.estimate;
    return job_size_factor(size, options_);
  }

  MultifactorOptions options_;
  std::optional<RunContext> context_;
  std::optional<FairShare> fair_share_;
  std::map<std::string, TresCounts> totals_;  // by partition
  std::int64_t all_cpu_milli_ = 0;
  std::uint32_t most_partition_ = 0;
  std::uint32_t most_qos_ = 0;
  std::uint32_t most_assoc_ = 0;
  std::set<JobId> running_;
  std::map<JobId, Request> not_eligible_;
  std::map<JobId, SimTime> eligible_;  // since when, of those who waited for it
};

}  // namespace

std::unique_ptr<JobOrder> multifactor(Setting setting) {
  return std::make_unique<Multifactor>(MultifactorOptions::read(setting));
}

}  // namespace berth
