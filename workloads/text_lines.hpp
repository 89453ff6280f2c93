// A text file line by line, in fixed memory; plain, gzip or zstd. Knows where it is, for errors.
// Refuses what is not text: control bytes, and lines longer than `longest_line`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "workloads/bytes.hpp"

namespace berth {

inline constexpr std::size_t longest_line = std::size_t{64} * 1024;

class TextLines {
 public:
  static TextLines of_file(const std::string& path);
  static TextLines of_text(const std::string& name, std::string content);

  // The next line without its end (LF or CRLF); valid until the next call.
  std::optional<std::string_view> next();

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] Where where() const;  // the line that was read last
  [[nodiscard]] double progress() const { return bytes_->progress(); }
  [[noreturn]] void fail(const std::string& what, const std::string& remedy = {}) const;

 private:
  TextLines(const std::string& path, std::unique_ptr<ByteStream> bytes);
  std::optional<std::string_view> cut_line();
  void read_more();
  [[nodiscard]] std::string_view as_text(std::string_view line) const;

  std::string path_;
  std::unique_ptr<ByteStream> bytes_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // of the next line
  std::size_t end_ = 0;    // of what was read
  std::uint64_t line_ = 0;
  bool at_end_ = false;
};

}  // namespace berth
