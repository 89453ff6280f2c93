// Fields between bars under a header line that names the columns, as `sacct -P` prints them.
// Columns may stand in any order, and most may be missing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workloads/text_lines.hpp"

namespace berth {

class SacctTable {
 public:
  enum class Column : std::uint8_t {
    job_id,
    submit,
    elapsed,
    elapsed_raw,
    time_limit,
    time_limit_raw,
    state,
    user,
    account,
    partition,
    qos,
    requested,
    allocated,
    node_list,
  };
  static constexpr std::size_t columns = 14;
  static std::string_view name(Column column);

  // Reads the header.
  explicit SacctTable(TextLines lines);

  // The next row that is not blank; false at the end.
  bool next();
  [[nodiscard]] bool has(Column column) const { return place_[index(column)].has_value(); }
  // "" where there is no such column. Valid until next().
  [[nodiscard]] std::string_view operator[](Column column) const {
    const auto place = place_[index(column)];
    return place ? fields_[*place] : std::string_view();
  }
  // "path:line:column: NAME: what is wrong". REQUIRES: has(column), after next().
  [[noreturn]] void fail(Column column, const std::string& what,
                         const std::string& remedy = {}) const;
  [[noreturn]] void fail_header(const std::string& what) const;
  [[nodiscard]] const std::string& path() const { return lines_.path(); }

 private:
  static std::size_t index(Column column) { return static_cast<std::size_t>(column); }
  void split(std::string_view line);

  TextLines lines_;
  std::string_view line_;
  std::vector<std::string_view> fields_;
  std::array<std::optional<std::size_t>, columns> place_{};
  std::size_t width_ = 0;
};

}  // namespace berth
