// Bytes from a file or from memory, a piece at a time, so that a log of any size is read in fixed
// memory.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace berth {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // Fills the beginning of `out` and says how much; 0 only at the end.
  virtual std::size_t read(std::span<char> out) = 0;
  // The part of the bytes on disk that was read, 0..1.
  [[nodiscard]] virtual double progress() const = 0;
};

// InputError unless `path` names a regular file that can be read.
std::unique_ptr<ByteStream> open_bytes(const std::string& path);
std::unique_ptr<ByteStream> bytes_of(std::string content);

// What hinders reading `path` as a file ("no such file"), or "".
std::string unreadable(const std::string& path);

}  // namespace berth
