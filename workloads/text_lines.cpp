#include "workloads/text_lines.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <limits>
#include <span>
#include <utility>

#include "workloads/decompress.hpp"

namespace berth {
namespace {

constexpr std::size_t buffer_bytes = 4 * longest_line;
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

// Bytes above 0x7f pass: old logs carry names in Latin-1.
bool is_control(char byte) { return static_cast<unsigned char>(byte) < 0x20 && byte != '\t'; }

std::string hex(char byte) {
  std::array<char, 8> text{};
  static_cast<void>(std::snprintf(text.data(), text.size(), "0x%02x",
                                  static_cast<unsigned>(static_cast<unsigned char>(byte))));
  return text.data();
}

}  // namespace

TextLines TextLines::of_file(const std::string& path) { return TextLines(path, open_bytes(path)); }

TextLines TextLines::of_text(const std::string& name, std::string content) {
  return TextLines(name, bytes_of(std::move(content)));
}

TextLines::TextLines(const std::string& path, std::unique_ptr<ByteStream> bytes)
    : path_(path), bytes_(decompressed(std::move(bytes), path)), buffer_(buffer_bytes) {}

std::optional<std::string_view> TextLines::next() {
  while (true) {
    if (const auto line = cut_line()) {
      ++line_;
      const bool marked = line_ == 1 && line->starts_with(byte_order_mark);
      return as_text(marked ? line->substr(byte_order_mark.size()) : *line);
    }
    if (at_end_ && begin_ == end_) {
      return std::nullopt;
    }
    read_more();
  }
}

// Nothing when the line's end was not read yet.
std::optional<std::string_view> TextLines::cut_line() {
  const std::string_view rest(buffer_.data() + begin_, end_ - begin_);
  std::size_t length = rest.find('\n');
  const bool unfinished = length == std::string_view::npos;
  if (unfinished) {
    length = rest.size();
  }
  if (length > longest_line) {
    ++line_;
    fail("the line is longer than " + std::to_string(longest_line) + " bytes",
         "a text log is expected, plain or packed with gzip or zstd");
  }
  if (unfinished && (!at_end_ || rest.empty())) {
    return std::nullopt;
  }
  begin_ += std::min(length + 1, rest.size());
  return rest.substr(0, length);
}

void TextLines::read_more() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  const std::size_t got = bytes_->read(std::span(buffer_).subspan(end_));
  at_end_ = got == 0;
  end_ += got;
}

std::string_view TextLines::as_text(std::string_view line) const {
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  if (const auto bad = std::ranges::find_if(line, is_control); bad != line.end()) [[unlikely]] {
    fail("byte " + hex(*bad) + " is not text",
         "a text log is expected, plain or packed with gzip or zstd");
  }
  return line;
}

Where TextLines::where() const {
  constexpr std::uint64_t most = std::numeric_limits<int>::max();
  return Where{path_, static_cast<int>(std::min(line_, most))};
}

void TextLines::fail(const std::string& what, const std::string& remedy) const {
  throw InputError(where(), what, remedy);
}

}  // namespace berth
