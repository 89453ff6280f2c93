// The whole program but for the process around it, so that tests call it with streams of their own.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "app/console.hpp"

namespace berth {

// `words` without the program's name. The exit code: 0 done, 1 the answer is no, 2 the input is
// wrong, 3 a bug of ours, 130 interrupted.
int berth_main(const std::vector<std::string>& words, std::ostream& out, std::ostream& err,
               Terminal err_is = Terminal::no);

}  // namespace berth
