#include "simulator/failures/active_tests.hpp"

namespace berth {

// n with probability (1 - recall)^n recall.
std::uint32_t ActiveTests::misses(double luck) const {
  constexpr std::uint32_t most = 100'000;
  double left = 1 - recall;
  std::uint32_t missed = 0;
  for (; luck < left && missed < most; ++missed) {
    left *= 1 - recall;
  }
  return missed;
}

}  // namespace berth
