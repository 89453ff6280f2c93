// Pods of the openb trace as jobs.
#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/workloads/jobs.hpp"
#include "workloads/traces/openb_pods.hpp"

using namespace berth;
using namespace berth::testing;
using namespace std::chrono_literals;

namespace {

const std::string header =
    "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,"
    "deletion_time,scheduled_time\n";
const std::string three = header +
                          "p0,12000,16384,1,1000,,LS,Running,100,900,150\n"
                          "p1,6000,12288,1,460,V100M32|V100M16,BE,Running,50,80,50\n"
                          "p2,4000,1024,0,0,,LS,Pending,60,65,\n";

std::vector<Job> read(const std::string& content, const std::string& options = "") {
  const TempFile file(content, ".csv");
  return jobs_of("{kind: openb, file: " + file.path() + options + "}", RunKey{3});
}

// What is wrong with a pod, without the path.
std::string wrong(const std::string& pod, const std::string& head = header) {
  const TempFile file(head + pod, ".csv");
  const std::string text = error_of([&] { (void)read_openb_pods(file.path()); });
  return replaced(text, file.path(), "pods.csv");
}

std::int64_t milli(const std::vector<Job>& jobs) {
  std::int64_t sum = 0;
  for (const Job& job : jobs) {
    sum += 1000 * std::int64_t{job.ask.gpus} + job.ask.gpu_milli;
  }
  return sum;
}

}  // namespace

TEST_CASE("recorded pods come when they were created and run from when they were scheduled") {
  const auto jobs = read(three);
  REQUIRE(jobs.size() == 3);
  CHECK(jobs[0].submit == SimTime{50s});
  CHECK(jobs[0].work == 30s);
  CHECK(jobs[0].ask.gpu_milli == 460);
  CHECK(jobs[0].ask.cpu_milli == 6000);
  CHECK(jobs[0].ask.memory == std::int64_t{12288} << 20);
  CHECK(jobs[2].submit == SimTime{100s});
  CHECK(jobs[2].work == 750s);
  CHECK(jobs[2].ask.gpus == 1);
  CHECK(jobs[2].ask.gpu_milli == 0);
}

TEST_CASE("a pod that never ran is taken to have wanted the time until it was deleted") {
  const auto jobs = read(three);
  CHECK(jobs[1].submit == SimTime{60s});
  CHECK(jobs[1].work == 5s);
  CHECK(jobs[1].ask.gpus == 0);
}

TEST_CASE("pods get the GPU models that they name only where that is asked for") {
  CHECK(read(three)[0].terms == nullptr);
  const auto jobs = read(three, ", gpu_spec: true");
  REQUIRE(jobs[0].terms != nullptr);
  CHECK(jobs[0].terms->gpu_models == std::vector<std::string>{"V100M16", "V100M32"});
  CHECK(jobs[2].terms == nullptr);
}

TEST_CASE("pods that come at once stay, and are drawn again until they ask for enough") {
  const auto jobs = read(three, ", arrivals: {kind: at_once, until_gpus: 40}");
  CHECK(std::ranges::all_of(jobs, [](const Job& job) { return job.submit == SimTime{}; }));
  CHECK(std::ranges::all_of(jobs, [](const Job& job) { return job.work == longest_duration; }));
  CHECK(milli(jobs) >= 40'000);
  CHECK(milli(jobs) < 41'000);
  CHECK(jobs.back().number == jobs.size());
  CHECK(jobs.back().ask.gpus + jobs.back().ask.gpu_milli > 0);  // the one that made it enough
}

TEST_CASE("the seed draws the order of pods that come at once, unless they keep that of the file") {
  std::string pods = header;
  for (int i = 1; i <= 50; ++i) {
    pods += "p," + std::to_string(1000 * i) + ",0,0,0,,,,,,\n";
  }
  const auto order = [](const std::vector<Job>& jobs) {
    std::vector<std::int64_t> cpus;
    for (const Job& job : jobs) {
      cpus.push_back(job.ask.cpu_milli / 1000);
    }
    return cpus;
  };
  auto drawn = order(read(pods, ", arrivals: at_once"));
  auto kept = order(read(pods, ", arrivals: {kind: at_once, shuffle: false}"));
  CHECK(drawn == order(read(pods, ", arrivals: {kind: at_once}")));
  CHECK(drawn != kept);
  CHECK(std::ranges::is_sorted(kept));
  std::ranges::sort(drawn);
  CHECK(drawn == kept);
}

TEST_CASE("a list without times can come at once only") {
  const std::string pods = "name,cpu_milli,memory_mib,num_gpu,gpu_milli\np0,1000,0,1,1000\n";
  CHECK(read(pods, ", arrivals: at_once").size() == 1);
  const std::string text = error_of([&] { (void)read(pods); });
  CHECK(text.ends_with(
      "pod p0 has no time\n  only arrivals: {kind: at_once} can do without the columns "
      "creation_time and deletion_time"));
}

TEST_CASE("a malformed pod is told of with its line and column") {
  CHECK(wrong("p0,1000,0,1,1000,,,,,,\n") == "fine");
  CHECK(wrong("p0,x,0,1,1000,,,,,,\n") == "pods.csv:2: cpu_milli: must be a whole number, is 'x'");
  CHECK(wrong("p0,1000,-1,1,1000,,,,,,\n").starts_with("pods.csv:2: memory_mib: must be 0.."));
  CHECK(wrong("p0,1000,0,1,1001,,,,,,\n") == "pods.csv:2: gpu_milli: must be 0..1000, is 1001");
  CHECK(wrong("p0,1000,0,1,0,,,,,,\n") ==
        "pods.csv:2: gpu_milli: is 0 of 1 GPUs\n  expected: 1..1000 thousandths of each GPU, 0 of "
        "none");
  CHECK(wrong("p0,1000,0,2,500,,,,,,\n") ==
        "pods.csv:2: gpu_milli: is a share of several GPUs\n  a pod has a share of one GPU, or "
        "whole ones");
  CHECK(wrong("p0,0,5,0,0,,,,,,\n") ==
        "pods.csv:2: cpu_milli: is 0, and so are the GPUs\n  a pod asks for something");
  CHECK(wrong("p0,1000,0,1,1000,A||B,,,,,\n") ==
        "pods.csv:2: gpu_spec: names no model beside '|' ('A||B')\n  expected: MODEL or "
        "MODEL|MODEL");
  CHECK(wrong("p0,1000,0,1,1000,,,,100,90,\n") ==
        "pods.csv:2: deletion_time: is before the pod was created");
  CHECK(wrong("p0,1000,0,1,1000,,,,100,200,300\n") ==
        "pods.csv:2: deletion_time: is before the pod was scheduled");
  CHECK(wrong("", "name,cpu_milli\n")
            .starts_with("pods.csv:1: the header has no column 'memory_mib'"));
  CHECK(wrong("") == "pods.csv: holds no pod");
}

TEST_CASE("options of openb that contradict each other are refused") {
  const TempFile file(three, ".csv");
  const auto message = [&file](const std::string& options) {
    return error_of([&] { (void)workload("{kind: openb, file: " + file.path() + options + "}"); });
  };
  CHECK(message(", limits: exact") == "fine");
  CHECK(message(", arrivals: at_once, limits: exact") ==
        "c.yaml:1: limits: does not go with arrivals at_once\n  the pods stay for good");
  CHECK(message(", arrivals: {kind: at_once, until_gpus: -1}")
            .starts_with("c.yaml:1: arrivals.until_gpus: must be between 0 and"));
  CHECK(message(", arrivals: sometimes")
            .starts_with("c.yaml:1: arrivals: no such arrivals 'sometimes'"));
}
