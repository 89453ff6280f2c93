// Limits of partitions, QOS and accounts (slurm_site.hpp), as Slurm keeps them (resource_limits
// .shtml). Of the limits on one job or one user the first that is written counts: that of the QOS,
// of the user, of the account, and so on up; those of groups all have to hold, at every account
// above. What a partition lets a job have in nodes and time holds whatever the QOS says. A job that
// alone is more than a limit is rejected when it comes; Slurm lets it wait for ever unless told
// otherwise (EnforcePartLimits, DenyOnLimit). Nodes are counted as the fewest that hold the job.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/units.hpp"
#include "scheduler/admission.hpp"
#include "scheduler/asked.hpp"
#include "scheduler/slurm_site.hpp"

namespace berth {
namespace {

using Reasons = std::array<Reason, tres_kinds>;  // by cpu, memory, gpu, node
constexpr Reasons qos_group{Reason::qos_group_cpu, Reason::qos_group_memory, Reason::qos_group_gpu,
                            Reason::qos_group_node};
constexpr Reasons qos_per_user{Reason::qos_max_cpu_per_user, Reason::qos_max_memory_per_user,
                               Reason::qos_max_gpu_per_user, Reason::qos_max_node_per_user};
constexpr Reasons assoc_group{Reason::assoc_group_cpu, Reason::assoc_group_memory,
                              Reason::assoc_group_gpu, Reason::assoc_group_node};

using Words = std::array<std::string_view, tres_kinds>;
constexpr Words qos_per_job{"QOSMaxCpuPerJobLimit", "QOSMaxMemoryPerJob", "QOSMaxGRESPerJob",
                            "QOSMaxNodePerJobLimit"};
constexpr Words assoc_per_job{"AssocMaxCpuPerJobLimit", "AssocMaxMemPerJob", "AssocMaxGRESPerJob",
                              "AssocMaxNodePerJobLimit"};

struct Held {
  std::uint32_t jobs = 0;
  TresCounts tres{};

  void add(const TresCounts& counts, int sign) {
    jobs += static_cast<std::uint32_t>(sign);
    for (std::size_t i = 0; i < tres_kinds; ++i) {
      tres[i] += sign * counts[i];
    }
  }
};

// The first kind of which there would be too much.
std::optional<std::size_t> exceeded(const TresLimits& limits, const TresCounts& held,
                                    const TresCounts& more) {
  for (std::size_t i = 0; i < tres_kinds; ++i) {
    if (limits[i] && more[i] > 0 && held[i] + more[i] > *limits[i]) {
      return i;
    }
  }
  return std::nullopt;
}

std::string amount(std::int64_t count, std::size_t tres) {
  switch (static_cast<Tres>(tres)) {
    case Tres::memory:
      return format_bytes(count) + " of memory";
    case Tres::node:
      return fmt::format("{} nodes", count);
    default:
      return fmt::format("{} {}s", static_cast<double>(count) / 1000, tres_names[tres]);
  }
}

bool lists(const std::vector<std::string>& names, const std::string& name) {
  return names.empty() || std::ranges::find(names, name) != names.end();
}

// Who asks, and by which rules.
struct Asker {
  const SlurmPartition* partition = nullptr;
  const SlurmQos* qos = nullptr;
  std::uint32_t qos_number = 0;
  std::vector<std::uint32_t> chain;  // associations from the user or account up to the root
  std::uint32_t account = 0;
  TenantId user;
  TresCounts counts{};
};

class LimitsAdmission final : public Admission {
 public:
  [[nodiscard]] Minds minds() const override { return {.limits = true}; }
  void begin_run(const RunContext& context) override { context_.emplace(context); }

  [[nodiscard]] ScopeId scope(const Request& request) override {
    const SlurmPartition& partition = context_->site.partition(request, context_->catalog);
    const auto [at, fresh] = scopes_.try_emplace(partition.name, all_nodes);
    if (fresh) {
      at->second = context_->scopes.of(SlurmSite::nodes(partition, context_->fleet));
    }
    return at->second;
  }

  [[nodiscard]] std::string never(const Request& request) const override {
    const Asker asker = asker_of(request);
    if (std::string why = never_in_partition(asker, request); !why.empty()) {
      return why;
    }
    if (std::string why = never_by_qos(asker, request); !why.empty()) {
      return why;
    }
    return never_by_account(asker, request);
  }

  [[nodiscard]] std::optional<Reason> refuses(const Request& request,
                                              SimTime /*now*/) const override {
    const Asker& asker = askers_.at(request.id);
    const auto reason = refuses_qos(asker);
    return reason ? reason : refuses_account(asker);
  }

  void submitted(const Request& request, SimTime /*now*/) override {
    askers_[request.id] = asker_of(request);
  }
  void started(const Request& request, const Placement& /*placement*/, SimTime /*now*/) override {
    running_.insert(request.id);
    count(askers_.at(request.id), 1);
  }
  void stopped(const Request& request, Stop how, SimTime /*now*/) override {
    if (running_.erase(request.id) > 0) {
      count(askers_.at(request.id), -1);
    }
    if (how != Stop::requeued && how != Stop::suspended) {
      askers_.erase(request.id);
    }
  }

 private:
  [[nodiscard]] const SlurmAssociation& association(std::uint32_t index) const {
    return context_->site.associations()[index];
  }

  [[nodiscard]] Asker asker_of(const Request& request) const {
    const SlurmSite& site = context_->site;
    const auto member = site.membership(request, context_->catalog);
    Asker asker;
    asker.partition = &site.partition(request, context_->catalog);
    asker.qos = &site.qos(request, context_->catalog);
    asker.qos_number = static_cast<std::uint32_t>(asker.qos - site.qos().data());
    asker.account = member.account;
    asker.user = request.tenant;
    asker.counts = asked(request, context_->fleet);
    std::uint32_t at = member.user.value_or(member.account);
    for (; at != 0; at = association(at).parent) {
      asker.chain.push_back(at);
    }
    asker.chain.push_back(0);
    return asker;
  }

  // --- what can never be ------------------------------------------------------------------------
  [[nodiscard]] std::string never_in_partition(const Asker& asker, const Request& request) const {
    const SlurmPartition& partition = *asker.partition;
    const std::string name = " partition '" + partition.name + "'";
    if (const auto& account = association(asker.account).name;
        !lists(partition.accounts, account)) {
      return "account '" + account + "' may not use" + name;
    }
    if (!lists(partition.qos, asker.qos->name)) {
      return "QOS '" + asker.qos->name + "' may not use" + name;
    }
    const std::int64_t nodes = asker.counts[static_cast<std::size_t>(Tres::node)];
    if (nodes < partition.min_nodes || nodes > partition.max_nodes.value_or(~0U)) {
      return fmt::format("{}: asks for {} nodes,{} lets a job have {} to {}",
                         to_string(Reason::partition_nodes), nodes, name, partition.min_nodes,
                         partition.max_nodes ? fmt::to_string(*partition.max_nodes) : "any number");
    }
    if (partition.max_time && request.estimate > *partition.max_time) {
      return too_long(to_string(Reason::partition_time), request, *partition.max_time,
                      name.substr(1));
    }
    return {};
  }

  static std::string too_long(std::string_view reason, const Request& request, Duration most,
                              const std::string& who) {
    return fmt::format("{}: asks for {}, {} lets a job have {}", reason,
                       format_duration(request.estimate), who, format_duration(most));
  }
  static std::string too_much(std::string_view reason, const TresCounts& counts,
                              const TresLimits& limits, std::size_t tres, const std::string& who) {
    return fmt::format("{}: asks for {}, {} at most {}", reason, amount(counts[tres], tres), who,
                       amount(*limits[tres], tres));
  }

  [[nodiscard]] static std::string never_by_qos(const Asker& asker, const Request& request) {
    const SlurmLimits& limits = asker.qos->limits;
    const std::string who = "QOS '" + asker.qos->name + "'";
    if (limits.wall && request.estimate > *limits.wall) {
      return too_long(to_string(Reason::qos_max_wall), request, *limits.wall, who);
    }
    if (const auto tres = exceeded(limits.per_job, {}, asker.counts)) {
      return too_much(qos_per_job[*tres], asker.counts, limits.per_job, *tres,
                      who + " lets a job have");
    }
    if (const auto tres = exceeded(limits.per_user, {}, asker.counts)) {
      return too_much(to_string(qos_per_user[*tres]), asker.counts, limits.per_user, *tres,
                      who + " lets a user have");
    }
    if (const auto tres = exceeded(limits.group, {}, asker.counts)) {
      return too_much(to_string(qos_group[*tres]), asker.counts, limits.group, *tres, who + " has");
    }
    if (limits.group_jobs == 0U || limits.jobs_per_user == 0U) {
      return std::string(to_string(Reason::qos_group_jobs)) + ": " + who + " lets no job run";
    }
    return {};
  }

  [[nodiscard]] std::string never_by_account(const Asker& asker, const Request& request) const {
    SlurmLimits own = asker.qos->limits;  // what it says is not asked of accounts
    for (const std::uint32_t at : asker.chain) {
      const SlurmLimits& limits = association(at).limits;
      const std::string who =
          (association(at).user ? "user '" : "account '") + association(at).name + "'";
      if (!own.wall && limits.wall && request.estimate > *limits.wall) {
        return too_long(to_string(Reason::assoc_max_wall), request, *limits.wall, who);
      }
      const TresLimits per_job = first_written(own.per_job, limits.per_job);
      if (const auto tres = exceeded(per_job, {}, asker.counts)) {
        return too_much(assoc_per_job[*tres], asker.counts, per_job, *tres,
                        who + " lets a job have");
      }
      if (const auto tres = exceeded(limits.group, {}, asker.counts)) {
        return too_much(to_string(assoc_group[*tres]), asker.counts, limits.group, *tres,
                        who + " has");
      }
      if (limits.group_jobs == 0U) {
        return std::string(to_string(Reason::assoc_group_jobs)) + ": " + who + " lets no job run";
      }
      if (!own.jobs_per_user && limits.jobs_per_user == 0U) {
        return std::string(to_string(Reason::assoc_max_jobs)) + ": " + who + " lets no job run";
      }
      own.jobs_per_user = own.jobs_per_user ? own.jobs_per_user : limits.jobs_per_user;
      own.wall = own.wall ? own.wall : limits.wall;
      own.per_job = first_written(own.per_job, limits.per_job);
    }
    return {};
  }

  // REQUIRES: `first` was kept to.
  static TresLimits first_written(const TresLimits& first, const TresLimits& second) {
    TresLimits both = first;
    for (std::size_t i = 0; i < tres_kinds; ++i) {
      both[i] = first[i] ? first[i] : second[i];
    }
    return both;
  }

  // --- what cannot be now -----------------------------------------------------------------------
  static std::optional<Reason> refuses_group(const SlurmLimits& limits, const Held& held,
                                             const TresCounts& counts, Reason too_many_jobs,
                                             const Reasons& reasons) {
    if (limits.group_jobs && held.jobs >= *limits.group_jobs) {
      return too_many_jobs;
    }
    const auto tres = exceeded(limits.group, held.tres, counts);
    return tres ? std::optional(reasons[*tres]) : std::nullopt;
  }

  template <class Key>
  static const Held& held_in(const std::map<Key, Held>& all, const Key& key) {
    static const Held nothing;
    const auto found = all.find(key);
    return found == all.end() ? nothing : found->second;
  }

  [[nodiscard]] std::optional<Reason> refuses_qos(const Asker& asker) const {
    const SlurmLimits& limits = asker.qos->limits;
    if (const auto reason = refuses_group(limits, held_in(of_qos_, asker.qos_number), asker.counts,
                                          Reason::qos_group_jobs, qos_group)) {
      return reason;
    }
    const Held& own = held_in(of_user_in_qos_, {asker.qos_number, asker.user});
    if (limits.jobs_per_user && own.jobs >= *limits.jobs_per_user) {
      return Reason::qos_max_jobs_per_user;
    }
    const auto tres = exceeded(limits.per_user, own.tres, asker.counts);
    return tres ? std::optional(qos_per_user[*tres]) : std::nullopt;
  }

  [[nodiscard]] std::optional<Reason> refuses_account(const Asker& asker) const {
    std::optional<std::uint32_t> jobs_most;
    for (const std::uint32_t at : asker.chain) {
      const SlurmLimits& limits = association(at).limits;
      jobs_most = jobs_most ? jobs_most : limits.jobs_per_user;
      if (const auto reason = refuses_group(limits, held_in(of_association_, at), asker.counts,
                                            Reason::assoc_group_jobs, assoc_group)) {
        return reason;
      }
    }
    const Held& own = held_in(of_user_in_account_, {asker.account, asker.user});
    const bool by_qos = asker.qos->limits.jobs_per_user.has_value();
    return !by_qos && jobs_most && own.jobs >= *jobs_most ? std::optional(Reason::assoc_max_jobs)
                                                          : std::nullopt;
  }

  void count(const Asker& asker, int sign) {
    of_qos_[asker.qos_number].add(asker.counts, sign);
    of_user_in_qos_[{asker.qos_number, asker.user}].add(asker.counts, sign);
    of_user_in_account_[{asker.account, asker.user}].add(asker.counts, sign);
    for (const std::uint32_t at : asker.chain) {
      of_association_[at].add(asker.counts, sign);
    }
  }

  std::optional<RunContext> context_;
  std::map<std::string, ScopeId> scopes_;  // by partition
  std::map<JobId, Asker> askers_;          // that wait or run
  std::set<JobId> running_;
  std::map<std::uint32_t, Held> of_qos_;
  std::map<std::pair<std::uint32_t, TenantId>, Held> of_user_in_qos_;
  std::map<std::pair<std::uint32_t, TenantId>, Held> of_user_in_account_;
  std::map<std::uint32_t, Held> of_association_;
};

}  // namespace

std::unique_ptr<Admission> limits(Setting /*setting*/) {
  return std::make_unique<LimitsAdmission>();
}

}  // namespace berth
