// Any bytes as a job log, plain or packed: read to the end, or refused with an InputError. What
// comes out keeps the promises of a JobSource.
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/check.hpp"
#include "core/error.hpp"
#include "workloads/number_set.hpp"
#include "workloads/traces/swf.hpp"

namespace {

using namespace berth;

SwfOptions options_for(std::size_t size) {
  SwfOptions options;
  options.log.labels = {"training", "default", 0};
  options.procs_as = size % 2 == 0 ? SwfOptions::ProcsAs::gpus : SwfOptions::ProcsAs::nodes;
  options.procs_per_node = 8;
  options.partition_from = SwfOptions::PartitionFrom::queue;
  return options;
}

void check_job(const Job& job, SimTime before) {
  check(job.submit >= before, "jobs come in order of submission");
  check(job.work >= Duration{} && job.work <= longest_duration, "work is a length of time");
  check(job.limit > Duration{} && job.limit <= longest_duration, "a limit is above zero");
  check((job.ask.gpus > 0) != (job.ask.whole_nodes > 0), "a job asks for GPUs or for nodes");
  check(job.number <= NumberSet::most, "a job number fits the set of those seen");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string log(reinterpret_cast<const char*>(data), size);
  Catalog catalog;
  try {
    (void)read_swf_header(TextLines::of_text("log", log));
    const auto source = read_swf(TextLines::of_text("log", log), options_for(size), catalog);
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
