#include "bench/support/yardsticks.hpp"

#include <algorithm>
#include <list>
#include <queue>
#include <tuple>

#include "core/random.hpp"
#include "core/samplers.hpp"

namespace berth::bench {
namespace {

struct Running {
  SimTime end;
  std::uint32_t gpus;
  bool operator>(const Running& other) const { return end > other.end; }
};
using Ends = std::priority_queue<Running, std::vector<Running>, std::greater<>>;

struct Expected {  // when a running job will have ended at the latest
  SimTime by;
  SimTime end;
  std::uint32_t gpus;
};

Duration runs(const Job& job) { return std::min(job.work, job.limit); }

// A textbook machine: running jobs in order of expected end.
class EasyMachine {
 public:
  EasyMachine(std::uint32_t gpus, PlainResult& result) : free_(gpus), result_(result) {}

  [[nodiscard]] bool busy() const { return !ends_.empty(); }
  [[nodiscard]] SimTime next_end() const { return ends_.top().end; }

  void end_one() {
    const Running ended = ends_.top();
    ends_.pop();
    free_ += ended.gpus;
    const auto at = std::find_if(expected_.begin(), expected_.end(), [&](const Expected& one) {
      return one.end == ended.end && one.gpus == ended.gpus;
    });
    expected_.erase(at);
  }

  void pass(std::list<const Job*>& waiting, SimTime now) {
    while (!waiting.empty() && waiting.front()->ask.gpus <= free_) {
      start(*waiting.front(), now);
      waiting.pop_front();
    }
    if (waiting.empty()) {
      return;
    }
    reserve(waiting.front()->ask.gpus);
    for (auto at = std::next(waiting.begin()); at != waiting.end();) {
      const Job& job = **at;
      const bool in_time = now + job.limit <= shadow_;
      if (job.ask.gpus <= free_ && (in_time || job.ask.gpus <= extra_)) {
        extra_ -= in_time ? 0 : job.ask.gpus;
        start(job, now);
        at = waiting.erase(at);
      } else {
        ++at;
      }
    }
  }

 private:
  void start(const Job& job, SimTime now) {
    free_ -= job.ask.gpus;
    result_.wait_ns += (now - job.submit).count();
    ++result_.jobs;
    ends_.push({now + runs(job), job.ask.gpus});
    const Expected one{now + job.limit, now + runs(job), job.ask.gpus};
    expected_.insert(
        std::upper_bound(expected_.begin(), expected_.end(), one,
                         [](const Expected& a, const Expected& b) { return a.by < b.by; }),
        one);
  }

  void reserve(std::uint32_t wanted) {
    std::uint32_t then = free_;
    shadow_ = never;
    for (std::size_t i = 0; i < expected_.size(); ++i) {
      then += expected_[i].gpus;
      const bool last = i + 1 == expected_.size() || expected_[i + 1].by != expected_[i].by;
      if (then >= wanted && last) {
        shadow_ = expected_[i].by;
        break;
      }
    }
    extra_ = then - wanted;
  }

  std::uint32_t free_;
  PlainResult& result_;
  Ends ends_;
  std::vector<Expected> expected_;
  SimTime shadow_{};
  std::uint32_t extra_ = 0;
};

}  // namespace

PlainResult plain_fcfs(const std::vector<Job>& jobs, std::uint32_t gpus) {
  PlainResult result;
  Ends ends;
  std::list<const Job*> waiting;
  std::uint32_t free = gpus;
  const auto start = [&](SimTime now) {
    while (!waiting.empty() && waiting.front()->ask.gpus <= free) {
      const Job& job = *waiting.front();
      free -= job.ask.gpus;
      result.wait_ns += (now - job.submit).count();
      ++result.jobs;
      ends.push({now + runs(job), job.ask.gpus});
      waiting.pop_front();
    }
  };
  for (std::size_t next = 0; next < jobs.size() || !ends.empty();) {
    if (!ends.empty() && (next == jobs.size() || ends.top().end <= jobs[next].submit)) {
      const SimTime now = ends.top().end;
      for (; !ends.empty() && ends.top().end == now; ends.pop()) {
        free += ends.top().gpus;
      }
      start(now);
    } else {
      waiting.push_back(&jobs[next]);
      start(jobs[next++].submit);
    }
  }
  return result;
}

PlainResult plain_easy(const std::vector<Job>& jobs, std::uint32_t gpus) {
  PlainResult result;
  EasyMachine machine(gpus, result);
  std::list<const Job*> waiting;
  for (std::size_t next = 0; next < jobs.size() || machine.busy();) {
    if (machine.busy() && (next == jobs.size() || machine.next_end() <= jobs[next].submit)) {
      const SimTime now = machine.next_end();
      while (machine.busy() && machine.next_end() == now) {
        machine.end_one();
      }
      machine.pass(waiting, now);
    } else {
      waiting.push_back(&jobs[next]);
      machine.pass(waiting, jobs[next++].submit);
    }
  }
  return result;
}

std::vector<Job> lognormal_jobs(std::size_t count, std::uint32_t gpus, double load) {
  constexpr double median_s = 300;
  constexpr double sigma = 1.0;
  constexpr double mean_s = 494.6;   // median * exp(sigma^2 / 2)
  constexpr double mean_gpus = 6.2;  // of 1, 2, 4, 8, 16, equally likely
  const double gap_s = mean_s * mean_gpus / (load * gpus);
  std::vector<Job> jobs(count);
  Random random({1, 0}, Stream::test, 0);
  SimTime now{};
  for (std::size_t i = 0; i < count; ++i) {
    Job& job = jobs[i];
    now += to_duration(exponential(random, gap_s));
    job.number = i + 1;
    job.submit = now;
    job.work = to_duration(lognormal(random, median_s, sigma));
    job.limit =
        to_duration(static_cast<double>(job.work.count()) * 1e-9 * (1.1 + 8.9 * uniform(random))) +
        std::chrono::seconds(1);
    job.ask.gpus = 1U << uniform_below(random, 5);
  }
  return jobs;
}

}  // namespace berth::bench
