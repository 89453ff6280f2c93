// Comma-separated values with a header line (RFC 4180): columns are found by name, fields may be
// quoted. A quoted field ends on its line: no log we know has line ends inside.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "workloads/text_lines.hpp"

namespace berth {

class Csv {
 public:
  // Reads the header; InputError when one of `columns` is not in it. Those of `optional` follow
  // them in number; where the header has none of that name, has() is false and its fields are
  // empty.
  Csv(TextLines lines, std::vector<std::string_view> columns,
      const std::vector<std::string_view>& optional = {});

  // The next row that is not blank; false at the end.
  bool next();
  [[nodiscard]] bool has(std::size_t column) const { return place_[column] != nowhere; }
  // The field of the given column, by its position in `columns`; valid until next().
  [[nodiscard]] std::string_view text(std::size_t column) const;
  [[nodiscard]] Duration seconds(std::size_t column) const;
  [[nodiscard]] Duration milliseconds(std::size_t column) const;
  [[nodiscard]] std::uint32_t count(std::size_t column, std::uint32_t least) const;
  [[nodiscard]] std::uint32_t count(std::size_t column, std::uint32_t least,
                                    std::uint32_t most) const;

  [[nodiscard]] const std::string& path() const { return lines_.path(); }
  // "path:line: column: what is wrong"
  [[noreturn]] void fail(std::size_t column, const std::string& what,
                         const std::string& remedy = {}) const;

 private:
  [[nodiscard]] Duration length(std::size_t column, std::int64_t nanoseconds_of_one) const;
  void split(std::string_view line);
  void split_quoted(std::string_view line);
  void take_quoted(std::string_view& line);
  void take_bare(std::string_view& line);

  static constexpr std::size_t nowhere = ~std::size_t{0};

  TextLines lines_;
  std::vector<std::string_view> columns_;
  std::vector<std::size_t> place_;  // of each column in a line
  std::size_t width_ = 0;           // fields of a line
  std::vector<std::string_view> fields_;
  std::string unquoted_;  // what fields_ points into when the line had quotes
};

}  // namespace berth
