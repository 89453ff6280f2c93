#include "topology/level_table.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "core/check.hpp"
#include "topology/names.hpp"

namespace berth {
namespace {

constexpr std::uint32_t none = ~std::uint32_t{0};

// Whether each domain of `inner` lies within one of `outer`.
bool nests(const LevelColumn& inner, const LevelColumn& outer) {
  std::vector<std::uint32_t> around(inner.names.size(), none);
  for (std::size_t row = 0; row < inner.of.size(); ++row) {
    std::uint32_t& seen = around[inner.of[row]];
    if (seen != none && seen != outer.of[row]) {
      return false;
    }
    seen = outer.of[row];
  }
  return true;
}

// By row, the first row of its domain.
std::vector<std::uint32_t> first_rows(const LevelColumn& column) {
  std::vector<std::uint32_t> first(column.names.size(), none);
  std::vector<std::uint32_t> rows;
  rows.reserve(column.of.size());
  for (std::uint32_t row = 0; row < column.of.size(); ++row) {
    std::uint32_t& at = first[column.of[row]];
    at = at == none ? row : at;
    rows.push_back(at);
  }
  return rows;
}

void enter(FleetBuilder& builder, const LevelColumn& column, std::uint32_t domain) {
  if (column.ranks.empty()) {
    builder.enter(column.names[domain]);
  } else if (const auto rank = column.ranks[domain]) {
    builder.enter(column.names[domain], *rank);
  } else {
    builder.enter_filler(column.names[domain]);
  }
}

}  // namespace

void LevelTable::add_innermost(LevelColumn column) {
  check(columns_.empty() || nests(column, columns_.back()), "levels nest");
  columns_.push_back(std::move(column));
}

// The column as it would stand before column `place`.
LevelColumn LevelTable::filled(const std::string& level, const std::vector<std::string>& domain_of,
                               std::size_t place) const {
  LevelColumn column{level, {}, {}, {}};
  std::map<std::string, std::uint32_t> named;
  std::map<std::uint32_t, std::uint32_t> stand_ins;  // by domain of the next column in, or by row
  const bool last = place == columns_.size();
  for (std::uint32_t row = 0; row < nodes_.size(); ++row) {
    const std::string& name = domain_of[row];
    const auto fresh = static_cast<std::uint32_t>(column.names.size());
    const std::uint32_t inner = last ? row : columns_[place].of[row];
    const std::uint32_t domain = name.empty() ? stand_ins.emplace(inner, fresh).first->second
                                              : named.emplace(name, fresh).first->second;
    if (domain == fresh) {
      const std::string& stand_in = last ? nodes_[row] : columns_[place].names[inner];
      column.names.push_back(name.empty() ? stand_in : name);
    }
    column.of.push_back(domain);
  }
  return column;
}

bool LevelTable::insert(const std::string& level, const std::vector<std::string>& domain_of,
                        Side side) {
  for (std::size_t i = 0; i <= columns_.size(); ++i) {
    const std::size_t place = side == Side::outermost ? i : columns_.size() - i;
    LevelColumn column = filled(level, domain_of, place);
    const bool fits = (place == 0 || nests(column, columns_[place - 1])) &&
                      (place == columns_.size() || nests(columns_[place], column));
    if (fits) {
      // What comes from elsewhere has no place in the file.
      std::ranges::for_each(columns_, [](LevelColumn& each) { each.ranks.clear(); });
      columns_.insert(columns_.begin() + static_cast<std::ptrdiff_t>(place), std::move(column));
      return true;
    }
  }
  return false;
}

std::vector<std::uint32_t> LevelTable::order() const {
  std::vector<std::uint32_t> rows(nodes_.size());
  std::iota(rows.begin(), rows.end(), 0U);
  std::ranges::stable_sort(rows, [this](std::uint32_t a, std::uint32_t b) {
    return natural_less(nodes_[a], nodes_[b]);
  });
  // Sorted by the innermost column first: each stable sort keeps what the inner ones decided.
  for (auto column = columns_.rbegin(); column != columns_.rend(); ++column) {
    const auto first = first_rows(*column);
    if (!std::is_sorted(rows.begin(), rows.end(), [&first](std::uint32_t a, std::uint32_t b) {
          return first[a] < first[b];
        })) {
      std::ranges::stable_sort(rows, {}, [&first](std::uint32_t row) { return first[row]; });
    }
  }
  return rows;
}

Fleet LevelTable::build(const NodeKind& kind) const {
  std::vector<std::string> levels;
  for (const LevelColumn& column : columns_) {
    levels.push_back(column.level);
  }
  FleetBuilder builder(levels);
  std::vector<std::uint32_t> open;  // the domain entered, by column
  for (const std::uint32_t row : order()) {
    std::size_t same = 0;
    while (same < open.size() && open[same] == columns_[same].of[row]) {
      ++same;
    }
    for (; open.size() > same; open.pop_back()) {
      builder.leave();
    }
    for (; open.size() < columns_.size(); open.push_back(columns_[open.size()].of[row])) {
      const LevelColumn& column = columns_[open.size()];
      enter(builder, column, column.of[row]);
    }
    builder.add_node(nodes_[row], kind);
  }
  for (; !open.empty(); open.pop_back()) {
    builder.leave();
  }
  return builder.build();
}

}  // namespace berth
