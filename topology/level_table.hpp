// Nodes and the domains that they stand in, level by level, while they are gathered from somebody
// else's file: columns are levels, rows are nodes. Columns nest: a domain lies within one domain of
// each column further out. Then it becomes a Fleet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "topology/fleet.hpp"

namespace berth {

struct LevelColumn {
  std::string level;
  std::vector<std::uint32_t> of;   // by row: a domain, in `names`
  std::vector<std::string> names;  // by domain
  // By domain, where a file lists them: its place there; none for one that stands in for a level
  // that its branch lacks. Empty where no file lists them, as in all columns or in none.
  std::vector<std::optional<std::uint32_t>> ranks;
};

class LevelTable {
 public:
  explicit LevelTable(std::vector<std::string> nodes) : nodes_(std::move(nodes)) {}

  // REQUIRES: it nests in the columns so far.
  void add_innermost(LevelColumn column);

  // Where a column fits among those that are there, false where it fits nowhere. A row of none of
  // its domains (an empty name) goes with its neighbours in the domain of the next column in, or
  // gets a domain of its own.
  enum class Side { outermost, innermost };
  bool insert(const std::string& level, const std::vector<std::string>& domain_of, Side side);

  // Domains in the order in which they first occur in the rows, as far as nesting permits, the
  // nodes of one in natural order of their names, as a scheduler numbers them; every node holds
  // `kind`.
  Fleet build(const NodeKind& kind) const;

 private:
  [[nodiscard]] LevelColumn filled(const std::string& level,
                                   const std::vector<std::string>& domain_of,
                                   std::size_t place) const;
  [[nodiscard]] std::vector<std::uint32_t> order() const;

  std::vector<std::string> nodes_;
  std::vector<LevelColumn> columns_;  // the outermost first
};

}  // namespace berth
