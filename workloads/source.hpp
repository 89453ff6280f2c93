// Where jobs come from. A Workload is what the config describes; opened for one run it is a
// JobSource, which is pulled one job ahead, so that a year of jobs holds one arrival in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.hpp"
#include "core/settings.hpp"
#include "workloads/catalog.hpp"
#include "workloads/job.hpp"

namespace berth {

// Something odd in the input that did not stop the run, and how often it was met.
struct SourceWarning {
  std::string text;  // "jobs without a run time were dropped"
  std::uint64_t count = 0;
};

class JobSource {
 public:
  virtual ~JobSource() = default;
  // The next job in order of submission; false at the end. Throws InputError on bad input.
  virtual bool next(Job& job) = 0;
  // The part of the source that was read, 0..1; nothing when it has no end of its own.
  [[nodiscard]] virtual std::optional<double> progress() const { return std::nullopt; }
  [[nodiscard]] virtual std::vector<SourceWarning> warnings() const { return {}; }
};

class Workload {
 public:
  virtual ~Workload() = default;
  // A fresh source for one run; `catalog` and this workload outlive it. Two sources opened with
  // equal keys give equal jobs. `index` is the place of this workload in the config: it keys its
  // random streams.
  [[nodiscard]] virtual std::unique_ptr<JobSource> open(RunKey run, std::uint32_t index,
                                                        Catalog& catalog) const = 0;
  // The files it reads, for digests in the manifest.
  [[nodiscard]] virtual std::vector<std::string> files() const { return {}; }
  // True when the jobs end by themselves (a log, or a synthetic source with `jobs`), so that a run
  // needs no horizon.
  [[nodiscard]] virtual bool finite() const { return true; }
};

// Reads {kind: NAME, ...}: see workloads/workloads.cpp for the table of kinds. Relative file names
// are relative to the file the setting was written in.
std::unique_ptr<const Workload> make_workload(Setting setting);
std::vector<std::string_view> workload_kinds();

// Merges sources by time of submission; at one instant the earlier source in the list first. Each
// job learns which of them it came from.
std::unique_ptr<JobSource> merge_sources(std::vector<std::unique_ptr<JobSource>> sources);

}  // namespace berth
