// What a Slurm site lays down once for all parts of a policy: partitions (slurm.conf), QOS and
// accounts with their users (sacctmgr). The order reads priorities and shares of it, admission
// limits, preemption who may stop whom; so they stand together, at `slurm:` of the policy. Names
// are Slurm's, in lower case. A job's partition is its own; its user is its tenant; terms name its
// account and QOS.
//
//   slurm:
//     conf: slurm.conf              # its partitions; or:
//     partitions:
//       gpu: {nodes: "n[0-9]", max_time: 2d, priority_tier: 10, default_qos: normal}
//     qos:
//       high: {priority: 100, preempt: [normal], grace_time: 60s, max_jobs_per_user: 4}
//       normal: {group_tres: {gpu: 64}}
//     accounts:
//       physics: {shares: 10, users: {alice: 5, bob: {shares: 2, max_jobs: 3}}}
//       guests:                     # without `users` it takes anybody, with one share each
//     default_account: guests       # of users that no account lists; else they are an error
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/node_set.hpp"
#include "core/settings.hpp"
#include "core/time.hpp"
#include "scheduler/request.hpp"
#include "topology/fleet.hpp"
#include "workloads/catalog.hpp"

namespace berth {

// What is counted (Slurm's trackable resources): thousandths of CPUs and of GPUs, bytes, nodes.
enum class Tres : std::uint8_t { cpu, memory, gpu, node };
inline constexpr std::size_t tres_kinds = 4;
inline constexpr std::array<std::string_view, tres_kinds> tres_names{"cpu", "memory", "gpu",
                                                                     "node"};
using TresCounts = std::array<std::int64_t, tres_kinds>;
using TresLimits = std::array<std::optional<std::int64_t>, tres_kinds>;  // nothing: no limit

struct SlurmLimits {
  TresLimits group{};                       // of all jobs that run in it (GrpTRES)
  TresLimits per_user{};                    // of those of one user (MaxTRESPerUser), of a QOS only
  TresLimits per_job{};                     // MaxTRESPerJob
  std::optional<std::uint32_t> group_jobs;  // that run (GrpJobs)
  std::optional<std::uint32_t> jobs_per_user;  // that run (MaxJobsPerUser; MaxJobs of a user)
  std::optional<Duration> wall;                // of a job (MaxWall)
};

enum class PreemptMode : std::uint8_t { off, cancel, requeue, suspend };

// Who is stopped, and how; nothing: as the preemption says for all.
struct SlurmPreemption {
  std::optional<PreemptMode> mode;
  std::optional<Duration> grace;
};

struct SlurmPartition {
  std::string name;
  std::string nodes;  // a hostlist; "ALL": all of them
  std::uint32_t min_nodes = 0;
  std::optional<std::uint32_t> max_nodes;
  std::optional<Duration> max_time;
  std::uint32_t priority_tier = 1;
  std::uint32_t priority_job_factor = 1;
  std::string default_qos;            // "": that of the site
  std::vector<std::string> accounts;  // that may use it; empty: all
  std::vector<std::string> qos;       // the same
  SlurmPreemption preemption;
  bool exclusive_topo = false;  // its jobs have the blocks that they use for themselves
  Where where{};                // of `nodes`
};

struct SlurmQos {
  std::string name;
  std::uint32_t priority = 0;
  double usage_factor = 1;           // of what its jobs use, for fair share
  std::vector<std::string> preempt;  // QOS whose jobs it may stop
  SlurmPreemption preemption;
  std::optional<Duration> exempt;  // its jobs run at least so long (PreemptExemptTime)
  SlurmLimits limits;
};

// An account, or a user in one. Limits of an account hold for all below it.
struct SlurmAssociation {
  std::string name;
  std::uint32_t parent = 0;  // an index; the root's is its own
  bool user = false;
  bool open = false;  // an account that takes users whom it does not list
  std::uint32_t shares = 1;
  std::optional<std::uint32_t> priority;  // nothing: that of its parent
  SlurmLimits limits;
};

class SlurmSite {
 public:
  // Of a job: its account, and its user in it; no user where an open account takes anybody.
  struct Membership {
    std::uint32_t account = 0;
    std::optional<std::uint32_t> user;
  };

  // What stands at `slurm` of a policy, or a site that lays down nothing.
  static std::shared_ptr<const SlurmSite> read(Setting policy);
  // One partition, one QOS, one open account.
  SlurmSite();

  // InputError when a partition names nodes that the fleet does not have.
  void check_fleet(const Fleet& fleet) const;
  // InputError when a partition is about blocks, where the placer knows of none.
  void check_knows_no_blocks() const;
  // True when something is written, so that jobs have to be checked.
  [[nodiscard]] bool asks() const { return !path_.empty(); }
  // InputError when the job names a partition, QOS or account that there is not, or is of a user
  // who has no account.
  void check(const Request& request, const Catalog& catalog) const;

  // InputError at a key of `slurm`, for parts to which what stands there means nothing.
  [[noreturn]] void fail(const std::string& key, const std::string& what,
                         const std::string& remedy) const;

  // REQUIRES of the three: check() throws nothing.
  [[nodiscard]] const SlurmPartition& partition(const Request& request,
                                                const Catalog& catalog) const {
    return partition(request.partition, catalog);
  }
  [[nodiscard]] const SlurmPartition& partition(PartitionId id, const Catalog& catalog) const;
  [[nodiscard]] const SlurmQos& qos(const Request& request, const Catalog& catalog) const;
  [[nodiscard]] Membership membership(const Request& request, const Catalog& catalog) const;

  [[nodiscard]] const std::vector<SlurmPartition>& partitions() const { return partitions_; }
  [[nodiscard]] const std::vector<SlurmQos>& qos() const { return qos_; }
  // Parents before their children; the first is the root.
  [[nodiscard]] const std::vector<SlurmAssociation>& associations() const { return associations_; }
  // The nodes of a partition.
  static NodeSet nodes(const SlurmPartition& partition, const Fleet& fleet);
  // The priority of an association, or what it inherits.
  [[nodiscard]] std::uint32_t priority(std::uint32_t association) const;

 private:
  friend class SlurmSiteReader;
  [[nodiscard]] const SlurmPartition* find_partition(std::string_view name) const;
  [[nodiscard]] const SlurmQos* find_qos(std::string_view name) const;
  [[nodiscard]] const std::string& name_of_qos(const Request& request,
                                               const Catalog& catalog) const;
  [[nodiscard]] std::optional<Membership> find_membership(const std::string& account,
                                                          const std::string& user) const;

  bool has_partitions_ = false;  // written down, so that others are errors
  bool has_qos_ = false;
  std::vector<SlurmPartition> partitions_;  // the first is that of jobs that name none
  std::vector<SlurmQos> qos_;               // the first likewise
  std::string default_qos_;
  std::vector<SlurmAssociation> associations_;
  std::optional<std::uint32_t> default_account_;
  std::string path_;  // of `slurm` in its file
  Where where_;
};

}  // namespace berth
