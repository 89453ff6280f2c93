// The pictures of the conformance suite are lines of words.
#pragma once

#include <sstream>
#include <string>
#include <vector>

namespace berth::testing {

using Words = std::vector<std::string>;

inline Words words_of(const std::string& text, char between) {
  std::istringstream stream(text);
  Words words;
  for (std::string word; std::getline(stream, word, between);) {
    words.push_back(word);
  }
  return words;
}

}  // namespace berth::testing
