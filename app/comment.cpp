#include "app/comment.hpp"

#include <algorithm>

namespace berth {
namespace {

std::string_view trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of("# \t");
  const std::size_t end = line.find_last_not_of(" \t\r");
  return begin == line.npos || end < begin ? std::string_view{}
                                           : line.substr(begin, end - begin + 1);
}

}  // namespace

std::string opening_comment(std::string_view yaml) {
  if (yaml.starts_with("\xEF\xBB\xBF")) {
    yaml.remove_prefix(3);
  }
  std::string comment;
  while (yaml.starts_with('#')) {
    const std::size_t end = std::min(yaml.find('\n'), yaml.size());
    const std::string_view line = trimmed(yaml.substr(0, end));
    if (line.empty()) {
      break;
    }
    comment += (comment.empty() ? "" : " ") + std::string(line);
    yaml.remove_prefix(std::min(end + 1, yaml.size()));
  }
  return comment;
}

}  // namespace berth
