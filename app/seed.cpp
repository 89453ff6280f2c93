#include "app/seed.hpp"

namespace berth {

std::vector<std::string> with_seed(const Arguments& arguments) {
  std::vector<std::string> sets = arguments.sets;
  if (arguments.seed) {
    sets.push_back("seed=" + std::to_string(count_of("--seed", *arguments.seed, 0, seed_most)));
  }
  return sets;
}

}  // namespace berth
