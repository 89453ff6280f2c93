// Counting bits without a call: the portable x86-64 build has no popcount instruction to use, and
// the library's function costs more than the count.
#pragma once

#include <cstdint>

namespace berth {

// Ones in `word`, by summing neighbours (Warren, Hacker's Delight, 5-1).
constexpr std::uint32_t count_ones(std::uint64_t word) {
  word -= (word >> 1U) & 0x5555555555555555U;
  word = (word & 0x3333333333333333U) + ((word >> 2U) & 0x3333333333333333U);
  word = (word + (word >> 4U)) & 0x0f0f0f0f0f0f0f0fU;
  return static_cast<std::uint32_t>((word * 0x0101010101010101U) >> 56U);
}

}  // namespace berth
