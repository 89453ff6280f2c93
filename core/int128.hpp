// 128-bit sums: GPU-nanoseconds of a large fleet over a year do not fit 64 bits.
#pragma once

namespace berth {

__extension__ using Int128 = __int128;
__extension__ using Uint128 = unsigned __int128;

}  // namespace berth
