#include "app/drains.hpp"

#include "topology/marks.hpp"

namespace berth {
namespace {

Drain read_drain(Setting map, const Fleet& fleet) {
  Drain drain;
  drain.nodes = nodes_named(map.at("nodes"), fleet);
  drain.from = SimTime{map.duration_or("from", Duration{})};
  if (const auto until = map.find("until")) {
    drain.until = SimTime{until->duration()};
    if (drain.until <= drain.from) {
      until->fail("must be later than `from`", "leave it out where the nodes stay closed");
    }
  }
  drain.by =
      map.choice_or("by", "slurm", {"slurm", "kubernetes"}) == 0 ? Door::slurm : Door::kubernetes;
  return drain;
}

}  // namespace

std::vector<Drain> read_drains(Setting root, const Fleet& fleet) {
  std::vector<Drain> drains;
  if (const auto list = root.find("drains")) {
    for (const Setting& item : list->items()) {
      drains.push_back(read_drain(item, fleet));
    }
  }
  return drains;
}

}  // namespace berth
