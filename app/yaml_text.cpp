#include "app/yaml_text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.hpp"

namespace berth {
namespace {

class FileHandle {
 public:
  // Not blocking, so that a pipe without a writer does not hold us up before we can refuse it.
  explicit FileHandle(const std::string& path)
      : handle_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;
  ~FileHandle() {
    if (handle_ >= 0) {
      ::close(handle_);
    }
  }
  [[nodiscard]] int get() const { return handle_; }

 private:
  int handle_;
};

[[noreturn]] void fail_system(const std::string& path, int error) {
  if (error == ENOENT || error == ENOTDIR) {
    throw InputError({path}, "no such file");
  }
  std::string reason = std::strerror(error);
  reason[0] = static_cast<char>(reason[0] >= 'A' && reason[0] <= 'Z' ? reason[0] + 32 : reason[0]);
  throw InputError({path}, "cannot be read: " + reason);
}

std::string size_limit(std::size_t bytes_max) {
  return fmt::format("is larger than {} MiB", bytes_max >> 20U);
}

std::string size_remedy() { return "describe repetition by counts; large tables are traces"; }

// How many bytes the UTF-8 character at the front takes; 0 when it is not one.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                                           : 4;
  if (length == 0 || lead > 0xF4 || text.size() < length) {
    return 0;
  }
  std::uint32_t code = length == 1 ? lead : lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) {
      return 0;
    }
    code = code << 6U | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code < 0xE000;
  return overlong || surrogate || code > 0x10FFFF ? 0 : length;
}

// A text with the name it has in messages.
struct Named {
  std::string_view text;
  const std::string& name;
  Places places;
};

[[noreturn]] void fail_at_byte(const Named& named, std::size_t at, const std::string& what,
                               const std::string& remedy) {
  Where where{named.name};
  if (named.places == Places::lines_and_columns) {
    const std::string_view before = named.text.substr(0, at);
    const std::size_t newline = before.rfind('\n');
    const std::size_t line_start = newline == before.npos ? 0 : newline + 1;
    where.line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
    where.column = static_cast<int>(at - line_start) + 1;
  }
  throw InputError(where, what, remedy);
}

void check_characters(const Named& named) {
  const std::string_view text = named.text;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = character_length(text.substr(i, 4));
    const char byte = text[i];
    if (length == 0) {
      fail_at_byte(named, i, "is not UTF-8 text", "save the file as UTF-8");
    }
    if (byte == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')) {
      fail_at_byte(named, i, "has a carriage return without a line feed",
                   "end lines with a line feed");
    }
    const bool control = static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F;
    if (control && byte != '\n' && byte != '\t' && byte != '\r') {
      fail_at_byte(named, i,
                   fmt::format("has the control character 0x{:02x}",
                               static_cast<unsigned>(static_cast<unsigned char>(byte))),
                   "a config is plain text");
    }
    i += length;
  }
}

// The parser holds every token of a flow collection before it shows any, at some 200 bytes each;
// so what could become too many nodes is refused by its punctuation.
void check_punctuation(const Named& named) {
  const std::string_view text = named.text;
  int marks = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool key =
        text[i] == ':' && i + 1 < text.size() && (text[i + 1] == ' ' || text[i + 1] == '\n');
    if (key || text[i] == ',' || text[i] == '[' || text[i] == '{') {
      ++marks;
    }
    if (marks > 3 * yaml_nodes_max) {
      fail_at_byte(named, i, fmt::format("holds more than {} values", yaml_nodes_max),
                   size_remedy());
    }
  }
}

// "%YAML" and "%TAG" lines; the parser skips unknown ones silently, and what follows with them.
void check_directives(const Named& named) {
  const std::string_view text = named.text;
  std::size_t start = 0;
  while (start < text.size() &&
         (text[start] == '#' || text[start] == '\n' || text[start] == '\r')) {
    start = std::min(text.find('\n', start), text.size() - 1) + 1;
  }
  if (start < text.size() && text[start] == '%') {
    fail_at_byte(named, start, "directives are not supported", "remove the line");
  }
}

}  // namespace

std::string read_text_file(const std::string& path, std::size_t bytes_max) {
  const FileHandle file(path);
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
    fail_system(path, errno);
  }
  if (!S_ISREG(status.st_mode)) {
    throw InputError({path}, S_ISDIR(status.st_mode) ? "is a directory" : "is not a regular file",
                     "name a file");
  }
  std::string text(bytes_max + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno != EINTR) {
      fail_system(path, errno);
    }
    if (got == 0) {
      break;
    }
    size += got > 0 ? static_cast<std::size_t>(got) : 0;
  }
  if (size > bytes_max) {
    throw InputError({path}, size_limit(bytes_max), size_remedy());
  }
  text.resize(size);
  return text;
}

void check_yaml_text(std::string_view text, const std::string& name, Places places) {
  if (text.size() > yaml_bytes_max) {
    throw InputError({name}, size_limit(yaml_bytes_max), size_remedy());
  }
  check_characters({text, name, places});
  check_punctuation({text, name, places});
  check_directives({text, name, places});
}

}  // namespace berth
