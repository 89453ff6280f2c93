// What a YAML parser says, in the words of somebody who looks at the file.
#pragma once

#include <string>

namespace berth {

struct ParseWords {
  std::string what;
  std::string remedy;
};

ParseWords in_our_words(const std::string& parser_message);

}  // namespace berth
