// The ways that packets between ranks take: the directed links between switches from each leaf to
// each rank. Ranks of one leaf share them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "topology/routing.hpp"

namespace berth {

class Walks {
 public:
  // `ranks`: LIDs, 0 where a rank is empty.
  Walks(const Fabric& fabric, const ForwardingTables& tables,
        const std::vector<std::uint16_t>& ranks);

  // Each direction of each cable between switches, in order of (from, port), with no load.
  [[nodiscard]] const std::vector<LinkLoad>& links() const { return links_; }
  [[nodiscard]] std::uint32_t leaves() const { return static_cast<std::uint32_t>(on_.size()); }
  [[nodiscard]] std::uint32_t leaf_of(std::uint32_t rank) const { return leaf_[rank]; }
  [[nodiscard]] std::uint64_t ranks_on(std::uint32_t leaf) const { return on_[leaf]; }
  // Indices of links; none when the rank is empty or the packet does not arrive.
  [[nodiscard]] std::span<const std::uint32_t> walk(std::uint32_t leaf, std::uint32_t to) const {
    const std::size_t i = std::size_t{to} * on_.size() + leaf;
    return {steps_.data() + first_[i], steps_.data() + first_[i + 1]};
  }

 private:
  void list_links(const Fabric& fabric, const ForwardingTables& tables);
  void list_leaves(const Fabric& fabric, const std::vector<std::uint16_t>& ranks);
  void follow(const Fabric& fabric, const ForwardingTables& tables, DeviceId from,
              std::uint16_t lid);

  static constexpr std::uint32_t none = UINT32_MAX;

  std::vector<LinkLoad> links_;
  std::vector<std::uint32_t> link_at_;  // by device and port: index of a link
  std::vector<DeviceId> switch_of_;     // by leaf
  std::vector<std::uint32_t> leaf_;     // by rank
  std::vector<std::uint64_t> on_;       // by leaf: ranks
  std::vector<std::uint32_t> first_;    // by (rank, leaf), and one more
  std::vector<std::uint32_t> steps_;
};

}  // namespace berth
