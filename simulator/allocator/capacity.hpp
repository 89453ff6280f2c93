// What a fleet can give to contracts, whoever gets which nodes: bounds that no choice of nodes
// beats, so that what is beyond them is refused when it is read and does not wait for ever.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulator/allocator/contract.hpp"

namespace berth {

class Capacity {
 public:
  // `fleet` outlives it.
  explicit Capacity(const Fleet& fleet, LeaseSpares spares = {})
      : fleet_(fleet), spares_(std::move(spares)) {}

  // Nodes with the GPUs that it wants.
  [[nodiscard]] std::uint32_t suiting(const Contract& one, NodeRange range) const;
  // Of those of a domain, so many may be leased: spares are kept back elsewhere as far as that is
  // possible.
  [[nodiscard]] std::uint32_t most_in(const Contract& one, NodeRange domain) const;
  // The most of any domain of the level that all its nodes have to be in. REQUIRES: it has one.
  [[nodiscard]] std::uint32_t most_within(const Contract& one) const;

  // Whether contracts can hold their nodes all at a time, as far as domains are concerned: those of
  // one model that want a domain for all their nodes, or domains without other tenants. Where they
  // cannot, it is said why. Hard cases (bin packing) that are not decided soon are let pass.
  [[nodiscard]] std::optional<std::string> too_many(const std::vector<Contract>& at_once) const;

 private:
  [[nodiscard]] std::optional<std::string> not_within(LevelId level,
                                                      const std::vector<Contract>& alike) const;
  [[nodiscard]] std::optional<std::string> not_alone(LevelId level,
                                                     const std::vector<Contract>& at_once) const;

  const Fleet& fleet_;
  LeaseSpares spares_;
};

}  // namespace berth
