// Tiresias-L (Gu et al., NSDI'19), discretized least attained service: a job begins in the first
// queue and comes down to the next when the GPU time that it has held reaches that queue's
// threshold. Jobs of a higher queue come first; inside a queue it is first in, first out, and who
// runs is before who waits, so that equals do not stop each other. A job that comes down goes to
// the end of the lower queue, behind those that wait there.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/int128.hpp"
#include "scheduler/order.hpp"

namespace berth {
namespace {

constexpr std::int64_t last_place = std::int64_t{1} << 40;
constexpr std::int64_t thousandths =
    1'000'000'000'000;  // of a GPU for a nanosecond, in a GPU-second

class LeastAttained final : public JobOrder {
 public:
  explicit LeastAttained(std::vector<std::int64_t> thresholds)
      : thresholds_(std::move(thresholds)), queues_(thresholds_.size() + 1) {}

  [[nodiscard]] std::int64_t key(const Request& request) const override {
    const Known job = request.id.index() < jobs_.size() ? jobs_[request.id.index()] : Known{};
    return static_cast<std::int64_t>(job.queue) * (last_place + 1) + job.place;
  }
  [[nodiscard]] bool by_progress() const override { return true; }

  bool refresh(SimTime now) override {
    for (auto& queue : queues_) {
      std::ranges::stable_partition(queue, [this](JobId id) { return of(id).runs; });
    }
    bool changed = come_down(now);
    for (const auto& queue : queues_) {
      for (std::size_t i = 0; i < queue.size(); ++i) {
        const auto place = static_cast<std::int64_t>(i);
        changed = changed || of(queue[i]).place != place;
        of(queue[i]).place = place;
      }
    }
    return changed;
  }

  // When the first of those that run comes down.
  [[nodiscard]] std::optional<SimTime> wake_at(SimTime now) const override {
    std::optional<SimTime> first;
    for (const JobId id : running_) {
      const Known& job = jobs_[id.index()];
      if (job.queue < thresholds_.size() && (!first || comes_down(job) < *first)) {
        first = comes_down(job);
      }
    }
    return first ? std::optional(std::max(*first, now + Duration(1))) : std::nullopt;
  }

  void submitted(const Request& request, SimTime /*now*/) override {
    jobs_.resize(std::max<std::size_t>(jobs_.size(), request.id.index() + 1));
    of(request.id) = Known{};
    queues_.front().push_back(request.id);
  }
  void started(const Request& request, const Placement& /*placement*/, SimTime now) override {
    Known& job = of(request.id);
    job.runs = true;
    job.since = now;
    job.gpu_milli = request.shape.total_gpu_milli();
    running_.insert(request.id);
  }
  void stopped(const Request& request, Stop how, SimTime now) override {
    Known& job = of(request.id);
    job.attained = attained(job, now);
    job.runs = false;
    running_.erase(request.id);
    if (how != Stop::requeued && how != Stop::suspended) {
      std::erase(queues_[job.queue], request.id);
      job = Known{};
    }
  }

 private:
  struct Known {
    std::size_t queue = 0;
    std::int64_t place = last_place;  // in its queue, as of the last refresh()
    bool runs = false;
    SimTime since{};
    std::uint64_t gpu_milli = 0;
    Int128 attained = 0;  // up to its last stop, in thousandths of a GPU x nanoseconds
  };

  Known& of(JobId id) { return jobs_[id.index()]; }
  static Int128 attained(const Known& job, SimTime now) {
    const Duration runs = job.runs ? now - job.since : Duration{};
    return job.attained + Int128{runs.count()} * Int128{job.gpu_milli};
  }
  [[nodiscard]] Int128 threshold(const Known& job) const {
    return Int128{thresholds_[job.queue]} * thousandths;
  }
  // REQUIRES: it runs, and there is a lower queue.
  [[nodiscard]] SimTime comes_down(const Known& job) const {
    const Int128 lacks = std::max(threshold(job) - job.attained, Int128{0});
    const Int128 rate = job.gpu_milli;
    const Int128 takes = rate == 0 ? Int128{longest_duration.count()} : (lacks + rate - 1) / rate;
    return after(
        job.since,
        Duration(static_cast<std::int64_t>(std::min(takes, Int128{longest_duration.count()}))));
  }

  // In the order of the times at which they did; of one instant, in the order of their queue.
  bool come_down(SimTime now) {
    bool any = false;
    for (std::size_t queue = 0; queue < thresholds_.size(); ++queue) {
      std::vector<std::pair<SimTime, JobId>> down;
      for (const JobId id : queues_[queue]) {
        if (of(id).runs && comes_down(of(id)) <= now) {
          down.emplace_back(comes_down(of(id)), id);
        }
      }
      std::ranges::stable_sort(down, {}, &std::pair<SimTime, JobId>::first);
      for (const auto& [at, id] : down) {
        std::erase(queues_[queue], id);
        queues_[queue + 1].push_back(id);
        ++of(id).queue;
        any = true;
      }
    }
    return any;
  }

  std::vector<std::int64_t> thresholds_;  // ascending, in GPU-seconds
  std::vector<std::vector<JobId>> queues_;
  std::set<JobId> running_;
  std::vector<Known> jobs_;  // by job
};

std::vector<std::int64_t> read_thresholds(Setting setting) {
  const auto written = setting.is_map() ? setting.find("thresholds") : std::nullopt;
  if (!written) {
    return {3250, 7200};
  }
  std::vector<std::int64_t> thresholds;
  for (const Setting& one : written->items()) {
    const std::int64_t least = thresholds.empty() ? 1 : thresholds.back() + 1;
    thresholds.push_back(one.count(least, 1'000'000'000'000));
  }
  if (thresholds.empty()) {
    written->fail("is a list of GPU-seconds, is empty", "[3250, 7200] are those of Tiresias");
  }
  return thresholds;
}

}  // namespace

std::unique_ptr<JobOrder> least_attained(Setting setting) {
  return std::make_unique<LeastAttained>(read_thresholds(setting));
}

}  // namespace berth
