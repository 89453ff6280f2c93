#include "scheduler/fair_tree.hpp"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace berth;

namespace {

using Tree = std::vector<FairTreeNode>;
constexpr double infinite = std::numeric_limits<double>::infinity();

FairTreeNode account(std::uint32_t parent, std::uint32_t shares) {
  return {parent, false, shares, 0};
}
FairTreeNode user(std::uint32_t parent, std::uint32_t shares, double usage) {
  return {parent, true, shares, usage};
}

// --- the naive twin: each user has a path of level fair shares from the root, and paths are sorted
// ---

// A level fair share as an exact fraction; 1/0 without usage.
struct Fraction {
  std::uint64_t over = 0;
  std::uint64_t under = 1;
  bool operator==(const Fraction& other) const { return over * other.under == other.over * under; }
  bool operator<(const Fraction& other) const { return over * other.under < other.over * under; }
};

std::uint64_t usage_of(const Tree& tree, std::uint32_t node) {
  if (tree[node].user) {
    return static_cast<std::uint64_t>(tree[node].usage);
  }
  std::uint64_t sum = 0;
  for (std::uint32_t i = 1; i < tree.size(); ++i) {
    sum += tree[i].parent == node ? usage_of(tree, i) : 0;
  }
  return sum;
}

Fraction level_of(const Tree& tree, std::uint32_t node) {
  std::uint64_t shares = 0;
  for (std::uint32_t i = 1; i < tree.size(); ++i) {
    shares += tree[i].parent == tree[node].parent ? tree[i].shares : 0;
  }
  const std::uint64_t used = usage_of(tree, node);
  if (tree[node].shares == 0) {
    return {0, 1};
  }
  return used == 0 ? Fraction{1, 0}
                   : Fraction{tree[node].shares * usage_of(tree, tree[node].parent), shares * used};
}

using Path = std::vector<Fraction>;

Path path_of(const Tree& tree, std::uint32_t node) {
  Path path;
  for (; node != 0; node = tree[node].parent) {
    path.insert(path.begin(), level_of(tree, node));
  }
  return path;
}

// By falling level fair share, level by level; who stands higher up goes first.
bool before(const Path& a, const Path& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (!(a[i] == b[i])) {
      return b[i] < a[i];
    }
  }
  return a.size() < b.size();
}

// A user ties with the best of those behind them in an account of the same level fair share.
bool begins_with(const Path& path, const Path& begin) {
  return begin.size() <= path.size() && std::equal(begin.begin(), begin.end(), path.begin());
}

std::vector<double> naive_fair_tree(const Tree& tree) {
  std::vector<std::pair<Path, std::uint32_t>> users;
  for (std::uint32_t i = 1; i < tree.size(); ++i) {
    if (tree[i].user) {
      users.emplace_back(path_of(tree, i), i);
    }
  }
  std::stable_sort(users.begin(), users.end(),
                   [](const auto& a, const auto& b) { return before(a.first, b.first); });
  std::vector<double> factors(tree.size(), 0);
  std::size_t rank = 0;
  for (std::size_t i = 0; i < users.size(); ++i) {
    const bool tied = i > 0 && begins_with(users[i].first, users[i - 1].first);
    rank = tied ? rank : users.size() - i;
    factors[users[i].second] = static_cast<double>(rank) / static_cast<double>(users.size());
  }
  return factors;
}

// Accounts and users under accounts that stand before them; few shares and usages, so that ties are
// common.
rc::Gen<Tree> some_tree(double usage_most = 4) {
  return rc::gen::exec([usage_most] {
    Tree tree{account(0, 1)};
    std::vector<std::uint32_t> accounts{0};
    const auto size = *rc::gen::inRange(1, 14);
    for (int i = 0; i < size; ++i) {
      const auto parent = *rc::gen::elementOf(accounts);
      const auto shares = static_cast<std::uint32_t>(*rc::gen::inRange(0, 4));
      if (*rc::gen::inRange(0, 5) < 2) {
        accounts.push_back(static_cast<std::uint32_t>(tree.size()));
        tree.push_back(account(parent, shares));
      } else {
        tree.push_back(user(parent, shares, *rc::gen::inRange(0, static_cast<int>(usage_most))));
      }
    }
    return tree;
  });
}

}  // namespace

namespace berth {
void showValue(const FairTreeNode& node, std::ostream& out) {
  out << (node.user ? "user" : "account") << " in " << node.parent << " shares " << node.shares
      << " usage " << node.usage;
}
}  // namespace berth

TEST_CASE("a level fair share is the part of the shares by the part of the usage") {
  // root: physics (3 of 4 shares) used 30 of 40, chemistry (1 of 4) used 10 of 40, one never ran
  const Tree tree{account(0, 1),  account(0, 3),  account(0, 1), user(1, 1, 10),
                  user(1, 1, 20), user(2, 1, 10), user(2, 1, 0)};
  const auto levels = level_fair_shares(tree);
  CHECK(levels[1] == 1.0);
  CHECK(levels[2] == 1.0);
  CHECK(levels[3] == 1.5);
  CHECK(levels[4] == 0.75);
  CHECK(levels[5] == 0.5);
  CHECK(levels[6] == infinite);
}

TEST_CASE("users of an account that is owed go before all of one that is not") {
  // a (LF 2) before b (LF 2/3), though a1 is the greediest of all users
  const Tree tree{account(0, 1), account(0, 1),  account(0, 1), user(1, 1, 24),
                  user(1, 1, 1), user(2, 1, 35), user(2, 1, 40)};
  const auto factors = fair_tree(tree);
  CHECK(factors == std::vector<double>{0, 0, 0, 0.75, 1, 0.5, 0.25});
}

TEST_CASE("sibling users that tie share a rank, and who follows is counted as if they did not") {
  const Tree tree{account(0, 1), user(0, 1, 2), user(0, 1, 2), user(0, 1, 3), user(0, 2, 8)};
  CHECK(fair_tree(tree) == std::vector<double>{0, 1, 1, 0.5, 0.25});
}

TEST_CASE("a user that ties with an account has the rank of its best user") {
  // root: u and account a, both LF 1; in a: x before y
  const Tree tree{account(0, 1), user(0, 1, 4), account(0, 1), user(2, 1, 1), user(2, 1, 3)};
  const auto factors = fair_tree(tree);
  CHECK(factors[1] == 1);
  CHECK(factors[3] == 1);
  CHECK(factors[4] == doctest::Approx(1.0 / 3));
}

TEST_CASE("accounts that tie are merged: their users are ranked as if they were of one") {
  // a and b both LF 1; a1 LF 2, a2 LF 2/3, b1 LF 4/3, b2 LF 0.8
  const Tree tree{account(0, 1),  account(0, 1),  account(0, 1), user(1, 1, 10),
                  user(1, 1, 30), user(2, 1, 15), user(2, 1, 25)};
  CHECK(fair_tree(tree) == std::vector<double>{0, 0, 0, 1, 0.25, 0.75, 0.5});
}

TEST_CASE("who has no shares comes last, even without usage") {
  const Tree tree{account(0, 1), user(0, 0, 0), user(0, 1, 9), user(0, 1, 0)};
  const auto factors = fair_tree(tree);
  CHECK(factors[3] == 1);
  CHECK(factors[1] == doctest::Approx(1.0 / 3));
}

TEST_CASE("nobody used anything: all are best") {
  const Tree tree{account(0, 1), account(0, 1), account(0, 5), user(1, 1, 0), user(2, 3, 0)};
  CHECK(fair_tree(tree) == std::vector<double>{0, 0, 0, 1, 1});
  CHECK(fair_tree({}).empty());
}

TEST_CASE("Fair Tree is what sorting users by their path of level fair shares gives") {
  CHECK(rc::check("twin", [] {
    const Tree tree = *some_tree();
    RC_ASSERT(fair_tree(tree) == naive_fair_tree(tree));
  }));
}

TEST_CASE("usage in another unit changes no factor; the best of the users has 1") {
  CHECK(rc::check("scaled", [] {
    Tree tree = *some_tree(1000);
    const auto before_it = fair_tree(tree);
    for (FairTreeNode& node : tree) {
      node.usage *= 16;
    }
    RC_ASSERT(fair_tree(tree) == before_it);
  }));
  CHECK(rc::check("factors are ranks", [] {
    const Tree tree = *some_tree();
    const auto factors = fair_tree(tree);
    std::vector<double> best;
    for (std::size_t i = 0; i < tree.size(); ++i) {
      RC_ASSERT((tree[i].user ? factors[i] > 0 && factors[i] <= 1 : factors[i] == 0));
      if (tree[i].user) {
        best.push_back(factors[i]);
      }
    }
    RC_ASSERT((best.empty() || *std::max_element(best.begin(), best.end()) == 1));
  }));
}

TEST_CASE("who alone used less, with all else equal, is not ranked lower") {
  CHECK(rc::check("monotone", [] {
    Tree tree = *some_tree(50);
    std::vector<std::uint32_t> users;
    for (std::uint32_t i = 0; i < tree.size(); ++i) {
      if (tree[i].user) {
        users.push_back(i);
      }
    }
    if (users.empty()) {
      return;
    }
    const auto one = *rc::gen::elementOf(users);
    const double before_it = fair_tree(tree)[one];
    tree[one].usage = 0;
    RC_ASSERT(fair_tree(tree)[one] >= before_it);
  }));
}
