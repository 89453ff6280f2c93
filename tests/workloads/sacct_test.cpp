#include "workloads/traces/sacct.hpp"

#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "tests/workloads/jobs.hpp"
#include "workloads/traces/sacct_fields.hpp"

using namespace berth;
using namespace berth::testing;
using namespace std::chrono_literals;

namespace {

const std::string header =
    "JobID|User|Account|Partition|QOS|Submit|Elapsed|Timelimit|State|ReqTRES|AllocTRES|NodeList\n";

struct Read {
  Catalog catalog;
  std::vector<Job> jobs;
  std::vector<SourceWarning> warnings;
};

Read read(const std::string& log, const std::string& options = "") {
  const TempFile file(log, ".txt");
  Read read;
  const auto made = workload("{kind: sacct, file: " + file.path() + options + "}");
  const auto source = made->open({}, 0, read.catalog);
  read.jobs = all_jobs(*source);
  read.warnings = source->warnings();
  for (SourceWarning& warning : read.warnings) {
    warning.text = replaced(warning.text, file.path() + ": ", "");
  }
  return read;
}

std::string error_for(const std::string& log) {
  const TempFile file(log, ".txt");
  return replaced(error_of([&] { (void)jobs_of("{kind: sacct, file: " + file.path() + "}"); }),
                  file.path(), "PATH");
}

// A line of a job that is right but for one field.
std::string line(const std::string& id, const std::string& submit = "2024-03-01T10:00:00",
                 const std::string& elapsed = "01:00:00", const std::string& limit = "02:00:00",
                 const std::string& state = "COMPLETED",
                 const std::string& tres = "billing=8,cpu=8,gres/gpu=4,mem=64G,node=1",
                 const std::string& nodes = "n1") {
  return id + "|alice|physics|gpu|normal|" + submit + "|" + elapsed + "|" + limit + "|" + state +
         "|" + tres + "|" + tres + "|" + nodes + "\n";
}

}  // namespace

TEST_CASE("a line of sacct is a job with its size, limit, account and QOS") {
  const Read log = read(header + line("17"));
  REQUIRE(log.jobs.size() == 1);
  const Job& job = log.jobs[0];
  CHECK(job.number == 17);
  CHECK(job.submit == SimTime{});
  CHECK(job.work == 1h);
  CHECK(job.limit == 2h);
  CHECK(job.ask == Ask{4, 0, 8000, std::int64_t{64} << 30U});
  CHECK(log.catalog.tenants.name(job.tenant) == "alice");
  CHECK(log.catalog.partitions.name(job.partition) == "gpu");
  CHECK(job.terms->account == "physics");
  CHECK(job.terms->qos == "normal");
}

TEST_CASE("columns stand in any order, and times count from the first submission") {
  const Read log = read(
      "Elapsed|AllocTRES|Submit|JobID|Comment\n"
      "00:10|gres/gpu=1|2024-03-01T12:00:00|9|x\n"
      "00:20|gres/gpu=2|2024-03-01T10:00:00|8|y\n");
  REQUIRE(log.jobs.size() == 2);
  CHECK(log.jobs[0].number == 8);
  CHECK(log.jobs[1].submit == SimTime{2h});
  CHECK(log.jobs[1].work == 10s);
  CHECK(log.jobs[0].terms == nullptr);
  CHECK(log.catalog.tenants.name(log.jobs[0].tenant) == "default");
}

TEST_CASE("steps are not jobs; tasks of an array are, tasks that never started are not") {
  const Read log =
      read(header + line("5_1") + line("5_1.batch") + line("5_2") + line("5_2.0") +
           line("6.extern") + line("6") + line("6+1") +
           line("5_[3-9%2]", "2024-03-01T10:00:00", "00:00:00", "02:00:00", "PENDING"));
  REQUIRE(log.jobs.size() == 4);
  CHECK(log.jobs[0].number == 500'000'001);
  CHECK(log.jobs[1].number == 500'000'002);
  CHECK(log.jobs[2].number == 6);
  CHECK(log.jobs[3].number == 650'000'001);
  REQUIRE(log.warnings.size() == 1);
  CHECK(log.warnings[0].text == "jobs that never ran were dropped");
  CHECK(log.warnings[0].count == 7);
  CHECK(log.jobs[0].terms->array == 5);
  CHECK(log.jobs[1].terms->array == 5);
  CHECK(log.jobs[2].terms->array == 0);
  CHECK(log.jobs[3].terms->array == 0);
}

TEST_CASE("how many tasks of an array run at once stands on the line of those that wait") {
  const Read log =
      read(header + line("5_1") + line("6_1") +
           line("5_[3-9%2]", "2024-03-01T10:00:00", "00:00:00", "02:00:00", "PENDING") +
           line("5_2") + line("7"));
  REQUIRE(log.jobs.size() == 4);
  CHECK(log.jobs[0].terms->array_limit == 2);
  CHECK(log.jobs[1].terms->array_limit == 0);
  CHECK(log.jobs[1].terms->array == 6);
  CHECK(log.jobs[2].terms == log.jobs[0].terms);
  CHECK(log.jobs[3].terms->array_limit == 0);
}

TEST_CASE("a line for several tasks that ran is a job for each") {
  const Read log = read(header + line("5_[1-2,8,10-14:2%3]"));
  REQUIRE(log.jobs.size() == 6);
  CHECK(log.jobs[0].number == 500'000'001);
  CHECK(log.jobs[2].number == 500'000'008);
  CHECK(log.jobs[5].number == 500'000'014);
  CHECK(log.jobs[5].terms->array == 5);
  CHECK(log.jobs[5].terms->array_limit == 3);
}

TEST_CASE("lists of tasks are read as Slurm writes them, and as nothing else") {
  CHECK(parse_sacct_id("5_[3-9%2]")->tasks.size() == 7);
  CHECK(parse_sacct_id("5_[1,3,...]")->tasks.size() == 2);
  CHECK(parse_sacct_id("5_[1,3,...%4]")->at_once == 4);
  CHECK(parse_sacct_id("5_[0-4000000]")->tasks.size() == 4'000'001);
  for (const char* bad : {"5_[]", "5_[x]", "5_[3-1]", "5_[1-2%]", "5_[1-2%0]", "5_[...]",
                          "5_[1,,2]", "5_[1-9:0]", "5_[0-4000001]", "5_[1", "5_", "5_1]"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_sacct_id(bad));
  }
}

TEST_CASE("how a job ended says what its work is") {
  const auto job = [](const std::string& state, const std::string& elapsed) {
    return line("1", "2024-03-01T10:00:00", elapsed, "01:00:00", state);
  };
  CHECK(read(header + job("FAILED", "00:30:00")).jobs[0].work == 30min);
  CHECK(read(header + job("CANCELLED by 1000", "00:30:00")).jobs[0].work == 30min);
  CHECK(read(header + job("TIMEOUT", "01:00:00")).jobs[0].work == 1h + 1s);
  CHECK(read(header + job("TIMEOUT", "01:00:22")).jobs[0].work == 1h + 22s);
  CHECK(read(header + job("OUT_OF_MEMORY", "00:00:07")).jobs[0].work == 7s);
  for (const char* state : {"NODE_FAIL", "PREEMPTED"}) {
    const Read log = read(header + job(state, "00:20:00"));
    CHECK(log.jobs[0].work == 20min);
    CHECK(log.warnings[0].text.starts_with("jobs that others stopped"));
  }
  const Read some = read(header + job("CANCELLED", "00:00:00") + line("2") +
                         line("3", "2024-03-01T10:00:00", "00:10:00", "01:00:00", "RUNNING"));
  CHECK(some.jobs.size() == 1);
  CHECK(some.warnings.size() == 2);
}

TEST_CASE("a job without a limit has its run time as one") {
  for (const char* limit : {"UNLIMITED", "Partition_Limit", ""}) {
    const Read log = read(header + line("1", "2024-03-01T10:00:00", "3-01:00:00", limit));
    CHECK(log.jobs[0].limit == 73h);
    CHECK(log.warnings[0].text.starts_with("jobs without a time limit"));
  }
}

TEST_CASE("lengths of time are read as Slurm writes them") {
  CHECK(parse_slurm_length("2-03:00:01") == 51h + 1s);
  CHECK(parse_slurm_length("100:00:00") == 100h);
  CHECK(parse_slurm_length("05:30") == 5min + 30s);
  CHECK(parse_slurm_length("00:00.512") == 512ms);
  for (const char* bad : {"", "5", "1:2:3:4", "-1:00:00", "1-00", "1-25:00:00", "00:60:00",
                          "00:00:60", "1:00:00x", "::", "1-", "00:00."}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_slurm_length(bad));
  }
}

TEST_CASE("GPUs of one model are asked for by it; several nodes are as many tasks") {
  const Read log = read(header +
                        line("1", "2024-03-01T10:00:00", "01:00:00", "02:00:00", "COMPLETED",
                             "cpu=64,gres/gpu:h100=16,gres/gpu=16,node=2") +
                        line("2", "2024-03-01T10:00:00", "01:00:00", "02:00:00", "COMPLETED",
                             "cpu=8,mem=1000M", "n[1-3]"));
  CHECK(log.jobs[0].terms->gpu_models == std::vector<std::string>{"h100"});
  CHECK(log.jobs[0].ask.gpus == 16);
  CHECK(log.jobs[0].ask.tasks == 2);
  CHECK(log.jobs[1].ask.gpus == 0);
  CHECK(log.jobs[1].ask.cpu_milli == 8000);
  CHECK(log.jobs[1].ask.memory == std::int64_t{1000} << 20U);
  CHECK(log.jobs[1].ask.tasks == 3);
}

TEST_CASE("options: allocated sizes, accounts as tenants, GPUs alone, one partition for all") {
  const std::string log =
      "JobID|User|Account|Partition|Submit|ElapsedRaw|TimelimitRaw|ReqTRES|AllocTRES\n"
      "1|u|a|p,q|1709287200|60|2|cpu=1,gres/gpu=1|cpu=4,gres/gpu=2\n";
  const Read plain = read(log);
  CHECK(plain.jobs[0].ask.gpus == 1);
  CHECK(plain.jobs[0].work == 60s);
  CHECK(plain.jobs[0].limit == 2min);
  CHECK(plain.catalog.partitions.name(plain.jobs[0].partition) == "p");
  const Read other =
      read(log, ", sizes: allocated, tenant_from: account, only_gpus: true, partition: all");
  CHECK(other.jobs[0].ask == Ask{2, 0, 0, 0});
  CHECK(other.catalog.tenants.name(other.jobs[0].tenant) == "a");
  CHECK(other.catalog.partitions.name(other.jobs[0].partition) == "all");
}

TEST_CASE("a wrong line of sacct is refused at its column") {
  CHECK(error_for("") == "PATH: holds no job\n  the first line names the columns");
  CHECK(error_for(header) == "PATH: holds no job");
  CHECK(error_for("JobID|Elapsed|ReqTRES\n") ==
        "PATH:1: the header has no column 'Submit'\n  name more columns with sacct --format");
  CHECK(error_for("JobID|Submit|Elapsed\n") ==
        "PATH:1: the header has no column 'ReqTRES'\n  name more columns with sacct --format");
  CHECK(error_for(header + "1|alice\n") ==
        "PATH:2: has 2 fields, the header has 12\n  print it with sacct -P (--parsable2)");
  CHECK(error_for(header + line("x7")) == "PATH:2:1: JobID: is no job id: 'x7'");
  CHECK(error_for(header + line("7", "yesterday")) ==
        "PATH:2:28: Submit: must be a date and time, is 'yesterday'\n"
        "  expected YYYY-MM-DDTHH:MM:SS or seconds since 1970");
  CHECK(error_for(header + line("7", "2024-03-01T10:00:00", "1h")) ==
        "PATH:2:48: Elapsed: must be a length of time, is '1h'\n"
        "  expected [DAYS-]HOURS:MINUTES:SECONDS");
  CHECK(error_for(header + line("7", "2024-03-01T10:00:00", "01:00:00", "02:00:00", "DONE")) ==
        "PATH:2:66: State: is no state of a job: 'DONE'");
  CHECK(error_for(header + line("7", "2024-03-01T10:00:00", "01:00:00", "02:00:00", "COMPLETED",
                                "gres/gpu=four")) ==
        "PATH:2:76: ReqTRES: 'gres/gpu=four' is not name=amount");
  CHECK(error_for(header + line("7") + line("7")) ==
        "PATH:3:1: JobID: '7' stands twice\n  print it without --duplicates");
}
