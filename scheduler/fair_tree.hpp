// Fair Tree (Slurm, fair_tree.shtml): who of all users is next to be served, so that an account
// that used less than its share goes before one that used more, whatever its users did. Accounts
// and users stand in a tree; each has a level fair share LF = S / U among its siblings (S = own
// shares / those of all siblings, U = own usage / that of all siblings). The tree is walked from
// its root, children by falling LF; the first user met is best. Equal is equal: sibling users of
// one LF share a rank, a user tied with an account has the rank of its best user, tied accounts are
// merged into one.
#pragma once

#include <cstdint>
#include <vector>

namespace berth {

struct FairTreeNode {
  std::uint32_t parent = 0;  // of the root: 0
  bool user = false;         // else an account
  std::uint32_t shares = 1;
  double usage = 0;  // of a user; that of an account is the sum of what is below it
};

// LF by node; infinite without usage, 0 without shares, of no meaning for the root.
// REQUIRES of both: the first is the root, parents stand before their children, users have none.
std::vector<double> level_fair_shares(const std::vector<FairTreeNode>& nodes);

// The fair-share factor by node: rank / users, from 1 for the best down; 0 for accounts.
std::vector<double> fair_tree(const std::vector<FairTreeNode>& nodes);

}  // namespace berth
