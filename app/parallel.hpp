// Independent pieces of work on several threads. Which thread does which piece is chance; what
// they write is not, because each writes to a place of its own.
#pragma once

#include <cstddef>
#include <functional>

namespace berth {

// Calls work(0) .. work(count - 1), each once, on up to `threads` threads. When some throw, no new
// ones begin, and the error of the lowest number is thrown on.
void parallel_for(std::size_t count, std::size_t threads,
                  const std::function<void(std::size_t)>& work);

// Cores this program may use.
std::size_t usable_cores();

}  // namespace berth
