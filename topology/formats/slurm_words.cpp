#include "topology/formats/slurm_words.hpp"

#include <algorithm>

#include "core/settings_tree.hpp"

namespace berth {
namespace {

std::string_view without_comment(std::string_view line) {
  for (auto at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
    if (at == 0 || line[at - 1] != '\\') {
      return line.substr(0, at);
    }
  }
  return line;
}

std::string_view trimmed(std::string_view text) {
  const auto last = text.find_last_not_of(" \t");
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

}  // namespace

std::string in_small_letters(std::string_view text) {
  std::string made(text);
  for (char& letter : made) {
    letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return made;
}

bool next_slurm_line(TextOfLines& lines, SlurmLine& whole) {
  whole = {};
  for (auto line = lines.next(); line.has_value(); line = lines.next()) {
    whole.number = whole.number == 0 ? line->number() : whole.number;
    std::string_view text = trimmed(without_comment(line->rest()));
    const bool more = text.ends_with('\\');
    text.remove_suffix(more ? 1 : 0);
    whole.text += text;
    if (!more) {
      return true;
    }
  }
  return whole.number > 0;
}

SlurmWords::SlurmWords(std::string_view text, const Where& where) : rest_(text), where_(where) {
  skip();
}

SlurmWord SlurmWords::next() {
  const auto end = std::min(rest_.find_first_of("= \t"), rest_.size());
  const std::string_view key = rest_.substr(0, end);
  rest_.remove_prefix(end);
  skip();
  if (in_small_letters(key) == "include") {
    throw InputError(where_, "other files are not included", "put what they say into this file");
  }
  if (!rest_.starts_with('=')) {
    throw InputError(where_, shown(key) + " has no value", "write KEY=VALUE");
  }
  rest_.remove_prefix(1);
  skip();
  return {in_small_letters(key), value(key)};
}

std::string_view SlurmWords::value(std::string_view key) {
  const bool quoted = rest_.starts_with('"');
  rest_.remove_prefix(quoted ? 1 : 0);
  const auto end = quoted ? rest_.find('"') : std::min(rest_.find_first_of(" \t"), rest_.size());
  if (end == std::string_view::npos) {
    throw InputError(where_, shown(key) + ": a quote is not closed");
  }
  const std::string_view found = rest_.substr(0, end);
  if (found.empty()) {
    throw InputError(where_, shown(key) + " has no value", "write KEY=VALUE");
  }
  rest_.remove_prefix(end + (quoted ? 1 : 0));
  skip();
  return found;
}

void SlurmWords::skip() {
  rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
}

}  // namespace berth
