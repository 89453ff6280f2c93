#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "tests/workloads/jobs.hpp"
#include "workloads/traces/timestamp.hpp"

using namespace berth;
using namespace berth::testing;
using namespace std::chrono_literals;

namespace {

std::string error_for(const std::string& kind, const std::string& content) {
  const TempFile log(content, ".csv");
  return replaced(
      error_of([&] { (void)jobs_of("{kind: " + kind + ", file: " + log.path() + "}"); }),
      log.path(), "PATH");
}

const std::string itp_header = "job_id,submission_time,duration,num_gpu\n";
const std::string muri_header = "job_id,num_gpu,submit_time,iterations,model_name,iteration_time\n";
const std::string philly_header = "timestamp,duration,num_gpus,gpu_time,cluster\n";

}  // namespace

TEST_CASE("an ITP log is sorted by submission; jobs are numbered in that order") {
  const TempFile log(itp_header + "c,20,5,1\na,10,6,2\nb,10,7,4\n", ".csv");
  const auto jobs = jobs_of("{kind: itp, file: " + log.path() + "}");
  REQUIRE(jobs.size() == 3);
  CHECK(jobs[0].number == 1);
  CHECK(jobs[0].submit == SimTime{10s});
  CHECK(jobs[0].work == 6s);
  CHECK(jobs[0].limit == 6s);
  CHECK(jobs[0].ask == Ask{2, 0, 0, 0});
  CHECK(jobs[1].ask.gpus == 4);
  CHECK(jobs[2].number == 3);
}

TEST_CASE("a Philly log counts from its first submission, and its clusters are tenants") {
  const TempFile log(philly_header +
                         "2017-10-09 00:00:10,66.0,1,66.0,11cb48\n"
                         "2017-10-08 23:59:50,2.5,8,20.0,6214e9\n",
                     ".csv");
  Catalog catalog;
  const auto jobs =
      all_jobs(*workload("{kind: philly, file: " + log.path() + "}")->open({}, 0, catalog));
  REQUIRE(jobs.size() == 2);
  CHECK(jobs[0].submit == SimTime{});
  CHECK(jobs[0].work == 2500ms);
  CHECK(jobs[0].ask.gpus == 8);
  CHECK(catalog.tenants.name(jobs[0].tenant) == "6214e9");
  CHECK(jobs[1].submit == SimTime{20s});
}

TEST_CASE(
    "a job of a Muri trace works its iterations, keeps them when stopped, and pays for restarts") {
  const TempFile log(muri_header + "7,4,1500,1000,bert,2.5\n7,16,250,3,vgg16,100\n", ".csv");
  const auto jobs = jobs_of("{kind: muri, file: " + log.path() + "}");
  REQUIRE(jobs.size() == 2);
  CHECK(jobs[0].submit == SimTime{250ms});
  CHECK(jobs[0].ask.gpus == 16);
  CHECK(jobs[0].work == 304ms + 500us);
  CHECK(jobs[1].work == 2537ms + 500us);
  CHECK(jobs[1].limit == jobs[1].work);
  REQUIRE(jobs[1].terms != nullptr);
  CHECK(jobs[1].terms->checkpoint_every == checkpoint_always);
  CHECK(jobs[1].terms->restart == 25s);
  CHECK(jobs_of("{kind: muri, restart: 4s, file: " + log.path() + "}")[0].terms->restart == 4s);
}

TEST_CASE("a wrong line of a Muri trace is refused") {
  CHECK(error_for("muri", muri_header + "1,0,0,1,a2c,1\n") ==
        "PATH:2: num_gpu: must be 1..2147483647, is 0");
  CHECK(error_for("muri", muri_header + "1,1,-1,1,a2c,1\n") ==
        "PATH:2: submit_time: is negative (-1)");
  CHECK(error_for("muri", muri_header + "1,1,0,1,a2c,fast\n") ==
        "PATH:2: iteration_time: must be a number of milliseconds, is 'fast'");
  CHECK(error_for("muri", muri_header + "1,1,0,2000000000,a2c,2000000000\n") ==
        "PATH:2: iterations: take too long in all\n  the longest is 146 years");
}

TEST_CASE("a log without estimates can have them inflated") {
  const TempFile log(itp_header + "a,0,100,1\n", ".csv");
  const auto jobs = jobs_of("{kind: itp, file: " + log.path() +
                            ", limits: {kind: inflated, factor: 3, round_up_to: 1m}}");
  CHECK(jobs[0].work == 100s);
  CHECK(jobs[0].limit == 5min);
}

TEST_CASE("all jobs of a log can belong to one tenant, class, partition and priority") {
  const TempFile log(philly_header + "2017-10-09 00:00:10,66.0,1,66.0,11cb48\n", ".csv");
  Catalog catalog;
  const auto made = workload("{kind: philly, file: " + log.path() +
                             ", tenant: acme, class: eval, partition: h100, priority: -5}");
  const auto jobs = all_jobs(*made->open({}, 0, catalog));
  CHECK(catalog.tenants.name(jobs[0].tenant) == "acme");
  CHECK(catalog.classes.name(jobs[0].job_class) == "eval");
  CHECK(catalog.partitions.name(jobs[0].partition) == "h100");
  CHECK(jobs[0].priority == -5);
}

TEST_CASE("a wrong line of an ITP or Philly log is refused") {
  CHECK(error_for("itp", itp_header) == "PATH: holds no job");
  CHECK(error_for("itp", "") ==
        "PATH: holds no job\n  a header line is expected: job_id, submission_time, duration, "
        "num_gpu");
  CHECK(error_for("itp", itp_header + "a,0,100,0\n") ==
        "PATH:2: num_gpu: must be 1..2147483647, is 0");
  CHECK(error_for("itp", itp_header + "a,-5,100,1\n") ==
        "PATH:2: submission_time: is negative (-5)");
  CHECK(error_for("philly", itp_header) ==
        "PATH:1: the header has no column 'timestamp'\n  expected columns: timestamp, duration, "
        "num_gpus, cluster");
  CHECK(error_for("philly", philly_header + "2017-02-29 00:00:10,66.0,1,66.0,c\n") ==
        "PATH:2: timestamp: must be a date and time, is '2017-02-29 00:00:10'\n  expected "
        "YYYY-MM-DD HH:MM:SS, 1970 to 2099");
  CHECK(error_for("philly", philly_header + "2017-02-28 00:00:10,66.0,1,66.0,\n") ==
        "PATH:2: cluster: must be a name, is empty");
}

TEST_CASE("an ITP log names each job once") {
  CHECK(error_for("itp", itp_header + "a,10,6,2\nb,11,6,2\na,10,6,2\n") ==
        "PATH:4: job_id: 'a' stands twice\n  keep one of the two lines");
}

TEST_CASE("a timestamp is a day of the calendar and a time of the day") {
  CHECK(parse_timestamp("1970-01-01 00:00:00") == 0s);
  CHECK(parse_timestamp("2000-03-01 00:00:00") == 951'868'800s);
  CHECK(parse_timestamp("2016-02-29T23:59:59.25") == 1'456'790'399s + 250ms);
  for (const char* bad : {"", "2017-10-09", "2017-10-09 24:00:00", "2017-10-09 00:60:00",
                          "2017-10-09 00:00:60", "2017-13-09 00:00:00", "2017-00-09 00:00:00",
                          "1969-12-31 23:59:59", "2100-01-01 00:00:00", "2017-10-09 00:00:-1",
                          "2017-10-09 00:00:00Z", "2017/10/09 00:00:00", "2017-1x-09 00:00:00"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_timestamp(bad));
  }
}
