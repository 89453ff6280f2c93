// The tree that a job goes into, where a file lists several: Slurm never spans them.
#pragma once

#include <cstdint>
#include <optional>

#include "cluster/room_index.hpp"
#include "topology/fleet.hpp"

namespace berth {

struct Root {
  std::optional<DomainId> domain;  // none: the whole fleet, which is one tree
};

// Of the highest roots that count at least so many, the last in the file.
inline std::optional<Root> root_for(std::uint32_t nodes, const RoomIndex& room,
                                    const Fleet& fleet) {
  if (!fleet.listed()) {
    return room.all() >= nodes ? std::optional(Root{}) : std::nullopt;
  }
  for (std::uint32_t level = 0; level < fleet.levels(); ++level) {
    for (std::uint32_t place = fleet.domains(LevelId(level)); place-- > 0;) {
      const DomainId domain = fleet.at_place(LevelId(level), place);
      const bool root = !fleet.filler(domain) && room.of(domain) >= nodes &&
                        (level == 0 || fleet.filler(fleet.domain_of(domain, LevelId(level - 1))));
      if (root) {
        return Root{domain};
      }
    }
  }
  return std::nullopt;
}

}  // namespace berth
