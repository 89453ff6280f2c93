#include "scheduler/admissions/kueue_quota.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include <doctest/doctest.h>

#include "core/random.hpp"
#include "core/samplers.hpp"

using namespace berth;

namespace {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_({seed, 0}, Stream::test, 4711) {}
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(
                     uniform_below(random_, static_cast<std::uint64_t>(high - low + 1)));
  }
  bool percent(std::int64_t chance) { return between(1, 100) <= chance; }

 private:
  Random random_;
};

// The rules of kueue_quota.hpp, worked out from the root each time.
class NaiveQuota {
 public:
  void add(const QuotaNode& node) { nodes_.push_back(node); }
  void change(std::uint32_t queue, const Amounts& amounts, std::int64_t sign) {
    held_.resize(nodes_.size());
    for (std::size_t kind = 0; kind < 3; ++kind) {
      held_[queue][kind] += sign * amounts[kind];
    }
  }
  [[nodiscard]] std::int64_t has(std::uint32_t node, std::size_t kind) const {
    std::int64_t all = nodes_[node].nominal[0][kind];
    for (std::uint32_t child = 0; child < nodes_.size(); ++child) {
      if (nodes_[child].parent == node) {
        all += has(child, kind) - keeps(child, kind);
      }
    }
    return all;
  }
  [[nodiscard]] std::int64_t keeps(std::uint32_t node, std::size_t kind) const {
    return std::max<std::int64_t>(0, has(node, kind) - nodes_[node].lending[0][kind]);
  }
  [[nodiscard]] std::int64_t uses(std::uint32_t node, std::size_t kind) const {
    std::int64_t all = node < held_.size() ? held_[node][kind] : 0;
    for (std::uint32_t child = 0; child < nodes_.size(); ++child) {
      if (nodes_[child].parent == node) {
        all += std::max<std::int64_t>(0, uses(child, kind) - keeps(child, kind));
      }
    }
    return all;
  }
  [[nodiscard]] bool lawful() const {
    for (std::uint32_t node = 0; node < nodes_.size(); ++node) {
      for (std::size_t kind = 0; kind < 3; ++kind) {
        const std::int64_t most = nodes_[node].parent
                                      ? has(node, kind) + nodes_[node].borrowing[0][kind]
                                      : has(node, kind);
        if (uses(node, kind) > most) {
          return false;
        }
      }
    }
    return true;
  }
  [[nodiscard]] bool fits(std::uint32_t queue, const Amounts& amounts) {
    change(queue, amounts, 1);
    const bool fits = lawful();
    change(queue, amounts, -1);
    return fits;
  }
  [[nodiscard]] std::int64_t of_the_whole(std::size_t kind) const {
    std::int64_t all = 0;
    for (const QuotaNode& node : nodes_) {
      all += node.nominal[0][kind];
    }
    return all;
  }
  [[nodiscard]] std::int64_t held(std::size_t kind) const {
    std::int64_t all = 0;
    for (const Amounts& amounts : held_) {
      all += amounts[kind];
    }
    return all;
  }

 private:
  std::vector<QuotaNode> nodes_;
  std::vector<Amounts> held_;
};

Amounts some(Dice& dice, std::int64_t most) {
  return {dice.between(0, most), dice.between(0, most), dice.between(0, most)};
}

struct World {
  Quota quota{1, {true, true, true}};
  NaiveQuota naive;
  std::vector<std::uint32_t> queues;

  std::uint32_t add(const QuotaNode& node) {
    naive.add(node);
    return quota.add(node);
  }
};

QuotaNode some_node(Dice& dice, std::optional<std::uint32_t> parent) {
  QuotaNode node;
  node.parent = parent;
  node.weight = 500 * dice.between(0, 4);
  node.nominal = {some(dice, 12)};
  const Amounts endless{without_limit, without_limit, without_limit};
  node.borrowing = {dice.percent(50) ? endless : some(dice, 8)};
  node.lending = {dice.percent(50) ? endless : some(dice, 8)};
  return node;
}

World some_world(Dice& dice) {
  World world;
  std::vector<std::uint32_t> cohorts;
  for (std::int64_t i = dice.between(1, 4); i > 0; --i) {
    const bool inside = !cohorts.empty() && dice.percent(70);
    const auto last = static_cast<std::int64_t>(cohorts.size()) - 1;
    cohorts.push_back(world.add(some_node(
        dice, inside ? std::optional(cohorts[static_cast<std::size_t>(dice.between(0, last))])
                     : std::nullopt)));
  }
  for (std::int64_t i = dice.between(1, 6); i > 0; --i) {
    const auto last = static_cast<std::int64_t>(cohorts.size()) - 1;
    world.queues.push_back(world.add(some_node(
        dice, dice.percent(90)
                  ? std::optional(cohorts[static_cast<std::size_t>(dice.between(0, last))])
                  : std::nullopt)));
  }
  return world;
}

struct Held {
  std::uint32_t queue;
  Amounts amounts;
};

// Jobs come and go; each is taken exactly where the naive rules allow it.
int differences(std::uint64_t seed) {
  Dice dice(seed);
  World world = some_world(dice);
  std::vector<Held> held;
  int wrong = 0;
  for (int step = 0; step < 60; ++step) {
    if (!held.empty() && dice.percent(35)) {
      const Held one = held.back();
      held.pop_back();
      world.quota.give_back(one.queue, 0, one.amounts);
      world.naive.change(one.queue, one.amounts, -1);
      continue;
    }
    const auto last = static_cast<std::int64_t>(world.queues.size()) - 1;
    const Held one{world.queues[static_cast<std::size_t>(dice.between(0, last))], some(dice, 6)};
    const bool fits = world.quota.fits(one.queue, 0, one.amounts);
    wrong += fits == world.naive.fits(one.queue, one.amounts) ? 0 : 1;
    wrong += fits && !world.quota.ever_fits(one.queue, 0, one.amounts) ? 1 : 0;
    if (fits) {
      world.quota.take(one.queue, 0, one.amounts);
      world.naive.change(one.queue, one.amounts, 1);
      held.push_back(one);
    }
    for (std::size_t kind = 0; kind < 3; ++kind) {
      wrong += world.naive.held(kind) <= world.naive.of_the_whole(kind) ? 0 : 1;
    }
    for (std::uint32_t node = 0; node < world.quota.nodes(); ++node) {
      for (std::size_t kind = 0; kind < 3; ++kind) {
        wrong += world.quota.uses(node, 0)[kind] == world.naive.uses(node, kind) ? 0 : 1;
        wrong += world.quota.has(node, 0)[kind] == world.naive.has(node, kind) ? 0 : 1;
      }
    }
  }
  return wrong;
}

// Whatever others hold: when all that borrow gave back what they borrow, what is nominal fits.
int not_reclaimable(std::uint64_t seed) {
  Dice dice(seed);
  World world = some_world(dice);
  std::vector<Held> held;
  for (int step = 0; step < 40; ++step) {
    const auto last = static_cast<std::int64_t>(world.queues.size()) - 1;
    const Held one{world.queues[static_cast<std::size_t>(dice.between(0, last))],
                   {dice.between(1, 3), 0, 0}};
    if (world.quota.fits(one.queue, 0, one.amounts)) {
      world.quota.take(one.queue, 0, one.amounts);
      held.push_back(one);
    }
  }
  // One GPU thousandth each, so that what is held can be cut to what is nominal.
  for (const Held& one : held) {
    world.quota.give_back(one.queue, 0, one.amounts);
    for (std::int64_t i = 0; i < one.amounts[0] && world.quota.within(one.queue, 0, {1, 0, 0});
         ++i) {
      world.quota.take(one.queue, 0, {1, 0, 0});
    }
  }
  int wrong = 0;
  for (const std::uint32_t queue : world.queues) {
    const std::int64_t left = world.quota.has(queue, 0)[0] - world.quota.uses(queue, 0)[0];
    wrong += world.quota.fits(queue, 0, {std::max<std::int64_t>(0, left), 0, 0}) ? 0 : 1;
  }
  return wrong;
}

}  // namespace

TEST_CASE("quota in a tree is what its rules, worked out anew each time, say") {
  int wrong = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    wrong += differences(seed);
  }
  CHECK(wrong == 0);
}

TEST_CASE("when nobody borrows, every queue can have its nominal quota at once") {
  int wrong = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    wrong += not_reclaimable(seed);
  }
  CHECK(wrong == 0);
}

TEST_CASE("a queue of no weight comes after all others as soon as it borrows") {
  CHECK(DominantShare{5, 1000} < DominantShare{1, 0});
  CHECK(DominantShare{0, 0} < DominantShare{1, 1000});
  CHECK(DominantShare{0, 0} == DominantShare{0, 1000});
  CHECK(DominantShare{6, 3000} == DominantShare{2, 1000});
  CHECK(DominantShare{3, 2000} < DominantShare{2, 1000});
  CHECK(DominantShare{4, 2000, 5} == DominantShare{2, 1000, 5});
  CHECK(DominantShare{1, 1000, 3} < DominantShare{1, 1000, 2});
}
