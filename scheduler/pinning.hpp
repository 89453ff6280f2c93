// A placer around another one: a suspended job goes on on the GPUs that it was suspended on, or
// waits for them; all others are placed as the inner one does it.
#pragma once

#include <memory>

#include "scheduler/placer.hpp"

namespace berth {

std::unique_ptr<const Placer> pinning(const Placer& inner);  // which outlives it

}  // namespace berth
