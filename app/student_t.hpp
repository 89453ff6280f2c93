// Student's t, for confidence intervals of means of few values.
#pragma once

#include <cstddef>

namespace berth {

// The t that 97.5 % of values stay below, with so many degrees of freedom. REQUIRES: at least 1.
double student_t_975(std::size_t degrees_of_freedom);

}  // namespace berth
