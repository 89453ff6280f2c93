// Pods of the openb trace as jobs.
//
//   gpu_spec   true: a pod runs on GPUs of the models that it names (in the lists gpuspec* of the
//              trace); false: on any
//   arrivals   recorded: each pod comes when it was created and runs as long as it did; or
//              {kind: at_once, shuffle: true, until_gpus: G}: all come at once, in an order that
//              the seed draws, and stay for good; then pods of the list are drawn again, one by
//              one, until all of them ask for G GPUs. This is how FGD (ATC'23) fills a cluster.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "core/samplers.hpp"
#include "workloads/draws.hpp"
#include "workloads/traces/openb_pods.hpp"
#include "workloads/traces/readers.hpp"
#include "workloads/traces/sorted_log.hpp"

namespace berth {
namespace {

constexpr std::size_t jobs_most = 10'000'000;

// All at once, and how many.
struct AtOnce {
  bool shuffle = true;
  std::optional<std::int64_t> until_gpu_milli;
};

std::optional<AtOnce> read_arrivals(Setting setting) {
  const auto arrivals = setting.find("arrivals");
  if (!arrivals) {
    static_cast<void>(setting.text_or("arrivals", "recorded"));
    return std::nullopt;
  }
  if (arrivals->kind_among({"recorded", "at_once"}) == 0) {
    return std::nullopt;
  }
  AtOnce at_once;
  if (arrivals->is_map()) {
    at_once.shuffle = arrivals->flag_or("shuffle", true);
    if (const auto gpus = arrivals->find("until_gpus")) {
      at_once.until_gpu_milli = std::llround(1000 * gpus->number(0, 1e9));
    }
  }
  return at_once;
}

std::int64_t gpu_milli_of(const Job& job) {
  return 1000 * std::int64_t{job.ask.gpus} + job.ask.gpu_milli;
}

// Fisher and Yates.
void shuffle(std::vector<Job>& jobs, Random& draws) {
  for (std::size_t left = jobs.size(); left > 1; --left) {
    std::swap(jobs[left - 1], jobs[uniform_below(draws, left)]);
  }
}

void draw_again(std::vector<Job>& jobs, std::int64_t until_gpu_milli, Random& draws,
                const std::string& path) {
  const std::size_t list = jobs.size();
  std::int64_t asked = 0;
  for (const Job& job : jobs) {
    asked += gpu_milli_of(job);
  }
  if (asked == 0) {
    throw InputError(Where{path}, "holds no pod that asks for a GPU");
  }
  while (asked < until_gpu_milli) {
    if (jobs.size() == jobs_most) {
      throw InputError(Where{path}, "has to be drawn from too often to ask for so many GPUs");
    }
    jobs.push_back(Job(jobs[uniform_below(draws, list)]));
    asked += gpu_milli_of(jobs.back());
  }
}

// In the order given.
class Jobs final : public JobSource {
 public:
  explicit Jobs(std::vector<Job> jobs) : jobs_(std::move(jobs)) {}
  bool next(Job& job) override {
    if (given_ == jobs_.size()) {
      return false;
    }
    job = jobs_[given_++];
    job.number = given_;
    return true;
  }
  [[nodiscard]] std::optional<double> progress() const override {
    return static_cast<double>(given_) / static_cast<double>(jobs_.size());
  }

 private:
  std::vector<Job> jobs_;
  std::size_t given_ = 0;
};

// Reads pods as jobs; pods that name the same models share their terms.
class PodReader {
 public:
  PodReader(const LogOptions& options, GpuSpec gpu_spec, Catalog& catalog)
      : options_(options), gpu_spec_(gpu_spec), blank_(options.labels.job(catalog)) {
    blank_.tenant = catalog.tenants.id(options.tenant.value_or(std::string(default_name)));
  }

  [[nodiscard]] Job job(const OpenbPod& pod) {
    Job job = blank_;
    job.ask = pod.ask;
    if (gpu_spec_ == GpuSpec::honoured && !pod.gpu_models.empty()) {
      job.terms = terms_of(pod.gpu_models);
    }
    return job;
  }

  // A pod that never ran is taken to have wanted the time until it was deleted.
  [[nodiscard]] Job recorded(const OpenbPod& pod) {
    if (!pod.created || !pod.deleted) {
      throw InputError(Where{options_.path}, "pod " + pod.name + " has no time",
                       "only arrivals: {kind: at_once} can do without the columns creation_time "
                       "and deletion_time");
    }
    Job job = this->job(pod);
    job.submit = SimTime{*pod.created};
    job.work = *pod.deleted - pod.scheduled.value_or(*pod.created);
    return job;
  }

 private:
  std::shared_ptr<const Terms> terms_of(const std::vector<std::string>& models) {
    auto& terms = terms_[models];
    if (!terms) {
      Terms some = blank_.terms ? *blank_.terms : Terms{};
      some.gpu_models = models;
      terms = std::make_shared<const Terms>(std::move(some));
    }
    return terms;
  }

  const LogOptions& options_;
  GpuSpec gpu_spec_;
  Job blank_;
  std::map<std::vector<std::string>, std::shared_ptr<const Terms>> terms_;
};

class Openb final : public Workload {
 public:
  explicit Openb(Setting setting)
      : log_(LogOptions::read(setting)),
        gpu_spec_(setting.flag_or("gpu_spec", false) ? GpuSpec::honoured : GpuSpec::ignored),
        at_once_(read_arrivals(setting)) {
    if (!at_once_) {
      limits_ = Limits::read(setting);
    } else if (const auto limits = setting.find("limits")) {
      limits->fail("does not go with arrivals at_once", "the pods stay for good");
    }
  }

  [[nodiscard]] std::unique_ptr<JobSource> open(RunKey run, std::uint32_t index,
                                                Catalog& catalog) const override {
    PodReader reader(log_, gpu_spec_, catalog);
    std::vector<Job> jobs;
    for (const OpenbPod& pod : read_openb_pods(log_.path)) {
      jobs.push_back(at_once_ ? staying(reader.job(pod)) : reader.recorded(pod));
    }
    if (!at_once_) {
      return in_window(sorted_jobs(std::move(jobs), limits_, run, index), log_);
    }
    Random draws = draws_of_job(run, index, 0);  // no job has this number
    if (at_once_->shuffle) {
      shuffle(jobs, draws);
    }
    if (at_once_->until_gpu_milli) {
      draw_again(jobs, *at_once_->until_gpu_milli, draws, log_.path);
    }
    return in_window(std::make_unique<Jobs>(std::move(jobs)), log_);
  }
  [[nodiscard]] std::vector<std::string> files() const override { return {log_.path}; }
  [[nodiscard]] bool finite() const override { return !at_once_; }

 private:
  static Job staying(Job job) {
    job.work = longest_duration;
    job.limit = longest_duration;
    return job;
  }

  LogOptions log_;
  GpuSpec gpu_spec_;
  std::optional<AtOnce> at_once_;
  Limits limits_;
};

}  // namespace

std::unique_ptr<const Workload> openb(Setting setting) { return std::make_unique<Openb>(setting); }

}  // namespace berth
