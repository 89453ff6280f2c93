#include <string>

#include <doctest/doctest.h>

#include "tests/topology/recorded_fabrics.hpp"
#include "topology/formats.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

// Without the comments at its beginning.
std::string without_comments(const std::string& text) {
  std::size_t begin = 0;
  while (begin < text.size() && text[begin] == '#') {
    begin = text.find('\n', begin) + 1;
  }
  return text.substr(begin);
}

}  // namespace

TEST_CASE("a fabric that ibnetdiscover recorded is written byte by byte as it was read") {
  for (const std::string& name : recorded_fabrics()) {
    CAPTURE(name);
    const std::string text = recorded(name, "ibnetdiscover.txt").value();
    const std::string written = write_ibnetdiscover(read_ibnetdiscover(text, name));
    const bool equal = without_comments(written) == without_comments(text);
    CHECK(equal);
  }
}
