#include "app/yaml_words.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace berth {
namespace {

struct Reworded {
  std::string_view beginning;  // of the parser's message
  const char* what;
  const char* remedy;
};

constexpr std::array<Reworded, 20> reworded{{
    {"bad file", "is nested too deeply", ""},
    {"end of sequence flow not found", "a ',' or ']' is expected here", ""},
    {"end of map flow not found", "a ',' or '}' is expected here", ""},
    {"end of map not found", "does not line up with the keys above",
     "indent keys of one map alike"},
    {"end of sequence not found", "does not line up with the items above",
     "indent items of one list alike"},
    {"illegal map value", "a ':' is not expected here", "put a text that holds ': ' in quotes"},
    {"illegal map key", "a key is not expected here", ""},
    {"illegal block entry", "a '-' is not expected here", "begin each item on its own line"},
    {"illegal flow end", "closes a '[' or '{' that is not open", ""},
    {"illegal tab", "a tab cannot indent", "indent with spaces"},
    {"unknown token", "a value cannot begin with this character", "put the text in quotes"},
    {"unknown escape", "an escape that is not known", "write \\\\ for a backslash"},
    {"bad character found while scanning hex", "an escape that is not known",
     "write \\\\ for a backslash"},
    {"invalid unicode", "an escape that is no character", ""},
    {"illegal EOF in scalar", "the quote is not closed",
     "end the text with the quote it began with"},
    {"the referenced anchor", "anchors and aliases are not supported", "write the value out"},
    {"alias not found", "anchors and aliases are not supported", "put a text in quotes"},
    {"anchor not found", "anchors and aliases are not supported", "put a text in quotes"},
    {"illegal character found while scanning tag", "tags are not supported",
     "put a text in quotes"},
    {"tag handle with no suffix", "tags are not supported", "put a text in quotes"},
}};

}  // namespace

ParseWords in_our_words(const std::string& parser_message) {
  const auto found = std::find_if(reworded.begin(), reworded.end(), [&](const Reworded& entry) {
    return parser_message.starts_with(entry.beginning);
  });
  if (found == reworded.end()) {
    return {"is not YAML: " + parser_message, ""};
  }
  return {found->what, found->remedy};
}

}  // namespace berth
