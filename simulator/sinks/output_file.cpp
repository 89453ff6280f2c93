#include "simulator/sinks/output_file.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "core/check.hpp"
#include "core/error.hpp"

namespace berth {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{64} * 1024;

std::filesystem::path beside(const std::filesystem::path& path) {
  // Of this process: another run that writes the same folder has its own.
  return path.parent_path() /
         ("." + path.filename().string() + "." + std::to_string(::getpid()) + ".part");
}

}  // namespace

OutputFile::OutputFile(std::filesystem::path path) : path_(std::move(path)), part_(beside(path_)) {
  constexpr mode_t for_all = 0666;  // less what the umask takes away
  descriptor_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, for_all);
  if (descriptor_ < 0) {
    fail();
  }
  buffer_.reserve(buffer_bytes);
}

OutputFile::~OutputFile() { discard(); }

void OutputFile::write(std::string_view text) {
  check(descriptor_ >= 0, "an output file is written before it is committed");
  if (buffer_.size() + text.size() > buffer_bytes) {
    flush();
  }
  if (text.size() > buffer_bytes) {
    put(text);
  } else {
    buffer_.append(text);
  }
}

void OutputFile::flush() {
  put(buffer_);
  buffer_.clear();
}

void OutputFile::put(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor_, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      fail();
    }
  }
}

void OutputFile::commit() {
  check(descriptor_ >= 0, "an output file is committed once");
  flush();
  // The descriptor is gone whether close() reports an error or not.
  if (::close(std::exchange(descriptor_, -1)) != 0 ||
      std::rename(part_.c_str(), path_.c_str()) != 0) {
    const int reason = errno;
    ::unlink(part_.c_str());
    errno = reason;
    fail();
  }
}

void OutputFile::discard() {
  if (descriptor_ >= 0) {
    ::close(std::exchange(descriptor_, -1));
    ::unlink(part_.c_str());
  }
}

void OutputFile::fail() {
  const std::error_code reason(errno, std::generic_category());
  discard();
  throw InputError({}, "cannot write " + path_.string() + ": " + reason.message());
}

}  // namespace berth
