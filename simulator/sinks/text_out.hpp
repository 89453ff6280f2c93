// Where the sinks that write text write it: a file, or a string in the tests.
#pragma once

#include <string_view>

namespace berth {

class TextOut {
 public:
  virtual ~TextOut() = default;
  virtual void write(std::string_view text) = 0;
};

}  // namespace berth
