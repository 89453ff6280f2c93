#include "scheduler/fair_tree.hpp"

#include <algorithm>
#include <limits>

#include "core/check.hpp"

namespace berth {
namespace {

using Indices = std::vector<std::uint32_t>;

// One division of two products: equal ratios are equal numbers as long as the products are exact,
// so that ties of whole shares and whole seconds are ties.
double level_fair_share(const FairTreeNode& node, double usage, double shares_of_all,
                        double usage_of_all) {
  if (node.shares == 0) {
    return 0;
  }
  return usage <= 0 ? std::numeric_limits<double>::infinity()
                    : (node.shares * usage_of_all) / (shares_of_all * usage);
}

class Walk {
 public:
  explicit Walk(const std::vector<FairTreeNode>& nodes)
      : nodes_(nodes),
        level_(level_fair_shares(nodes)),
        children_(nodes.size()),
        factor_(nodes.size(), 0) {
    for (auto i = static_cast<std::uint32_t>(nodes.size()); i-- > 1;) {
      users_ += nodes[i].user ? 1U : 0U;
      if (nodes[i].user || !children_[i].empty()) {  // an account without users is nobody
        children_[nodes[i].parent].push_back(i);
      }
    }
    left_ = rank_ = users_;
  }

  std::vector<double> factors() {
    if (users_ > 0) {
      visit(children_.front(), false);
    }
    return std::move(factor_);
  }

 private:
  // `tied`: the best of these shares the rank of who was met last.
  void visit(Indices siblings, bool tied) {
    std::ranges::sort(siblings, [this](std::uint32_t a, std::uint32_t b) {
      return level_[a] != level_[b]             ? level_[a] > level_[b]
             : nodes_[a].user != nodes_[b].user ? nodes_[a].user
                                                : a < b;
    });
    for (std::size_t i = 0; i < siblings.size();) {
      tied = i == 0 ? tied : level_[siblings[i - 1]] == level_[siblings[i]];
      if (nodes_[siblings[i]].user) {
        rank_ = tied ? rank_ : left_;
        factor_[siblings[i]] = static_cast<double>(rank_) / static_cast<double>(users_);
        --left_;
        ++i;
      } else {
        i = visit_accounts(siblings, i, tied);
      }
    }
  }

  // The accounts from `first` on that are tied, as one. Returns the place behind them.
  std::size_t visit_accounts(const Indices& siblings, std::size_t first, bool tied) {
    Indices merged;
    std::size_t past = first;
    for (; past < siblings.size() && level_[siblings[past]] == level_[siblings[first]]; ++past) {
      const Indices& children = children_[siblings[past]];
      merged.insert(merged.end(), children.begin(), children.end());
    }
    visit(std::move(merged), tied);
    return past;
  }

  const std::vector<FairTreeNode>& nodes_;
  std::vector<double> level_;
  std::vector<Indices> children_;
  std::vector<double> factor_;
  std::uint32_t users_ = 0;
  std::uint32_t left_ = 0;  // users not met yet: the rank of the next
  std::uint32_t rank_ = 0;  // of who was met last
};

}  // namespace

std::vector<double> level_fair_shares(const std::vector<FairTreeNode>& nodes) {
  std::vector<double> usage(nodes.size());
  std::vector<double> usage_below(nodes.size());
  std::vector<double> shares_below(nodes.size());
  for (std::size_t i = nodes.size(); i-- > 1;) {
    const FairTreeNode& node = nodes[i];
    check(node.parent < i && !nodes[node.parent].user, "an account stands before who is in it");
    usage[i] = node.user ? node.usage : usage_below[i];
    usage_below[node.parent] += usage[i];
    shares_below[node.parent] += node.shares;
  }
  std::vector<double> levels(nodes.size());
  for (std::size_t i = 1; i < nodes.size(); ++i) {
    const std::uint32_t parent = nodes[i].parent;
    levels[i] = level_fair_share(nodes[i], usage[i], shares_below[parent], usage_below[parent]);
  }
  return levels;
}

std::vector<double> fair_tree(const std::vector<FairTreeNode>& nodes) {
  return nodes.empty() ? std::vector<double>{} : Walk(nodes).factors();
}

}  // namespace berth
