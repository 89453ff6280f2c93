// What Slurm writes into the fields of sacct: lengths of time, job ids, states and TRES.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"

namespace berth {

// "2-03:00:00", "03:00:00", "00:30", "00:00.512", each part but the first below its usual bound.
std::optional<Duration> parse_slurm_length(std::string_view text);

struct SacctId {
  // Of the job "123": 123. Of the task "123_4" and the part "123+1" of a job: numbers of their own,
  // beyond all of jobs.
  std::uint64_t number = 0;
  std::uint64_t job = 0;
  bool step = false;   // "123.batch", "123.0": part of a job that has a line of its own
  bool array = false;  // "123_4": a task of the array 123; "123_[5-9%2]": several, on one line
  std::vector<std::uint32_t> tasks;  // of a line for several, as far as they are listed
  std::uint32_t at_once = 0;         // of "%2": so many tasks of the array run at a time; 0: any
  // The number of one of several tasks.
  [[nodiscard]] std::uint64_t number_of(std::uint32_t task) const;
};
std::optional<SacctId> parse_sacct_id(std::string_view text);

enum class SacctState : std::uint8_t {
  completed,
  failed,
  cancelled,
  timeout,
  stopped,  // by others: NODE_FAIL, PREEMPTED, REQUEUED ...
  waiting,
  running,
};
// "CANCELLED by 1000" is CANCELLED.
std::optional<SacctState> parse_sacct_state(std::string_view text);

struct SacctTres {
  std::int64_t cpus = 0;
  std::int64_t memory = 0;  // bytes
  std::int64_t gpus = 0;
  std::int64_t nodes = 0;
  std::string gpu_model;  // of gres/gpu:MODEL, when there is only one
};
// "billing=8,cpu=8,gres/gpu=4,mem=64G,node=1"; what it does not know it leaves out. What is wrong
// goes to `why`.
std::optional<SacctTres> parse_sacct_tres(std::string_view text, std::string& why);

}  // namespace berth
