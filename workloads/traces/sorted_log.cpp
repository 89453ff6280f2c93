#include "workloads/traces/sorted_log.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "workloads/draws.hpp"

namespace berth {
namespace {

class SortedJobs final : public JobSource {
 public:
  SortedJobs(std::vector<Job> jobs, const Limits& limits, RunKey run, std::uint32_t index)
      : jobs_(std::move(jobs)), limits_(limits), run_(run), index_(index) {
    std::ranges::stable_sort(jobs_, {}, &Job::submit);
  }
  bool next(Job& job) override {
    if (given_ == jobs_.size()) {
      return false;
    }
    job = jobs_[given_++];
    job.number = given_;
    Random draws = draws_of_job(run_, index_, job.number);
    job.limit = limits_(job.work, draws);
    return true;
  }
  [[nodiscard]] std::optional<double> progress() const override {
    return static_cast<double>(given_) / static_cast<double>(jobs_.size());
  }

 private:
  std::vector<Job> jobs_;
  Limits limits_;
  RunKey run_;
  std::uint32_t index_;
  std::size_t given_ = 0;
};

class SortedLog final : public Workload {
 public:
  SortedLog(Setting setting, ReadJobs read)
      : options_(SortedLogOptions::read(setting)), read_(std::move(read)) {}

  [[nodiscard]] std::unique_ptr<JobSource> open(RunKey run, std::uint32_t index,
                                                Catalog& catalog) const override {
    std::vector<Job> jobs = read_(options_.log, catalog);
    if (jobs.empty()) {
      throw InputError(Where{options_.log.path}, "holds no job");
    }
    return in_window(sorted_jobs(std::move(jobs), options_.limits, run, index), options_.log);
  }
  [[nodiscard]] std::vector<std::string> files() const override { return {options_.log.path}; }

 private:
  SortedLogOptions options_;
  ReadJobs read_;
};

}  // namespace

std::unique_ptr<JobSource> sorted_jobs(std::vector<Job> jobs, const Limits& limits, RunKey run,
                                       std::uint32_t index) {
  return std::make_unique<SortedJobs>(std::move(jobs), limits, run, index);
}

SortedLogOptions SortedLogOptions::read(Setting map) {
  return {LogOptions::read(map), Limits::read(map)};
}

std::unique_ptr<const Workload> sorted_log(Setting setting, ReadJobs read) {
  return std::make_unique<SortedLog>(setting, std::move(read));
}

}  // namespace berth
