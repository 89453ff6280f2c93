// Where a command talks: results to `out`, everything else to `err`.
#pragma once

#include <ostream>

#include "app/log.hpp"

namespace berth {

enum class Terminal { no, yes };

struct Console {
  std::ostream& out;
  std::ostream& err;
  Terminal err_is;  // a terminal gets a progress bar
  Log log;
};

}  // namespace berth
