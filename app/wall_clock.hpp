// The only look at the machine outside: how long a run took and how much memory it used. Nothing
// here may reach a result; it is for the progress bar and the manifest.
#pragma once

#include <cstdint>

namespace berth {

class Stopwatch {
 public:
  Stopwatch();
  [[nodiscard]] double seconds() const;

 private:
  std::int64_t began_;
};

// The most memory this process ever held, in bytes.
std::int64_t peak_memory();

}  // namespace berth
