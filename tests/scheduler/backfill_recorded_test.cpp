// What a running Slurm 22.05 started when, on nodes that it gave to one job each: sched/builtin,
// and sched/backfill with one reservation (easy) or one for each job (conservative). Starts are
// compared by the second; the recorded ones come a little after the instant, for a launch takes
// time. See section 15 of the reference for why they differ from the textbook at all.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/folders.hpp"
#include "tests/scheduler/driver.hpp"
#include "tests/scheduler/pictures.hpp"
#include "tests/scheduler/slurm_options.hpp"

using namespace berth;
using namespace berth::testing;
using namespace std::chrono_literals;

namespace {

using nlohmann::json;
using Starts = std::vector<int>;  // in seconds, by job

const std::string recorded = berth::testing::in_shared("cases/slurm/backfill_22.05.json");

bool absent() {
  if (std::filesystem::exists(recorded)) {
    return false;
  }
  MESSAGE("SKIPPED: no " << recorded);
  return true;
}

SimTime at(int seconds) { return SimTime{} + std::chrono::seconds(seconds); }

struct Seen {
  std::uint32_t nodes = 0;
  int limit = 0;
  int submit = 0;
  int start = 0;
  int end = 0;
};

struct Instance {
  std::string name;
  std::uint32_t nodes = 0;
  std::vector<Seen> jobs;  // by priority
  json reference;          // starts of the textbook
};

std::vector<Instance> instances_of(const std::string& mode) {
  std::ifstream file(recorded);
  const json document = json::parse(file);
  std::vector<Instance> all;
  for (const json& each : document["modes"][mode]) {
    Instance one{
        mode + " " + std::to_string(all.size() + 1), each["nodes"], {}, each["reference_start"]};
    const int first = each.value("first_start_s", 0);  // nothing was scheduled before
    for (const json& job : each["jobs"]) {
      one.jobs.push_back({job["nodes"], job["limit_s"], std::max(job["submit_s"].get<int>(), first),
                          job["start_s"], job["end_s"]});
    }
    all.push_back(std::move(one));
  }
  return all;
}

Policy policy_with(std::unique_ptr<Backfill> backfill) {
  return {fifo(), first_fit(), std::move(backfill), Planning::per_instant, {}};
}

// When a backfill starts whom, each job running as long as it was seen to.
class Replay final : public Driver {
 public:
  Replay(const Instance& instance, const Fleet& fleet, std::unique_ptr<Backfill> backfill)
      : Driver(policy_with(std::move(backfill)), fleet, {}), starts(instance.jobs.size(), -1) {
    std::vector<TestJob> jobs;
    for (const Seen& job : instance.jobs) {
      jobs.push_back({at(job.submit), std::chrono::seconds(job.end - job.start),
                      std::chrono::seconds(job.limit), tasks(job.nodes, 1)});
    }
    run(jobs);
  }
  Starts starts;

 private:
  void planned(const std::vector<Draft::Start>& all) override {
    for (const Draft::Start& start : all) {
      starts[number(start.job)] = static_cast<int>(now().time_since_epoch() / 1s);
    }
  }
};

Starts replayed(const Instance& instance, std::unique_ptr<Backfill> backfill) {
  return Replay(instance, uniform(instance.nodes, 1), std::move(backfill)).starts;
}

Starts seen(const Instance& instance) {
  Starts starts;
  for (const Seen& job : instance.jobs) {
    starts.push_back(job.start);
  }
  return starts;
}

Starts in_textbook(const Instance& instance, const json& reference) {
  Starts starts;
  for (std::size_t job = 0; job < instance.jobs.size(); ++job) {
    starts.push_back(reference[std::to_string(job)]);
  }
  return starts;
}

int makespan(const Instance& instance, const Starts& starts) {
  int last = 0;
  for (std::size_t job = 0; job < starts.size(); ++job) {
    last = std::max(last, starts[job] + instance.jobs[job].end - instance.jobs[job].start);
  }
  return last;
}

// How much longer it took than with these starts, in hundredths.
double off(const Instance& instance, const Starts& starts) {
  return 100.0 * makespan(instance, seen(instance)) / makespan(instance, starts) - 100;
}

int apart(const Instance& instance, const Starts& starts, int seconds) {
  int count = 0;
  for (std::size_t job = 0; job < starts.size(); ++job) {
    count += std::abs(starts[job] - instance.jobs[job].start) > seconds ? 1 : 0;
  }
  return count;
}

std::vector<std::size_t> in_order(const Starts& starts) {
  std::vector<std::size_t> jobs(starts.size());
  for (std::size_t job = 0; job < jobs.size(); ++job) {
    jobs[job] = job;
  }
  std::ranges::stable_sort(jobs, {}, [&starts](std::size_t job) { return starts[job]; });
  return jobs;
}

// --- from the state that was seen ---------------------------------------------------------------

// A scheduler that meets a machine in the middle of its work.
class Moment {
 public:
  Moment(const Fleet& fleet, std::unique_ptr<Backfill> backfill, int now)
      : policy_(policy_with(std::move(backfill))),
        cluster_(fleet),
        scheduler_(policy_, cluster_, {}),
        now_(at(now)) {}

  void submit(std::size_t job, std::uint32_t nodes, int estimate) {
    Request request;
    request.id = JobId(static_cast<std::uint32_t>(job));
    request.sequence = ++sequence_;
    request.submit = now_;
    request.shape = tasks(nodes, 1);
    request.estimate = std::chrono::seconds(estimate);
    scheduler_.submit(request);
  }
  std::vector<std::size_t> plan() {
    Draft draft(cluster_);
    scheduler_.plan(now_, draft);
    std::vector<std::size_t> jobs;
    for (const Draft::Start& start : draft.starts()) {
      jobs.push_back(start.job.index());
    }
    draft.commit();
    return jobs;
  }

 private:
  Policy policy_;
  Cluster cluster_;
  Scheduler scheduler_;
  SimTime now_;
  std::uint64_t sequence_ = 0;
};

// True when the backfill would start it as well: those that were started before it run.
bool legal(const Instance& instance, std::size_t me, const MakeBackfill& make) {
  const Fleet fleet = uniform(instance.nodes, 1);
  const int now = instance.jobs[me].start;
  Moment moment(fleet, make(), now);
  std::vector<std::size_t> waiting;
  for (std::size_t job = 0; job < instance.jobs.size(); ++job) {
    const Seen& one = instance.jobs[job];
    const bool started = one.start < now || (one.start == now && job < me);
    if (started && one.end > now) {
      moment.submit(job, one.nodes, std::max(1, one.start + one.limit - now));
    } else if (!started && one.submit <= now) {
      waiting.push_back(job);
    }
  }
  moment.plan();
  for (const std::size_t job : waiting) {
    moment.submit(job, instance.jobs[job].nodes, instance.jobs[job].limit);
  }
  const auto starts = moment.plan();
  return std::ranges::find(starts, me) != starts.end();
}

struct Legality {
  int starts = 0;
  int legal = 0;
};

Legality legality(const std::string& mode, const MakeBackfill& make) {
  Legality all;
  for (const Instance& instance : instances_of(mode)) {
    for (std::size_t job = 0; job < instance.jobs.size(); ++job) {
      const bool is = legal(instance, job, make);
      if (!is) {
        MESSAGE(instance.name << ": the start of job " << job << " is not ours");
      }
      ++all.starts;
      all.legal += is ? 1 : 0;
    }
  }
  return all;
}

// --- causes of differences ----------------------------------------------------------------------
// The controller ran on a clock 40 times as fast, so that a cycle came right after what it was
// about.

struct Rule {
  std::string name;
  MakeBackfill make;
};

struct Verdict {
  int within_1_percent = 0;  // instances by their makespan
  int apart = 0;             // starts more than a minute from the recorded one
};

Verdict verdict(const std::string& mode, const Rule& rule) {
  Verdict all;
  std::string offs;
  for (const Instance& instance : instances_of(mode)) {
    const Starts starts = replayed(instance, rule.make());
    const double percent = off(instance, starts);
    all.within_1_percent += std::abs(percent) <= 1 ? 1 : 0;
    all.apart += apart(instance, starts, 60);
    offs += " " + std::to_string(percent).substr(0, 5) + " %";
  }
  MESSAGE(mode << ", " << rule.name << ": makespans off by" << offs << "; " << all.apart
               << " starts of 84 more than a minute apart");
  return all;
}

}  // namespace

TEST_CASE("Slurm's builtin scheduler started jobs in the order in which fifo does") {
  if (absent()) {
    return;
  }
  const auto instances = instances_of("builtin");
  CHECK(instances.size() == 8);
  for (const Instance& instance : instances) {
    CAPTURE(instance.name);
    CHECK(in_order(replayed(instance, no_backfill())) == in_order(seen(instance)));
  }
}

TEST_CASE("fifo and EASY starts are those of the textbook, to the second") {
  if (absent()) {
    return;
  }
  for (const Instance& instance : instances_of("builtin")) {
    CAPTURE(instance.name);
    CHECK(replayed(instance, no_backfill()) == in_textbook(instance, instance.reference["fifo"]));
    CHECK(replayed(instance, easy(nullptr)) == in_textbook(instance, instance.reference["easy"]));
  }
  for (const Instance& instance : instances_of("easy")) {
    CAPTURE(instance.name);
    CHECK(replayed(instance, easy(nullptr)) == in_textbook(instance, instance.reference));
  }
}

// The recorded textbook plans the whole queue anew on each event, as Slurm does in each cycle; ours
// moves promises up one by one (decision 9).
TEST_CASE("conservative starts are those of a plan made anew each time, but for a few") {
  if (absent()) {
    return;
  }
  int others = 0;
  for (const Instance& instance : instances_of("cons")) {
    const Starts ours = replayed(instance, conservative());
    const Starts anew = in_textbook(instance, instance.reference);
    for (std::size_t job = 0; job < ours.size(); ++job) {
      others += ours[job] != anew[job] ? 1 : 0;
    }
  }
  MESSAGE("conservative: " << others << " starts of 84 are others than in a plan made anew");
  CHECK(others <= 4);
}

TEST_CASE(
    "of the starts that Slurm made, EASY and conservative backfill make 98 % from its state") {
  if (absent()) {
    return;
  }
  const Legality by_easy = legality("easy", [] { return easy(nullptr); });
  const Legality by_conservative = legality("cons", conservative);
  MESSAGE("legal: " << by_easy.legal << " of " << by_easy.starts << " under EASY, "
                    << by_conservative.legal << " of " << by_conservative.starts
                    << " under conservative backfill");
  CHECK(by_easy.legal * 100 >= by_easy.starts * 98);
  CHECK(by_conservative.legal * 100 >= by_conservative.starts * 98);
}

// The causes of section 15, each by what is left when it is taken into account: reservations of
// named nodes; cycles and their steps.
TEST_CASE(
    "Slurm's makespans are within 1 % of ours, start by start where nodes are named as there") {
  if (absent()) {
    return;
  }
  const Verdict easy_by_count = verdict("easy", {"by count", [] { return easy(nullptr); }});
  const Verdict easy_named = verdict("easy", {"nodes named", slurm_with(1, 1s, 1s)});
  const Verdict easy_cycles = verdict("easy", {"and a cycle every 2 s", slurm_with(1, 2s, 1s)});
  verdict("easy", {"cycles and steps as Slurm's are by default", slurm_with(1, 30s, 60s)});
  CHECK(easy_by_count.within_1_percent == 3);  // the 4th took 10 % longer: nodes are named there
  CHECK(easy_named.within_1_percent == 4);
  CHECK(easy_cycles.within_1_percent == 4);
  CHECK(easy_cycles.apart == 0);

  const Verdict by_count = verdict("cons", {"by count", conservative});
  verdict("cons", {"nodes named, planned anew each time", slurm_with(0, 1s, 1s)});
  const Verdict cycles = verdict("cons", {"and a cycle every 2 s", slurm_with(0, 2s, 1s)});
  verdict("cons", {"cycles and steps as Slurm's are by default", slurm_with(0, 30s, 60s)});
  CHECK(by_count.within_1_percent == 4);
  CHECK(cycles.within_1_percent == 4);
  CHECK(cycles.apart <= 1);
}
