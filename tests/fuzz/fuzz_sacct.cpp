// Any bytes as what sacct prints: read to the end, or refused with an InputError. What comes out
// keeps the promises of a JobSource.
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/check.hpp"
#include "core/error.hpp"
#include "workloads/traces/sacct.hpp"

namespace {

using namespace berth;

void check_job(const Job& job, SimTime before) {
  check(job.submit >= before, "jobs come in order of submission");
  check(job.work >= Duration{} && job.work <= longest_duration, "work is a length of time");
  check(job.limit > Duration{} && job.limit <= longest_duration, "a limit is above zero");
  check(job.ask.gpus > 0 || job.ask.cpu_milli > 0, "a job asks for something");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string log(reinterpret_cast<const char*>(data), size);
  SacctOptions options;
  options.log.labels = {"training", "default", 0};
  options.only_gpus = size % 2 == 0;
  Catalog catalog;
  try {
    const auto source = read_sacct(TextLines::of_text("log", log), options, catalog);
    Job job;
    for (SimTime before{}; source->next(job); before = job.submit) {
      check_job(job, before);
    }
    (void)source->warnings();
  } catch (const InputError&) {
    // The input is wrong, and the reader said so.
  }
  return 0;
}
