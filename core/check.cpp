#include "core/check.hpp"

#include <fmt/format.h>

namespace berth {

void check_failed(const char* promise, const char* file, int line) {
  throw InternalError(fmt::format("{}:{}: broken promise: {}", file, line, promise));
}

}  // namespace berth
