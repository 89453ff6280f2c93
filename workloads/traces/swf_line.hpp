// One line of the Standard Workload Format as numbers, checked field by field.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.hpp"
#include "workloads/log_number.hpp"
#include "workloads/text_lines.hpp"

namespace berth {

enum class SwfField : std::uint8_t {
  number,
  submit,
  wait,
  run,
  allocated,
  cpu_time,
  memory_used,
  requested,
  requested_time,
  requested_memory,
  status,
  user,
  group,
  executable,
  queue,
  partition,
  preceding,
  think_time,
};
inline constexpr std::size_t swf_fields = 18;

class SwfLine {
 public:
  // Errors are of the line that `lines` read last.
  SwfLine(std::string_view text, const TextLines& lines);

  // A whole number within [0, most]; nothing for -1.
  [[nodiscard]] std::optional<std::int64_t> count(SwfField field, std::int64_t most) const;
  // Nothing for -1.
  [[nodiscard]] std::optional<Duration> time(SwfField field) const;

  // "field 2 (submit time) <what>"
  [[noreturn]] void fail(SwfField field, const std::string& what,
                         const std::string& remedy = {}) const;

 private:
  [[nodiscard]] std::string shown(SwfField field) const;

  const TextLines& lines_;
  std::array<LogNumber, swf_fields> numbers_{};
};

}  // namespace berth
