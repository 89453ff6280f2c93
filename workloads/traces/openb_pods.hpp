// The pods of the openb trace (Alibaba's cluster of 2023, published with FGD): a CSV file with a
// pod a line. traces/openb.cpp makes jobs of them; a placer learns from them what is typical.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "workloads/job.hpp"
#include "workloads/text_lines.hpp"

namespace berth {

enum class GpuSpec : std::uint8_t { ignored, honoured };

struct OpenbPod {
  std::string name;
  Ask ask;
  std::vector<std::string> gpu_models;  // those that it takes, in order of name; empty: any
  // Since the begin of the trace; nothing where the list has no such column or field.
  std::optional<Duration> created;
  std::optional<Duration> scheduled;
  std::optional<Duration> deleted;
};

// In the order of the file. InputError for what is malformed.
std::vector<OpenbPod> read_openb_pods(const std::string& path);
std::vector<OpenbPod> read_openb_pods(TextLines lines);

}  // namespace berth
