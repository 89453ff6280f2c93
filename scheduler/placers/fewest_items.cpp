#include "scheduler/placers/fewest_items.hpp"

#include <algorithm>
#include <limits>

#include "core/check.hpp"

namespace berth {
namespace {

constexpr std::uint32_t nothing = std::numeric_limits<std::uint32_t>::max();

// Consecutive items that are alike.
struct Group {
  std::size_t first = 0;
  std::uint32_t items = 0;
  std::uint32_t size = 0;
  double worth = 0;
};

std::vector<Group> groups_of(const std::vector<SizedItem>& items) {
  std::vector<Group> groups;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const SizedItem& item = items[i];
    if (groups.empty() || groups.back().size != item.size || groups.back().worth != item.worth) {
      groups.push_back({i, 0, item.size, item.worth});
    }
    ++groups.back().items;
  }
  return groups;
}

// Sets of the first groups, by how many items they have and by how much these fall short of as many
// of the largest items. A set is the group that it took from last and the set before that.
class Sets {
 public:
  Sets(const std::vector<SizedItem>& items, std::uint32_t wanted) : groups_(groups_of(items)) {
    std::uint32_t sum = 0;
    largest_.push_back(0);
    for (std::size_t i = 0; sum < wanted; ++i) {
      check(i < items.size(), "items are chosen of those that are enough");
      sum += items[i].size;
      largest_.push_back(sum);
      sizes_.push_back(items[i].size);
    }
    needed_ = static_cast<std::uint32_t>(sizes_.size());
    spare_ = sum - wanted;
    best_.assign(std::size_t{needed_ + 1} * (spare_ + 1), nothing);
    best_[0] = 0;
    made_.push_back({0, 0, nothing, 0});
  }

  std::vector<std::size_t> best() {
    for (std::size_t group = 0; group < groups_.size(); ++group) {
      extend(group);
    }
    for (std::uint32_t short_by = spare_ + 1; short_by-- > 0;) {
      if (const std::uint32_t set = at(needed_, short_by); set != nothing) {
        return items_of(set);
      }
    }
    check(false, "the largest items themselves are a set");
    return {};
  }

 private:
  struct Made {
    std::size_t group = 0;
    std::uint32_t items = 0;  // of the group
    std::uint32_t before = nothing;
    double worth = 0;
  };

  std::uint32_t& at(std::uint32_t items, std::uint32_t short_by) {
    return best_[std::size_t{items} * (spare_ + 1) + short_by];
  }
  [[nodiscard]] std::uint32_t largest(std::uint32_t first, std::uint32_t past) const {
    return largest_[past] - largest_[first];
  }

  // A set is only used once per group: larger ones are made first.
  void extend(std::size_t group) {
    const std::uint32_t next = group + 1 < groups_.size() ? groups_[group + 1].size : 0;
    const auto above = static_cast<std::uint32_t>(
        std::ranges::partition_point(sizes_, [next](std::uint32_t size) { return size > next; }) -
        sizes_.begin());
    for (std::uint32_t items = needed_; items-- > 0;) {
      for (std::uint32_t short_by = 0; short_by <= spare_; ++short_by) {
        if (at(items, short_by) != nothing) {
          extend(group, items, short_by, {next, above});
        }
      }
    }
  }

  // What comes after the group: the size of its items, and how many of the largest are larger.
  struct After {
    std::uint32_t size = 0;
    std::uint32_t above = 0;
  };
  void extend(std::size_t group, std::uint32_t items, std::uint32_t short_by, const After& after) {
    const Group& from = groups_[group];
    const std::uint32_t before = at(items, short_by);
    for (std::uint32_t more = std::min(from.items, needed_ - items); more > 0; --more) {
      const std::uint32_t all = items + more;
      const std::uint32_t now = short_by + largest(items, all) - more * from.size;
      // The rest comes from smaller items.
      const std::uint32_t later =
          after.above > all ? largest(all, after.above) - (after.above - all) * after.size : 0;
      if (now + later > spare_) {
        if (now > spare_) {
          continue;
        }
        break;
      }
      const double worth = made_[before].worth + more * from.worth;
      std::uint32_t& best = at(all, now);
      if (best == nothing || made_[best].worth < worth) {
        best = static_cast<std::uint32_t>(made_.size());
        made_.push_back({group, more, before, worth});
      }
    }
  }

  [[nodiscard]] std::vector<std::size_t> items_of(std::uint32_t set) const {
    std::vector<std::size_t> items;
    for (; made_[set].before != nothing; set = made_[set].before) {
      for (std::uint32_t i = made_[set].items; i-- > 0;) {
        items.push_back(groups_[made_[set].group].first + i);
      }
    }
    std::ranges::reverse(items);
    return items;
  }

  std::vector<Group> groups_;
  std::vector<std::uint32_t> sizes_;    // of the largest items, as many as are needed
  std::vector<std::uint32_t> largest_;  // their sums
  std::uint32_t needed_ = 0;
  std::uint32_t spare_ = 0;          // by so much a set may fall short of them
  std::vector<std::uint32_t> best_;  // set by number of items and shortfall
  std::vector<Made> made_;
};

}  // namespace

FewestLargest fewest_largest(const std::vector<AlikeItems>& by_size, std::uint32_t wanted) {
  FewestLargest found;
  for (const AlikeItems& alike : by_size) {
    const std::uint32_t items = std::min(alike.items, (wanted + alike.size - 1) / alike.size);
    found.items += items;
    if (std::uint64_t{items} * alike.size >= wanted) {
      found.least = alike.size;
      return found;
    }
    wanted -= items * alike.size;
  }
  return {};
}

std::vector<std::size_t> fewest_items(const std::vector<SizedItem>& items, std::uint32_t wanted) {
  return Sets(items, wanted).best();
}

}  // namespace berth
