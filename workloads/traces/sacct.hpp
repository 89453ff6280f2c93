// What `sacct -P` prints: a header line that names the columns, then a job a line, fields between
// bars. JobID, Submit and Elapsed (or ElapsedRaw) have to be there, and ReqTRES or AllocTRES;
// State, Timelimit (or TimelimitRaw), User, Account, Partition, QOS and NodeList are used where
// they are, others left alone. A command that prints all of it:
//
//   sacct -a -X -P -S 2024-01-01 -o JobID,User,Account,Partition,QOS,Submit,Elapsed,Timelimit,
//         State,ReqTRES,AllocTRES,NodeList
//
// Steps are left out. So are jobs that never ran, and those that run still: nobody knows how long.
// A job that timed out works a second longer than its limit; one that others stopped, as long as it
// ran. All of these are counted as warnings.
#pragma once

#include <memory>

#include "workloads/catalog.hpp"
#include "workloads/source.hpp"
#include "workloads/text_lines.hpp"
#include "workloads/traces/log_options.hpp"

namespace berth {

struct SacctOptions {
  enum class Sizes { requested, allocated };
  enum class TenantFrom { user, account };

  LogOptions log;
  Sizes sizes = Sizes::requested;
  TenantFrom tenant_from = TenantFrom::user;
  bool only_gpus = false;          // CPUs and memory of jobs with GPUs are not asked for
  bool partition_from_log = true;  // else all are of the partition that the config names
};

// `options.log.path` and its window are not used. `catalog` outlives the source. Times count from
// the first submission.
std::unique_ptr<JobSource> read_sacct(TextLines lines, const SacctOptions& options,
                                      Catalog& catalog);

}  // namespace berth
