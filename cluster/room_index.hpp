// Room for tasks of one shape, counted by domain: the nodes that would take all tasks of the shape
// (mostly one), or the tasks that fit. Nodes that changed are only marked; their domains are
// counted anew when somebody asks, so a policy that never asks pays nothing. Occupancy keeps one
// index for each question lately asked.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "cluster/count_buckets.hpp"
#include "cluster/shape.hpp"
#include "topology/fleet.hpp"

namespace berth {

class Occupancy;

enum class RoomUnit : std::uint8_t { nodes, tasks };

// What an index counts.
struct RoomQuestion {
  Shape shape;  // where tasks are counted, their number says nothing
  RoomUnit unit = RoomUnit::nodes;
  std::optional<std::int32_t> weight{};  // on nodes of this weight alone
  // The rules below hold in each domain of this level, that of nodes being one beyond the
  // innermost. Further in, room is counted without them.
  std::optional<std::uint32_t> level{};
  std::uint32_t slice = 1;  // by so many tasks that lie in one such domain; the rest does not count
  bool alone = false;       // only where nobody holds anything in such a domain

  bool operator==(const RoomQuestion&) const = default;
};

class RoomIndex {
 public:
  // A node counts as at most so many tasks: what asks for next to nothing fits without end.
  static constexpr std::uint32_t tasks_most = 0xffff;

  RoomIndex(const Fleet& fleet, const RoomQuestion& question);

  [[nodiscard]] bool is_for(const RoomQuestion& question) const {
    return question == question_ || plain(question) == question_;
  }
  [[nodiscard]] std::uint32_t all() const { return all_; }
  [[nodiscard]] std::uint32_t of(DomainId domain) const { return count_[domain.index()]; }
  // In the node while it is empty, at most.
  [[nodiscard]] std::uint32_t node_most() const { return node_most_; }

  // Groups of 2^log2 domains of a level, in the order of their places, by what they count. Kept
  // from the first time that it is asked for. Nothing where counts are too large to keep a bucket
  // for each.
  [[nodiscard]] const CountBuckets* buckets(LevelId level, std::uint32_t log2 = 0) const;
  // Nodes by what they count, in the same way.
  [[nodiscard]] const CountBuckets* node_buckets(const Occupancy& free) const;
  // What such a group counts.
  [[nodiscard]] std::uint32_t of_group(LevelId level, std::uint32_t log2,
                                       std::uint32_t group) const;

  // The 64 nodes of this word changed.
  void touch(std::uint32_t word) {
    if (!dirty_[word]) {
      dirty_[word] = 1;
      touched_.push_back(word);
    }
  }
  // Brings the counts up to date.
  void refresh(const Occupancy& free) {
    if (!touched_.empty()) {
      count_touched(free);
    }
  }

 private:
  struct Kept {
    LevelId level;
    std::uint32_t log2 = 0;
    std::vector<std::uint32_t> count;  // by group
    std::unique_ptr<CountBuckets> by_count;
  };
  // The same question, without what says nothing.
  static RoomQuestion plain(RoomQuestion question) {
    question.shape.tasks = question.unit == RoomUnit::nodes ? question.shape.tasks : 1;
    question.shape.group = 0;
    question.shape.apart = 0;
    question.shape.alone = 0;
    return question;
  }
  // What one domain of the innermost level counts, and its nodes of which something is held.
  struct Count {
    std::uint32_t room = 0;
    std::uint32_t held = 0;
  };
  [[nodiscard]] std::uint32_t count_of(NodeId node, const Occupancy& free) const;
  [[nodiscard]] bool in_nodes() const { return question_.level == fleet_->levels(); }
  std::uint32_t through(DomainId domain, const Count& more);
  void add(DomainId domain, LevelId level, std::uint32_t more);
  void count_touched(const Occupancy& free);
  void recount(std::uint32_t innermost, const Occupancy& free);
  [[nodiscard]] std::uint32_t count_in(const NodeRange& nodes, const Occupancy& free) const;
  [[nodiscard]] std::uint32_t count_by_words(const NodeRange& nodes, const Occupancy& free) const;
  void recount_nodes(std::uint32_t word, const Occupancy& free);
  Kept make_kept(LevelId level, std::uint32_t log2) const;

  const Fleet* fleet_;
  RoomQuestion question_;
  std::uint32_t node_most_ = 0;
  std::uint32_t all_ = 0;
  std::vector<std::uint32_t> count_;  // by domain
  std::vector<Count> inner_;          // by domain of the innermost level
  std::vector<Count> ruled_;          // by domain of the question's level
  std::vector<std::uint8_t> dirty_;   // by word of 64 nodes
  std::vector<std::uint32_t> touched_;
  mutable std::vector<Kept> kept_;
  mutable std::vector<std::uint16_t> of_node_;  // while there are buckets of nodes
  mutable std::unique_ptr<CountBuckets> nodes_;
};

}  // namespace berth
