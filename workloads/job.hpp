// A job as the world submits it: what it asks for, how long it will really run, and how long its
// user said it would. Schedulers never see this (they see a Request, without the truth).
#pragma once

#include <cstdint>
#include <memory>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "workloads/terms.hpp"

namespace berth {

// What a job asks for, before any fleet is known. Exactly one of `gpus`, `gpu_milli` and
// `whole_nodes` is positive, or none for a CPU-only job (then `cpu_milli` is positive).
struct Ask {
  std::uint32_t gpus = 0;         // in all; cluster/shape.hpp says how they are split
  std::uint32_t whole_nodes = 0;  // nodes with all that is in them
  std::int64_t cpu_milli = 0;     // millicores, in all
  std::int64_t memory = 0;        // bytes, in all
  std::uint32_t gpu_milli = 0;    // a share of one GPU, in thousandths: 1 to 999
  std::uint32_t tasks = 0;        // it is split into so many; 0: as few as nodes allow

  bool operator==(const Ask&) const = default;
};

// What becomes of a job that nobody else stops, when its work is over.
enum class Ends : std::uint8_t {
  completed,
  failed,     // by itself: its user's error
  cancelled,  // by its user
};

struct Job {
  std::uint64_t number = 0;  // the name it has in its source; unique there
  SimTime submit{};
  Duration work{};   // how long it runs when nobody stops it
  Duration limit{};  // > 0; it is stopped after running this long, unless it is the work exactly
  Ends ends = Ends::completed;
  Ask ask;
  std::int32_t priority = 0;  // higher is more urgent
  TenantId tenant;
  ClassId job_class;
  PartitionId partition;
  CommunicationId communication;
  std::uint32_t source = 0;            // which workload of the config it came from
  std::shared_ptr<const Terms> terms;  // null: nothing beyond its size

  // A limit that is the work to the nanosecond is what the source knows of the job, not what a user
  // wrote: schedulers plan with it, but it stops nobody whom the network slows.
  [[nodiscard]] Duration stopped_after() const { return limit == work ? longest_duration : limit; }

  bool operator==(const Job&) const = default;
};

}  // namespace berth
