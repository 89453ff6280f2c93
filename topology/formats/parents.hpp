// Who hangs on whom in a tree that a user wrote, which may turn out to be none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace berth {

class Parents {
 public:
  explicit Parents(std::size_t size) : parents_(size) {}

  // `child` hangs on `parent`, unless it already hangs on the one returned.
  std::optional<std::size_t> join(std::size_t child, std::size_t parent) {
    if (!parents_[child]) {
      parents_[child] = parent;
      return std::nullopt;
    }
    return parents_[child];
  }

  [[nodiscard]] std::optional<std::size_t> of(std::size_t child) const { return parents_[child]; }

  // The lowest that is below itself.
  [[nodiscard]] std::optional<std::size_t> loop() const {
    std::vector<std::size_t> walk_of(parents_.size());  // 0: none came by
    for (std::size_t start = 0; start < parents_.size(); ++start) {
      std::optional<std::size_t> at = start;
      for (; at && walk_of[*at] == 0; at = parents_[*at]) {
        walk_of[*at] = start + 1;
      }
      if (at && walk_of[*at] == start + 1) {
        return lowest_in_loop(*at);
      }
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] std::size_t lowest_in_loop(std::size_t start) const {
    std::size_t lowest = start;
    for (auto at = parents_[start]; at && *at != start; at = parents_[*at]) {
      lowest = *at < lowest ? *at : lowest;
    }
    return lowest;
  }

  std::vector<std::optional<std::size_t>> parents_;
};

}  // namespace berth
