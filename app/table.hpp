// A table for people: columns as wide as they need, numbers to the right, and numbers as people
// read them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace berth {

class Table {
 public:
  enum class Align { left, right };

  // `columns` aligns each; rows may be shorter.
  explicit Table(std::vector<Align> columns) : align_(std::move(columns)) {}

  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] std::string text() const;

 private:
  std::vector<Align> align_;
  std::vector<std::vector<std::string>> rows_;
};

// Lines of at most `width` characters, each with its end; "" for an empty text.
std::string wrapped(const std::string& text, std::size_t width);

// --- numbers as people read them ----------------------------------------------------------------
std::string readable_duration(double seconds);          // "42.1s", "12m5s", "3h12m", "4d7h"
std::string readable_count(std::int64_t count);         // "1,234,567"
std::string readable_percent(double fraction);          // "83.4 %"
std::string readable_number(double value, int digits);  // with commas before the point

}  // namespace berth
