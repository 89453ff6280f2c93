// Quota in a tree, as Kueue counts it (semantics: KEP-79, hierarchical cohorts): cluster queues are
// its leaves, cohorts what lends between them. For each resource of each flavor, of a node n:
//
//   has(n)   = nominal(n) + sum over children c of (has(c) - keeps(c))
//   keeps(n) = max(0, has(n) - lending limit(n)), which nobody else gets; 0 without a limit
//   uses(n)  = of a queue, what its jobs hold; of a cohort, the sum of asks(c) over its children
//   asks(n)  = max(0, uses(n) - keeps(n)), what it takes of its parent
//
// and always uses(n) <= has(n) + borrowing limit(n) where n has a parent, uses(n) <= has(n) where
// it has none. A node borrows when it uses more than it has. All numbers are exact integers: GPUs
// in thousandths, CPUs in thousandths, memory in bytes.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

namespace berth {

// Of one flavor: GPUs (thousandths), CPUs (thousandths), memory (bytes).
using Amounts = std::array<std::int64_t, 3>;
// More than there ever is; sums stop there.
inline constexpr std::int64_t without_limit = std::int64_t{1} << 61;

struct QuotaNode {
  std::optional<std::uint32_t> parent;  // a node added before
  std::int64_t weight = 1000;           // in thousandths
  std::vector<Amounts> nominal;         // by flavor, as all of these
  std::vector<Amounts> borrowing;       // limits
  std::vector<Amounts> lending;
};

// How much more than its own a node uses, of what its parent could lend, by its weight.
struct DominantShare {
  std::int64_t borrowed = 0;  // of the resource of which it borrows the largest part
  std::int64_t weight = 1000;
  std::int64_t lendable = 1;  // of the same resource; at least 1

  // By borrowed / lendable / weight, exactly: who borrows twice as much with twice the weight is
  // equal, or two queues could take from each other for ever. What has no weight comes last as soon
  // as it borrows.
  [[nodiscard]] std::strong_ordering operator<=>(const DominantShare& other) const;
  bool operator==(const DominantShare& other) const { return (*this <=> other) == 0; }
};

class Quota {
 public:
  // `counted`: the resources that anybody counts; the others are free for all.
  Quota(std::uint32_t flavors, std::array<bool, 3> counted)
      : flavors_(flavors), counted_(counted) {}

  // REQUIRES: amounts for each flavor, none below zero.
  std::uint32_t add(QuotaNode node);

  // --- of a queue -------------------------------------------------------------------------------
  // REQUIRES of give_back: it was taken.
  void take(std::uint32_t queue, std::uint32_t flavor, const Amounts& amounts);
  void give_back(std::uint32_t queue, std::uint32_t flavor, const Amounts& amounts);
  [[nodiscard]] bool fits(std::uint32_t queue, std::uint32_t flavor, const Amounts& more) const;
  // True when it could be taken if nobody held anything.
  [[nodiscard]] bool ever_fits(std::uint32_t queue, std::uint32_t flavor,
                               const Amounts& wanted) const;

  // --- of any node ------------------------------------------------------------------------------
  // True when the node would not borrow any of these resources.
  [[nodiscard]] bool within(std::uint32_t node, std::uint32_t flavor, const Amounts& more) const;
  // True when it borrows one of the resources that `of` names.
  [[nodiscard]] bool borrows(std::uint32_t node, std::uint32_t flavor, const Amounts& of) const;
  [[nodiscard]] DominantShare share(std::uint32_t node) const;
  [[nodiscard]] std::optional<std::uint32_t> parent(std::uint32_t node) const {
    return nodes_[node].parent;
  }
  [[nodiscard]] std::uint32_t root(std::uint32_t node) const;
  [[nodiscard]] std::uint32_t nodes() const { return static_cast<std::uint32_t>(nodes_.size()); }
  [[nodiscard]] const Amounts& uses(std::uint32_t node, std::uint32_t flavor) const {
    return books_[at(node, flavor)].uses;
  }
  // True when the same nodes use the same.
  [[nodiscard]] bool same_uses(const Quota& other) const;
  [[nodiscard]] const Amounts& has(std::uint32_t node, std::uint32_t flavor) const {
    return books_[at(node, flavor)].has;
  }

  // The place of each node among those below the same root: children one after another by their
  // shares, the lowest first; queues of one parent with equal shares have one place.
  [[nodiscard]] std::vector<std::uint32_t> places() const;

 private:
  struct Book {
    Amounts has{};
    Amounts uses{};
    Amounts most{};  // that the node may use, whoever else uses nothing
  };
  [[nodiscard]] std::size_t at(std::uint32_t node, std::uint32_t flavor) const {
    return std::size_t{node} * flavors_ + flavor;
  }
  [[nodiscard]] std::int64_t keeps(std::uint32_t node, std::uint32_t flavor,
                                   std::size_t kind) const;
  [[nodiscard]] std::int64_t may_use(std::uint32_t node, std::uint32_t flavor,
                                     std::size_t kind) const;
  void change(std::uint32_t queue, std::uint32_t flavor, const Amounts& amounts, std::int64_t sign);
  void count_anew();
  void place(std::uint32_t node, const std::vector<std::vector<std::uint32_t>>& children,
             std::vector<std::uint32_t>& places, std::uint32_t& next) const;

  std::uint32_t flavors_;
  std::array<bool, 3> counted_;
  std::vector<QuotaNode> nodes_;
  std::vector<Book> books_;           // by node and flavor
  std::vector<std::uint8_t> leaves_;  // by node: nobody names it as a parent
};

}  // namespace berth
