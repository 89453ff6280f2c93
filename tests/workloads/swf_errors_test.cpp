// Every way a log was seen to be wrong, and what its reader is told.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/workloads/jobs.hpp"
#include "tests/workloads/packed.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

struct Bad {
  std::string content;
  std::string message;  // PATH stands for the path of the log
};

const std::string good = "1 0 -1 10 1 -1 -1 1 20 -1 1 1 1 1 1 -1 -1 -1\n";
const std::string rest = " -1 10 1 -1 -1 1 20 -1 1 1 1 1 1 -1 -1 -1\n";  // after the submit time
const std::string unknown = "\n  a field that is not known is written -1";

std::string message_for(const std::string& content) {
  const TempFile log(content);
  return replaced(error_of([&] { (void)jobs_of("{kind: swf, file: " + log.path() + "}"); }),
                  log.path(), "PATH");
}

void check_messages(const std::vector<Bad>& table) {
  for (const Bad& row : table) {
    CAPTURE(row.content.substr(0, 80));
    CHECK(message_for(row.content) == row.message);
  }
}

}  // namespace

TEST_CASE("a log without jobs is an error") {
  check_messages({
      {"", "PATH: holds no job"},
      {"\n\n", "PATH: holds no job"},
      {"; MaxProcs: 100\n", "PATH: holds no job"},
      {gzipped(""), "PATH: holds no job"},
      {"1 0 -1 -1 1 -1 -1 1 20 -1 1 1 1 1 1 -1 -1 -1\n", "PATH: holds no job"},
  });
}

TEST_CASE("lines end as they like") {
  check_messages({
      {good, "fine"},
      {replaced(good, "\n", "\r\n"), "fine"},
      {good.substr(0, good.size() - 1), "fine"},
      {replaced(good, " ", "\t"), "fine"},
      {"  " + replaced(good, " ", "   "), "fine"},
      {gzipped(good), "fine"},
      {zstd_packed(good), "fine"},
  });
}

TEST_CASE("a line of a log that is not 18 numbers is refused") {
  check_messages({
      {good + "2 5 -1 10 1\n", "PATH:2: has 5 fields, a job has 18" + unknown},
      {good + "2 5" + replaced(rest, "\n", " 7\n"), "PATH:2: has more than the 18 fields of a job"},
      {"x 5" + rest, "PATH:1: field 1 (job number) must be a number, is 'x'" + unknown},
      {"1 5s" + rest, "PATH:1: field 2 (submit time) must be a number, is '5s'" + unknown},
      {"1 nan" + rest, "PATH:1: field 2 (submit time) must be a number, is 'nan'" + unknown},
      {"1 1e5" + rest, "PATH:1: field 2 (submit time) must be a number, is '1e5'" + unknown},
      {"1 0x10" + rest, "PATH:1: field 2 (submit time) must be a number, is '0x10'" + unknown},
      {"1,0,-1\n", "PATH:1: field 1 (job number) must be a number, is '1,0,-1'" + unknown},
      {"<html>\n", "PATH:1: field 1 (job number) must be a number, is '<html>'" + unknown},
      {std::string("1 0\0", 4) + rest,
       "PATH:1: byte 0x00 is not text\n  a text log is expected, plain or packed with gzip or "
       "zstd"},
  });
}

TEST_CASE("a number of a log that cannot be is refused") {
  check_messages({
      {"-1 0" + rest, "PATH:1: field 1 (job number) is -1\n  number the jobs from 1"},
      {"-2 0" + rest, "PATH:1: field 1 (job number) is negative (-2)" + unknown},
      {"1.5 0" + rest, "PATH:1: field 1 (job number) must be a whole number, is 1.5"},
      {"4294967296 0" + rest, "PATH:1: field 1 (job number) is 4294967296, the most is 4294967295"},
      {"1 -1" + rest, "PATH:1: field 2 (submit time) is -1\n  a job needs a time of submission"},
      {"1 -7" + rest,
       "PATH:1: field 2 (submit time) is negative (-7s)\n  a time that is not known is written -1"},
      {"1 99999999999" + rest,
       "PATH:1: field 2 (submit time) is too long (99999999999s)\n  the longest is 146 years"},
      {"1 99999999999999999999999" + rest,
       "PATH:1: field 2 (submit time) is too long (1000000000000000000s)\n  the longest is 146 "
       "years"},
      {"1 0 -1 -5 1 -1 -1 1 20 -1 1 1 1 1 1 -1 -1 -1\n",
       "PATH:1: field 4 (run time) is negative (-5s)\n  a time that is not known is written -1"},
      {"1 0 -1 10 1 -1 -1 2147483648 20 -1 1 1 1 1 1 -1 -1 -1\n",
       "PATH:1: field 8 (requested procs) is 2147483648, the most is 2147483647"},
      {"1 0 -1 10 1 -1 -1 1.5 20 -1 1 1 1 1 1 -1 -1 -1\n",
       "PATH:1: field 8 (requested procs) must be a whole number, is 1.5"},
      {"1 0 -1 10 1 -1 -1 1 -20 -1 1 1 1 1 1 -1 -1 -1\n",
       "PATH:1: field 9 (requested time) is negative (-20s)\n  a time that is not known is "
       "written -1"},
  });
}

TEST_CASE("a log that is not in order of submission, or names a job twice, is refused") {
  const std::string remedy = "\n  sort the log by submit time, for example with sort -n -s -k2,2";
  check_messages({
      {"1 86400" + rest + "2 86399" + rest,
       "PATH:2: submit time 86399s is before the line above (86400s)" + remedy},
      {"1 0.5" + rest + "2 0.25" + rest,
       "PATH:2: submit time 0.25s is before the line above (0.5s)" + remedy},
      {good + "1 5" + rest,
       "PATH:2: job number 1 was used before\n  each job has a number of its own"},
      {"4294967295 0" + rest + "3 0" + rest + "\n;\n4294967295 0" + rest,
       "PATH:5: job number 4294967295 was used before\n  each job has a number of its own"},
  });
}

TEST_CASE("a packed log that ends too early gives an error, not a short run") {
  std::string log;
  for (int i = 1; i < 3000; ++i) {
    log += std::to_string(i) + " " + std::to_string(7 * i) + rest;
  }
  const std::string packed = gzipped(log);
  CHECK(message_for(packed.substr(0, packed.size() - 9)) ==
        "PATH: the compressed data ends too early");
}

TEST_CASE("a wrong option of a log says what would be right") {
  const TempFile log(good);
  const auto message = [&](const std::string& options) {
    return replaced(error_of([&] { (void)jobs_of("{kind: swf, " + options + "}"); }), log.path(),
                    "PATH");
  };
  const std::string file = "file: " + log.path();
  CHECK(message("max_jobs: 1") == "c.yaml:1: file: is missing");
  CHECK(message("file: /nowhere/a.swf") == "c.yaml:1: file: '/nowhere/a.swf': no such file");
  CHECK(message("file: /tmp") == "c.yaml:1: file: '/tmp': is a directory, not a file");
  CHECK(message(file + ", max_jobs: 0") ==
        "c.yaml:1: max_jobs: must be between 1 and 1000000000, is 0");
  CHECK(message(file + ", from: 2h, until: 1h") == "c.yaml:1: until: must be later than from");
  CHECK(message(file + ", from: 1h") == "PATH: holds no job between from and until");
  CHECK(message(file + ", procs_as: node") ==
        "c.yaml:1: procs_as: no such procs_as 'node'\n  did you mean 'nodes'? known: gpus, nodes");
  CHECK(message(file + ", procs_per_node: 4") ==
        "c.yaml:1: procs_per_node: goes with procs_as: nodes only");
  CHECK(message(file + ", load_scale: 0") ==
        "c.yaml:1: load_scale: must be between 0.001 and 1000, is 0");
  CHECK(message(file + ", class: ") == "c.yaml:1: class: must be a name, is empty");
}
