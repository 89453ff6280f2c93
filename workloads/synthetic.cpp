#include "workloads/synthetic.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/samplers.hpp"
#include "workloads/arrivals.hpp"
#include "workloads/bundles.hpp"
#include "workloads/draws.hpp"
#include "workloads/labels.hpp"
#include "workloads/limits.hpp"
#include "workloads/mixes.hpp"
#include "workloads/shape.hpp"
#include "workloads/user_ends.hpp"

namespace berth {
namespace {

constexpr std::int64_t jobs_most = 1'000'000'000;

struct Model {
  std::optional<std::uint64_t> jobs;
  std::unique_ptr<const Arrivals> arrivals;
  Asks asks;
  WorkBySize work;
  Limits limits;
  Mix<std::string> tenants;
  Mix<std::int32_t> priorities;
  Labels labels;
  Bundles bundles;
  UserEnds ends;
};

Model read_model(Setting setting) {
  std::optional<std::uint64_t> jobs;
  if (const auto written = setting.find("jobs")) {
    jobs = static_cast<std::uint64_t>(written->count(1, jobs_most));
  }
  const Setting rhythm = setting.at("arrivals");
  auto arrivals = read_arrivals(rhythm);
  if (!jobs && !arrivals->takes_time()) {
    rhythm.fail("without a gap, jobs arrive without end at one instant",
                "say how many with `jobs`");
  }
  Asks asks(setting);
  WorkBySize work(setting.at("work"), asks.smallest());
  return {jobs,
          std::move(arrivals),
          std::move(asks),
          std::move(work),
          Limits::read(setting),
          read_tenants(setting),
          read_priorities(setting),
          Labels::read_names(setting, "training", "dense"),
          Bundles::read(setting),
          UserEnds::read(setting)};
}

class SyntheticSource final : public JobSource {
 public:
  SyntheticSource(const Model& model, RunKey run, std::uint32_t index, Catalog& catalog)
      : model_(model),
        run_(run),
        index_(index),
        blank_(model.labels.job(catalog)),
        arrivals_(run, Stream::arrivals, index) {
    for (const auto& name : model.tenants.values) {
      tenants_.push_back(catalog.tenants.id(name));
    }
  }

  bool next(Job& job) override {
    if (model_.jobs && number_ == *model_.jobs) {
      return false;
    }
    if (model_.bundles.first(number_ + 1) == number_ + 1) {
      now_ = model_.arrivals->after(now_, arrivals_);
    }
    const Duration submit = to_duration(now_);
    if (submit == longest_duration) {
      return false;
    }
    job = blank_;
    job.number = ++number_;
    job.submit = SimTime{submit};
    draw(job);
    job.terms = model_.bundles.terms(job.number, job.terms);
    return true;
  }
  [[nodiscard]] std::optional<double> progress() const override {
    if (!model_.jobs) {
      return std::nullopt;
    }
    return static_cast<double>(number_) / static_cast<double>(*model_.jobs);
  }

 private:
  // The order of the draws is a promise: see draws.hpp. Jobs that come together have the size, the
  // tenant and the priority of the first of them.
  void draw(Job& job) const {
    Random draws = draws_of_job(run_, index_, job.number);
    std::uint32_t size = draw_size_and_owner(job, draws);
    if (const std::uint64_t first = model_.bundles.first(job.number); first != job.number) {
      Random draws_of_first = draws_of_job(run_, index_, first);
      size = draw_size_and_owner(job, draws_of_first);
    }
    Random draws_of_limit = draws;
    draws.next();
    job.work = model_.work.draw(size, draws);
    job.limit = model_.limits(job.work, draws_of_limit);
    model_.ends.settle(job, draws_of_end(run_, index_, job.number));
  }
  std::uint32_t draw_size_and_owner(Job& job, Random& draws) const {
    const std::uint32_t size = model_.asks.draw(job.ask, draws);
    job.tenant = tenants_[model_.tenants(draws)];
    job.priority = model_.priorities.values[model_.priorities(draws)];
    return size;
  }

  const Model& model_;
  RunKey run_;
  std::uint32_t index_;
  Job blank_;
  Random arrivals_;
  std::vector<TenantId> tenants_;
  double now_ = 0;
  std::uint64_t number_ = 0;
};

class Synthetic final : public Workload {
 public:
  explicit Synthetic(Setting setting) : model_(read_model(setting)) {}
  [[nodiscard]] std::unique_ptr<JobSource> open(RunKey run, std::uint32_t index,
                                                Catalog& catalog) const override {
    return std::make_unique<SyntheticSource>(model_, run, index, catalog);
  }
  [[nodiscard]] bool finite() const override { return model_.jobs.has_value(); }

 private:
  Model model_;
};

}  // namespace

std::unique_ptr<const Workload> synthetic(Setting setting) {
  return std::make_unique<Synthetic>(setting);
}

}  // namespace berth
