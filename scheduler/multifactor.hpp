// The formulas of Slurm's priority/multifactor (priority_multifactor.shtml): factors from what is
// known of a job, and the priority that weights make of them,
//
//   P = site + age + assoc + fair share + job size + partition + QOS + sum of TRES - nice
//
// each but the first and last its weight times a factor, cut to [1, 2^32 - 1]; 0 is for held jobs.
// Factors are 0..1 unless they are told not to be normal (PriorityFlags=NO_NORMAL_*).
#pragma once

#include <array>
#include <cstdint>

#include "core/settings.hpp"
#include "core/time.hpp"
#include "scheduler/slurm_site.hpp"

namespace berth {

struct MultifactorOptions {
  // PriorityWeight*.
  std::int64_t age = 0;
  std::int64_t assoc = 0;
  std::int64_t fair_share = 0;
  std::int64_t job_size = 0;
  std::int64_t partition = 0;
  std::int64_t qos = 0;
  std::array<std::int64_t, tres_kinds> tres{};

  Duration max_age{};                   // PriorityMaxAge
  bool favour_small = false;            // PriorityFavorSmall
  bool small_relative_to_time = false;  // PriorityFlags=SMALL_RELATIVE_TO_TIME
  bool normal_assoc = true;             // else NO_NORMAL_ASSOC, and so on
  bool normal_partition = true;
  bool normal_qos = true;
  bool normal_tres = true;
  Duration period{};     // PriorityCalcPeriod
  Duration half_life{};  // PriorityDecayHalfLife; 0: nothing is forgotten
  // What a second of use costs (TRESBillingWeights): by CPU, GiB of memory, GPU, node.
  std::array<double, tres_kinds> billing{};

  // {weights: {age: 1000, fair_share: 10000, tres: {gpu: 100}}, max_age: 7d, favour: large, ...}.
  // Weights that are not written are 0, as in Slurm. InputError when those of normal factors sum to
  // more than a priority can be.
  static MultifactorOptions read(Setting order);
};

struct Factors {
  double age = 0;
  double assoc = 0;
  double fair_share = 0;
  double job_size = 0;
  double partition = 0;
  double qos = 0;
  std::array<double, tres_kinds> tres{};
  std::int64_t site = 0;
  std::int64_t nice = 0;
};

// REQUIRES: the job is not held.
std::uint32_t multifactor_priority(const Factors& factors, const MultifactorOptions& options);

// min(1, wait / max_age); 0 for who is not eligible yet. REQUIRES: max_age > 0.
double age_factor(Duration wait, Duration max_age);

struct JobSize {
  double nodes = 0;      // the fewest that it can do with
  double cpus = 0;       // 0: not known
  double all_nodes = 1;  // of the cluster
  double all_cpus = 0;
  Duration limit{};
};
// Without CPUs nodes alone count. Relative to time: the larger of its CPUs and its nodes' part of
// all CPUs, of all CPUs, by minute of its limit (of at least one); favouring small, 1 less that.
double job_size_factor(const JobSize& size, const MultifactorOptions& options);

// What is left after `time` of what was used: (1 - 0.693 / half-life in seconds)^seconds.
double decay(Duration time, Duration half_life);

}  // namespace berth
