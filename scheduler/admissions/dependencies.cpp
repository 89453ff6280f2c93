// Holds, begin times, dependencies and limits of job arrays, as sbatch takes them (Slurm,
// sbatch(1):
// --hold, --begin, --dependency, --array). Dependencies name jobs of the same source by their
// number, submitted before. A job whose dependency can no longer come true waits with the reason
// DependencyNeverSatisfied, as Slurm leaves it by default. `singleton` waits for earlier jobs of
// the same tenant and class, for jobs have no names here.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "core/check.hpp"
#include "scheduler/admission.hpp"

namespace berth {
namespace {

class Dependencies final : public Admission {
 public:
  [[nodiscard]] bool heeds_terms() const override { return true; }
  [[nodiscard]] std::optional<Reason> refuses(const Request& request, SimTime now) const override {
    if (!request.terms) {
      return std::nullopt;
    }
    const Terms& terms = *request.terms;
    if (terms.held) {
      return Reason::held;
    }
    if (now < terms.begin) {
      return Reason::begin_time;
    }
    std::optional<Reason> waits;
    for (const Dependency& on : terms.after) {
      const auto reason = refuses(request, on, now);
      waits = reason == Reason::dependency_never || !waits ? reason : waits;
    }
    return waits ? waits : refuses_array(request);
  }

  [[nodiscard]] std::string never(const Request& request) const override {
    for (const Dependency& on : after(request)) {
      if (on.kind != Dependency::Kind::singleton && !jobs_.contains({request.source, on.job})) {
        return "depends on job " + std::to_string(on.job) + ", which was not submitted before it";
      }
    }
    return {};
  }

  void submitted(const Request& request, SimTime /*now*/) override {
    jobs_[name(request)] = {};
    alike_[kin(request)].insert(request.sequence);
    if (request.terms && request.terms->begin > request.submit) {
      changes_.insert(request.terms->begin);
    }
    for (const Dependency& on : after(request)) {
      if (on.kind == Dependency::Kind::after) {
        delay(jobs_.at(name_of(request, on)), on.delay);
      }
    }
  }
  void started(const Request& request, const Placement& /*placement*/, SimTime now) override {
    Known& job = jobs_.at(name(request));
    count_array(request, 1);
    let_follow(job, now);
  }
  void stopped(const Request& request, Stop how, SimTime now) override {
    Known& job = jobs_.at(name(request));
    if (job.started) {
      count_array(request, -1);
    }
    if (how == Stop::requeued || how == Stop::suspended) {
      return;
    }
    let_follow(job, now);
    job.ended = how;
    alike_[kin(request)].erase(request.sequence);
  }

  void begin_pass(SimTime /*now*/) override { lets_in_ = false; }
  [[nodiscard]] bool lets_in() const override { return lets_in_; }
  [[nodiscard]] std::optional<SimTime> wake_at(SimTime now) const override {
    const auto next = changes_.upper_bound(now);
    return next == changes_.end() ? std::nullopt : std::optional(*next);
  }

 private:
  struct Known {
    std::optional<SimTime> started;
    std::optional<Stop> ended;
    std::set<Duration> delays;  // of those that wait for its start
  };
  using Name = std::pair<std::uint32_t, std::uint64_t>;  // source and number
  using Kin = std::pair<TenantId, ClassId>;

  void delay(Known& job, Duration by) {
    if (job.started) {
      changes_.insert(berth::after(*job.started, by));
    } else {
      job.delays.insert(by);
    }
  }

  // It started, or left without: whoever waits for that counts from the first time.
  void let_follow(Known& job, SimTime now) {
    if (job.started) {
      return;
    }
    job.started = now;
    for (const Duration later : job.delays) {
      lets_in_ = lets_in_ || later == Duration{};
      changes_.insert(berth::after(now, later));
    }
    job.delays.clear();
    changes_.erase(changes_.begin(), changes_.lower_bound(now));
  }

  static Name name(const Request& request) { return {request.source, request.number}; }
  static Name name_of(const Request& request, const Dependency& on) {
    const bool alone = on.kind == Dependency::Kind::singleton;
    return {request.source, alone ? request.number : on.job};
  }
  static Kin kin(const Request& request) { return {request.tenant, request.job_class}; }
  static const std::vector<Dependency>& after(const Request& request) {
    static const std::vector<Dependency> none;
    return request.terms ? request.terms->after : none;
  }

  [[nodiscard]] std::optional<Reason> refuses(const Request& request, const Dependency& on,
                                              SimTime now) const {
    if (on.kind == Dependency::Kind::singleton) {
      const bool first = *alike_.at(kin(request)).begin() == request.sequence;
      return first ? std::nullopt : std::optional(Reason::dependency);
    }
    const Known& job = jobs_.at({request.source, on.job});
    if (on.kind == Dependency::Kind::after) {
      const bool due = job.started && now >= berth::after(*job.started, on.delay);
      return due ? std::nullopt : std::optional(Reason::dependency);
    }
    if (!job.ended) {
      return Reason::dependency;
    }
    const bool well = *job.ended == Stop::completed;
    const bool true_now =
        on.kind == Dependency::Kind::after_any || well == (on.kind == Dependency::Kind::after_ok);
    return true_now ? std::nullopt : std::optional(Reason::dependency_never);
  }

  [[nodiscard]] std::optional<Reason> refuses_array(const Request& request) const {
    const Terms& terms = *request.terms;
    const auto running = running_of_array_.find({request.source, terms.array});
    const bool full = terms.array_limit > 0 && running != running_of_array_.end() &&
                      running->second >= terms.array_limit;
    return full ? std::optional(Reason::array_limit) : std::nullopt;
  }
  void count_array(const Request& request, int more) {
    if (request.terms && request.terms->array != 0) {
      running_of_array_[{request.source, request.terms->array}] += static_cast<std::uint32_t>(more);
    }
  }

  std::map<Name, Known> jobs_;
  std::map<Kin, std::set<std::uint64_t>> alike_;  // that have not ended, by sequence
  std::map<Name, std::uint32_t> running_of_array_;
  std::set<SimTime> changes_;  // begin times, and delays that run out
  bool lets_in_ = false;
};

}  // namespace

std::unique_ptr<Admission> dependencies(Setting /*setting*/) {
  return std::make_unique<Dependencies>();
}

}  // namespace berth
