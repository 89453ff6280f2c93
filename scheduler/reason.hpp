// Why a job waits, in Slurm's words where Slurm has one (squeue's REASON), in Kueue's where not.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace berth {

enum class Reason : std::uint8_t {
  resources,    // what it asks for is not free
  reservation,  // it is free, but promised to others
  priority,     // jobs before it wait, and nobody overtakes
  // --- of admission: it may not start whatever is free; others may pass it
  // ------------------------
  held,                   // by its user
  begin_time,             // it is not yet time
  dependency,             // others have to end first
  dependency_never,       // what it depends on did not end so
  array_limit,            // so many tasks of its array run already
  partition_nodes,        // it asks for more nodes than its partition lets a job have
  partition_time,         // or for more time
  qos_max_jobs_per_user,  // limits of its QOS ...
  qos_max_gpu_per_user,
  qos_max_gpu_per_job,
  qos_max_wall,
  qos_group_jobs,
  qos_group_gpu,
  assoc_max_jobs,  // ... and of its account and user
  assoc_max_gpu_per_job,
  assoc_max_wall,
  assoc_group_jobs,
  assoc_group_gpu,
  qos_group_cpu,  // the same of what else is counted
  qos_group_memory,
  qos_group_node,
  qos_max_cpu_per_user,
  qos_max_memory_per_user,
  qos_max_node_per_user,
  assoc_group_cpu,
  assoc_group_memory,
  assoc_group_node,
  advance_reservation,  // the reservation that it names is not open
  quota,                // of its cluster queue and cohort
  queue_head,           // an earlier job of its StrictFIFO queue waits
  lease,                // its tenant has not got so many nodes yet
  min_member,           // too few pods of its group have come that would start with it
  preempted,            // it yielded to a job that waits still: others have their grace
  suspended,            // its GPUs are held by who suspended it
  topology,             // free, but not where it asks for it (switches, level, segment)
};

inline constexpr std::array<std::string_view, 38> reason_names{"Resources",
                                                               "Reservation",
                                                               "Priority",
                                                               "JobHeldUser",
                                                               "BeginTime",
                                                               "Dependency",
                                                               "DependencyNeverSatisfied",
                                                               "JobArrayTaskLimit",
                                                               "PartitionNodeLimit",
                                                               "PartitionTimeLimit",
                                                               "QOSMaxJobsPerUserLimit",
                                                               "QOSMaxGRESPerUser",
                                                               "QOSMaxGRESPerJob",
                                                               "QOSMaxWallDurationPerJobLimit",
                                                               "QOSGrpJobsLimit",
                                                               "QOSGrpGRES",
                                                               "AssocMaxJobsLimit",
                                                               "AssocMaxGRESPerJob",
                                                               "AssocMaxWallDurationPerJobLimit",
                                                               "AssocGrpJobsLimit",
                                                               "AssocGrpGRES",
                                                               "QOSGrpCpuLimit",
                                                               "QOSGrpMemLimit",
                                                               "QOSGrpNodeLimit",
                                                               "QOSMaxCpuPerUserLimit",
                                                               "QOSMaxMemoryPerUser",
                                                               "QOSMaxNodePerUserLimit",
                                                               "AssocGrpCpuLimit",
                                                               "AssocGrpMemLimit",
                                                               "AssocGrpNodeLimit",
                                                               "ReservationNotOpen",
                                                               "QuotaExceeded",
                                                               "QueueHeadWaits",
                                                               "Lease",
                                                               "MinMember",
                                                               "Preempted",
                                                               "Suspended",
                                                               "Topology"};

// True of reasons for which others may pass it in any order: room for it is not the question.
constexpr bool of_admission(Reason reason) {
  return reason >= Reason::held && reason <= Reason::suspended;
}

inline std::string_view to_string(Reason reason) {
  return reason_names[static_cast<std::size_t>(reason)];
}

}  // namespace berth
