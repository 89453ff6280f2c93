#include "app/outage_asked.hpp"

#include <utility>

#include "core/error.hpp"

namespace berth {

Outage outage_asked(const Topology& topology, const std::vector<std::string>& parts) {
  Outage all;
  for (const std::string& part : parts) {
    try {
      all = both(std::move(all), outage_of(topology, part));
    } catch (const InputError& error) {
      throw InputError({"--without"}, error.what());
    }
  }
  return all;
}

}  // namespace berth
