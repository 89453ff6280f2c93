// XXH3-128 of bytes: to tell whether two files or two results are the same. Not for secrets.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace berth {

class Digest {
 public:
  Digest();
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  void add(const char* bytes, std::size_t size);
  // 32 hexadecimal digits of what was added so far.
  [[nodiscard]] std::string hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace berth
