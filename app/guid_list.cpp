#include "app/guid_list.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>

#include "app/topology_file.hpp"
#include "core/error.hpp"
#include "core/settings_tree.hpp"
#include "workloads/bytes.hpp"

namespace berth {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  return begin == text.npos ? std::string_view{}
                            : text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

std::optional<Guid> guid_of(std::string_view text) {
  if (!text.starts_with("0x") && !text.starts_with("0X")) {
    return std::nullopt;
  }
  text.remove_prefix(2);
  Guid guid;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), guid.value, 16);
  return error == std::errc{} && end == text.data() + text.size() && guid.value != 0
             ? std::optional(guid)
             : std::nullopt;
}

template <class Each>
void split(std::string_view text, char at, Each each) {
  for (std::size_t number = 1;; ++number) {
    const std::size_t end = std::min(text.find(at), text.size());
    each(trimmed(text.substr(0, end)), number);
    if (end == text.size()) {
      return;
    }
    text.remove_prefix(end + 1);
  }
}

std::vector<Guid> guids_in(const std::string& path) {
  const std::string text = read_packed_text(path);
  std::vector<Guid> guids;
  split(text, '\n', [&](std::string_view line, std::size_t number) {
    line = trimmed(line.substr(0, line.find('#')));
    if (line.empty()) {
      return;
    }
    const auto guid = guid_of(line);
    if (!guid) {
      throw InputError({path, static_cast<int>(number)}, "is not a GUID: " + shown(line),
                       "write one a line, like 0x2c90400010003");
    }
    guids.push_back(*guid);
  });
  if (guids.empty()) {
    throw InputError({path}, "names no GUID", "write one a line, like 0x2c90400010003");
  }
  return guids;
}

}  // namespace

std::vector<Guid> guids_of(const std::string& text, const std::string& option) {
  std::vector<Guid> guids;
  bool all = true;
  split(text, ',', [&](std::string_view word, std::size_t /*number*/) {
    const auto guid = guid_of(word);
    all = all && guid;
    guids.push_back(guid.value_or(Guid{}));
  });
  if (all) {
    return guids;
  }
  if (const std::string why = unreadable(text); !why.empty()) {
    throw InputError({option}, shown(text) + " is neither GUIDs nor a file: " + why,
                     "write 0x2c90400010003,0x2c90400010004 or a file with one a line");
  }
  return guids_in(text);
}

}  // namespace berth
