// check(): our own bugs stop the run at once, in every build. Users' mistakes are InputError.
#pragma once

#include <stdexcept>

namespace berth {

// A broken promise inside Berth. The program reports it and ends with exit code 3.
class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] void check_failed(const char* promise, const char* file, int line);

// `promise` says what should have been true. Takes the caller's place through the builtins, which
// both g++ 12 and clang have.
inline void check(bool kept, const char* promise, const char* file = __builtin_FILE(),
                  int line = __builtin_LINE()) {
  if (!kept) [[unlikely]] {
    check_failed(promise, file, line);
  }
}

}  // namespace berth
