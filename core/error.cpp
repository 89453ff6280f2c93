#include "core/error.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace berth {
namespace {

std::string message(const Where& where, const std::string& what, const std::string& remedy) {
  const std::string place = to_string(where);
  std::string text = place.empty() ? what : place + ": " + what;
  if (!remedy.empty()) {
    text += "\n  " + remedy;
  }
  return text;
}

}  // namespace

std::string to_string(const Where& where) {
  std::string text = where.path;
  if (where.line > 0) {
    text += ":" + std::to_string(where.line);
    if (where.column > 0) {
      text += ":" + std::to_string(where.column);
    }
  }
  return text;
}

InputError::InputError(const Where& where, const std::string& what, const std::string& remedy)
    : std::runtime_error(message(where, what, remedy)) {}

int edit_distance(const std::string& a, const std::string& b) {
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i) + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const int substitute = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, substitute});
    }
  }
  return row[b.size()];
}

}  // namespace berth
