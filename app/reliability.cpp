#include "app/reliability.hpp"

#include "workloads/read_terms.hpp"

namespace berth {

Reliability read_reliability(Setting root, const Topology& topology) {
  Reliability reliability;
  const auto written = root.find("reliability");
  if (!written) {
    static_cast<void>(root.text_or("reliability", "none"));  // for the resolved config
    return reliability;
  }
  constexpr std::size_t most = 256;
  const auto items = written->is_list() ? written->items() : std::vector{*written};
  if (items.empty() || items.size() > most) {
    written->fail("lists no process, or more than 256", "none, where nothing fails");
  }
  for (const Setting& item : items) {
    if (auto process = make_failures(item)) {
      if (process->flaps() && reliability.flaps()) {
        item.fail("links flap already, by another process", "one that is the sum of both");
      }
      reliability.add(std::move(process));
    }
  }
  reliability.check_topology(topology);
  return reliability;
}

std::optional<Terms> read_default_recovery(Setting root) {
  const auto written = root.find("recovery");
  if (!written) {
    return std::nullopt;
  }
  Terms terms;
  read_recovery(terms, *written);
  return terms;
}

}  // namespace berth
