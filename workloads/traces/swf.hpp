// The Standard Workload Format: 18 numbers a line, -1 for "not known", `;` before comments.
// https://www.cs.huji.ac.il/labs/parallel/workload/swf.html
//
// What is not in the format but in logs: a job without a requested time gets its run time as its
// limit; without requested processors it asks for the allocated ones. Jobs without a run time or
// processors, jobs cancelled before they ran, and lines of partial executions (status 2..4: the
// line of the whole job stands before them) are dropped. All of these are counted as warnings.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "workloads/catalog.hpp"
#include "workloads/source.hpp"
#include "workloads/text_lines.hpp"
#include "workloads/traces/log_options.hpp"

namespace berth {

struct SwfOptions {
  enum class ProcsAs { gpus, nodes };
  enum class Procs { requested, allocated };
  enum class TenantFrom { user, group };
  enum class PartitionFrom { none, queue, partition };

  LogOptions log;
  ProcsAs procs_as = ProcsAs::gpus;
  std::int64_t procs_per_node = 1;  // for ProcsAs::nodes, rounding up
  Procs procs = Procs::requested;
  TenantFrom tenant_from = TenantFrom::user;
  PartitionFrom partition_from = PartitionFrom::none;
};

// `options.log.path` and its window are not used. `catalog` outlives the source.
std::unique_ptr<JobSource> read_swf(TextLines lines, const SwfOptions& options, Catalog& catalog);

// The directives at the top of a log, in order: {"MaxProcs", "100"}, {"UnixStartTime", ...}.
using SwfHeader = std::vector<std::pair<std::string, std::string>>;
SwfHeader read_swf_header(TextLines lines);

}  // namespace berth
