// What the readers of all job logs have in common: the file, which part of it is wanted, and the
// names its jobs carry.
//
//   file        the log; relative to the file this is written in
//   from until  the window of submit times, [from, until); times then count from `from`
//   load_scale  2: twice the load, by halving every gap between submissions
//   max_jobs    stop after so many
//   class partition priority tenant communication
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/settings.hpp"
#include "core/time.hpp"
#include "workloads/labels.hpp"
#include "workloads/source.hpp"

namespace berth {

struct LogWindow {
  Duration from{};
  Duration until = longest_duration;
  double load_scale = 1;
  std::uint64_t max_jobs = 1'000'000'000;
};

// The path at `file`, which can be read; relative to the file that it is written in.
std::string read_log_path(Setting map);

struct LogOptions {
  std::string path;
  LogWindow window;
  Labels labels;
  std::optional<std::string> tenant;  // instead of what the log says

  static LogOptions read(Setting map);
};

// The jobs of `log` inside the window. A log that holds none is an InputError.
std::unique_ptr<JobSource> in_window(std::unique_ptr<JobSource> log, const LogOptions& options);

}  // namespace berth
