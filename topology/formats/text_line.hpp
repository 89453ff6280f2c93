// The lines of a text that was read as a whole, and a place within one: what the readers of line
// formats share. All of them refuse what is not text, and say where.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace berth {

// A line and how far it was read. Taking something moves on; failing names the place.
class TextLine {
 public:
  TextLine(std::string_view line, std::size_t number, const std::string& path)
      : line_(line), rest_(line), number_(number), path_(&path) {}

  [[nodiscard]] std::string_view rest() const { return rest_; }
  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] std::size_t number() const { return number_; }
  // 1 for the first byte.
  [[nodiscard]] std::size_t column() const { return line_.size() - rest_.size() + 1; }

  void skip_blanks() {  // and tabs
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) {
      rest_.remove_prefix(1);
    }
  }
  // True, and past it, when `word` comes next.
  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) {
      return false;
    }
    rest_.remove_prefix(word.size());
    return true;
  }
  void expect(std::string_view word, std::string_view remedy = {}) {
    if (!take(word)) [[unlikely]] {
      fail_expected(word, remedy);
    }
  }
  // The text before the next (last) `end`, which is passed too. It fails where there is none.
  std::string_view until(char end, std::string_view remedy = {});
  std::string_view until_last(char end, std::string_view remedy = {});

  // A number of at most 16 hexadecimal digits, without "0x".
  std::uint64_t hex(std::string_view name);
  // A decimal number in [least, most].
  std::uint32_t number(std::string_view name, std::uint32_t least, std::uint32_t most);

  // At the place reached, or at the one given.
  [[noreturn]] void fail(const std::string& what, std::string_view remedy = {}) const;
  [[noreturn]] void fail_at(std::size_t column, const std::string& what,
                            std::string_view remedy = {}) const;

 private:
  [[noreturn]] void fail_expected(std::string_view what, std::string_view remedy) const;

  std::string_view line_;
  std::string_view rest_;
  std::size_t number_;
  const std::string* path_;
};

Where where_of(const std::string& path, std::size_t line, std::size_t column = 0);

// Line by line; ends are LF or CRLF. Control bytes other than tabs are an InputError.
class TextOfLines {
 public:
  TextOfLines(std::string_view text, const std::string& path) : rest_(text), path_(&path) {}
  std::optional<TextLine> next();

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
  const std::string* path_;
};

}  // namespace berth
