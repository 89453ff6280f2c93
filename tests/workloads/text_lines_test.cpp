#include "workloads/text_lines.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "tests/workloads/jobs.hpp"
#include "tests/workloads/packed.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

std::vector<std::string> lines_of(TextLines lines) {
  std::vector<std::string> all;
  while (const auto line = lines.next()) {
    all.emplace_back(*line);
  }
  return all;
}

std::vector<std::string> lines_in(const std::string& content) {
  return lines_of(TextLines::of_text("log", content));
}

std::string error_in(const std::string& content) {
  return error_of([&] { (void)lines_in(content); });
}

std::string error_of_file(const std::string& path) {
  return replaced(error_of([&] { (void)TextLines::of_file(path); }), path, "PATH");
}

using Lines = std::vector<std::string>;
const std::string not_text_remedy = "\n  a text log is expected, plain or packed with gzip or zstd";

}  // namespace

TEST_CASE("a text is read line by line, whatever ends its lines and with or without a last end") {
  CHECK(lines_in("").empty());
  CHECK(lines_in("\n") == Lines{""});
  CHECK(lines_in("a\nb") == Lines{"a", "b"});
  CHECK(lines_in("a\nb\n") == Lines{"a", "b"});
  CHECK(lines_in("a\r\n\r\nb\r\n") == Lines{"a", "", "b"});
  CHECK(lines_in("\xef\xbb\xbf"
                 "a\n") == Lines{"a"});
  CHECK(lines_in("J\xfcrgen\n") == Lines{"J\xfcrgen"});
}

TEST_CASE("gzip and zstd are undone, also several members one after the other") {
  CHECK(lines_in(gzipped("a\nb\n")) == Lines{"a", "b"});
  CHECK(lines_in(gzipped("a\n") + gzipped("b\n")) == Lines{"a", "b"});
  CHECK(lines_in(zstd_packed("a\nb\n")) == Lines{"a", "b"});
  CHECK(lines_in(zstd_packed("a\n") + zstd_packed("b\n")) == Lines{"a", "b"});
  CHECK(lines_in(gzipped("")).empty());
  CHECK(lines_in(zstd_packed("")).empty());
}

TEST_CASE("a log much longer than the buffer is read whole") {
  std::string text;
  for (int i = 0; i < 200'000; ++i) {
    text += std::to_string(i) + " some words\n";
  }
  const Lines lines = lines_in(gzipped(text));
  REQUIRE(lines.size() == 200'000);
  CHECK(lines[123'456] == "123456 some words");
}

TEST_CASE("what ends too early or is damaged says so") {
  const std::string text(5000, 'a');
  const std::string gzip = gzipped(text);
  const std::string zstd = zstd_packed(text);
  CHECK(error_in(gzip.substr(0, gzip.size() / 2)) == "log: the compressed data ends too early");
  CHECK(error_in(gzip.substr(0, gzip.size() - 1)) == "log: the compressed data ends too early");
  CHECK(error_in(gzip.substr(0, 2)) == "log: the compressed data ends too early");
  CHECK(error_in(zstd.substr(0, zstd.size() - 1)) == "log: the compressed data ends too early");
  CHECK(error_in(gzip + "behind") == "log: the compressed data is damaged");
  CHECK(error_in(zstd + "behind") == "log: the compressed data is damaged");
  CHECK(error_in("\x1f\x8b garbage") == "log: the compressed data is damaged");
}

TEST_CASE("what is not text is refused with its line") {
  CHECK(error_in(std::string("a\nb\0c\n", 6)) == "log:2: byte 0x00 is not text" + not_text_remedy);
  CHECK(error_in("\x7f"
                 "ELF\x02\x01\n") == "log:1: byte 0x02 is not text" + not_text_remedy);
  CHECK(error_in(std::string(longest_line, 'a')) == "fine");
  CHECK(error_in("a\n" + std::string(longest_line + 1, 'a')) ==
        "log:2: the line is longer than 65536 bytes" + not_text_remedy);
  CHECK(error_in(gzipped(std::string(50'000'000, 'a'))) ==
        "log:1: the line is longer than 65536 bytes" + not_text_remedy);
}

TEST_CASE("only a regular file is read") {
  const TempFile fifo("");
  std::filesystem::remove(fifo.path());
  REQUIRE(::mkfifo(fifo.path().c_str(), 0600) == 0);
  CHECK(error_of_file(fifo.path()) == "PATH: is not a regular file");
  CHECK(error_of_file("/dev/zero") == "PATH: is not a regular file");
  CHECK(error_of_file("/tmp") == "PATH: is a directory, not a file");
  CHECK(error_of_file("/nowhere/log") == "PATH: no such file");
  CHECK(error_of_file(fifo.path() + "/log") == "PATH: no such file");
}

TEST_CASE("progress is the part of the bytes on disk that was read") {
  const TempFile file("a\nb\n");
  TextLines lines = TextLines::of_file(file.path());
  CHECK(lines_of(TextLines::of_file(file.path())) == Lines{"a", "b"});
  while (lines.next()) {
  }
  CHECK(lines.progress() == 1.0);
}
