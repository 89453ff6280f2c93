// How Slurm's topology/tree plugin chooses leaves, without looking at every leaf, for trees whose
// leaves all stand equally deep and are listed as they are nested, and jobs of one task a node.
//
// Leaves of branches (the switches below the top) from which nothing was taken yet are far: they
// are farther than any other and equally far, so that among them the comparison alone decides, and
// the index by counts finds its winner. The others are near and few; they are compared one by one.
// A far leaf never replaces a near one. So what matters of the far ones, while the table is walked
// to the first near leaf that is taken up, is the best that stands before it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cluster/room_index.hpp"
#include "scheduler/placers/leaf_shares.hpp"
#include "scheduler/placers/slurm_tree_walk.hpp"

namespace berth {

class SlurmTreeIndex {
 public:
  // `top`: the root that the job goes below; none: the one above all domains. REQUIRES: the fleet
  // is listed as nested.
  SlurmTreeIndex(const Fleet& fleet, const RoomIndex& room, LevelId leaf,
                 std::optional<DomainId> top, TreeVersion version);

  // Of the leaves that the job has nodes of already (`begun`, in order of the table) the rest is
  // taken first. REQUIRES: there are so many nodes with room below the top.
  LeafShares choose(std::uint32_t nodes, const std::vector<DomainId>& begun = {});

 private:
  struct Near {
    DomainId leaf;
    DomainId branch;
    std::uint32_t place = 0;
    std::uint32_t distance = 0;  // to all leaves taken so far
  };
  // How well a leaf does by itself: where, climbing from it, the rest fits, and what is there.
  struct Offer {
    bool fits = false;
    std::uint32_t level = 0;  // the branch where it does not fit below the top
    std::uint32_t nodes = 0;
  };
  struct Verdict {
    int better = 0;
    bool fits = false;
  };

  [[nodiscard]] std::uint32_t nodes_in(DomainId domain) const;
  [[nodiscard]] std::uint32_t outer(DomainId domain, std::uint32_t level) const;
  [[nodiscard]] bool far(DomainId domain) const;
  [[nodiscard]] std::uint32_t hops(DomainId a, DomainId b) const;

  [[nodiscard]] DomainId next_leaf() const;
  [[nodiscard]] std::uint32_t first_far_branch() const;
  void use_up(DomainId leaf);
  void approach(DomainId branch, DomainId taken);

  // Of the far domains of a level at the places before `past` the smallest that holds the rest, and
  // the one with most nodes; the first of equals.
  [[nodiscard]] std::optional<DomainId> tightest_far(std::uint32_t level, std::uint32_t past) const;
  [[nodiscard]] std::optional<DomainId> fullest_far(std::uint32_t level, std::uint32_t past) const;
  [[nodiscard]] std::optional<DomainId> first_far(const NodeSet& places, std::uint32_t level,
                                                  std::uint32_t past) const;
  [[nodiscard]] DomainId fullest_leaf_in(DomainId domain) const;
  [[nodiscard]] DomainId best_far() const;

  [[nodiscard]] Offer offer_of(const Near& near) const;
  [[nodiscard]] std::optional<Offer> far_before(const Near& near) const;
  [[nodiscard]] bool taken_up(const Offer& offer, const std::optional<Offer>& far) const;
  [[nodiscard]] Verdict compare(DomainId i, DomainId j) const;
  [[nodiscard]] bool replaces(const Near& near, const Near& best) const;

  const Fleet& fleet_;
  const RoomIndex& room_;
  std::uint32_t leaf_;    // the level of leaves
  std::uint32_t branch_;  // that of what stands below the top
  std::optional<DomainId> top_;
  TreeVersion version_;

  std::uint32_t wanted_ = 0;
  std::vector<Near> near_;  // in order of the table
  std::uint32_t far_distance_ = 0;
  std::vector<std::uint8_t> reached_;  // branches, by place
  std::vector<std::uint32_t> taken_;   // nodes taken, by domain; where versions count them
};

}  // namespace berth
