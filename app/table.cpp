#include "app/table.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include <fmt/format.h>

namespace berth {
namespace {

// Code points, which is what a terminal counts for the few characters we print.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
  }));
}

std::string padded(const std::string& cell, std::size_t width, Table::Align align) {
  const std::string blanks(width - std::min(width, width_of(cell)), ' ');
  return align == Table::Align::left ? cell + blanks : blanks + cell;
}

std::string two_units(std::int64_t count, std::int64_t per, char big, char small) {
  return count % per == 0 ? fmt::format("{}{}", count / per, big)
                          : fmt::format("{}{}{}{}", count / per, big, count % per, small);
}

}  // namespace

std::string Table::text() const {
  std::vector<std::size_t> widths(align_.size());
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(row[i]));
    }
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += (i == 0 ? "" : "  ") + padded(row[i], widths[i], align_[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string wrapped(const std::string& text, std::size_t width) {
  std::string lines;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = std::min(at + width, text.size());
    if (end < text.size()) {
      const std::size_t blank = text.rfind(' ', end);
      end = blank == text.npos || blank <= at ? end : blank;
    }
    lines += text.substr(at, end - at) + "\n";
    at = end + (end < text.size() && text[end] == ' ' ? 1 : 0);
  }
  return lines;
}

std::string readable_duration(double seconds) {
  if (seconds < 0) {
    return "-" + readable_duration(-seconds);
  }
  if (seconds < 59.95) {
    return seconds == 0 ? "0s" : fmt::format("{:.1f}s", seconds);
  }
  const auto whole = static_cast<std::int64_t>(seconds + 0.5);
  if (whole < 3600) {
    return two_units(whole, 60, 'm', 's');
  }
  const std::int64_t minutes = (whole + 30) / 60;
  if (minutes < 24 * 60) {
    return two_units(minutes, 60, 'h', 'm');
  }
  return two_units((minutes + 30) / 60, 24, 'd', 'h');
}

std::string readable_count(std::int64_t count) {
  return readable_number(static_cast<double>(count), 0);
}

std::string readable_percent(double fraction) { return fmt::format("{:.1f} %", 100 * fraction); }

std::string readable_number(double value, int digits) {
  std::string text = fmt::format("{:.{}f}", value, digits);
  const std::size_t first = text.front() == '-' ? 1 : 0;
  const std::size_t point = std::min(text.find('.'), text.size());
  for (std::size_t at = point; at > first + 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

}  // namespace berth
