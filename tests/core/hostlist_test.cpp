#include "core/hostlist.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "core/error.hpp"

namespace berth {
namespace {

using Names = std::vector<std::string>;

std::string refusal(const std::string& text, std::size_t most = 1'000'000) {
  try {
    expand_hostlist(text, most);
  } catch (const InputError& error) {
    const std::string message = error.what();
    return message.substr(0, message.find('\n'));
  }
  return "";
}

TEST_CASE("a hostlist names nodes by ranges and lists, in written order") {
  CHECK(expand_hostlist("n[3-5,1],m3") == Names{"n3", "n4", "n5", "n1", "m3"});
  CHECK(expand_hostlist("login") == Names{"login"});
}

TEST_CASE("a range keeps the padding it begins with") {
  CHECK(expand_hostlist("n[008-010]") == Names{"n008", "n009", "n010"});
  CHECK(expand_hostlist("n[8-10]") == Names{"n8", "n9", "n10"});
  CHECK(expand_hostlist("n[098-101]") == Names{"n098", "n099", "n100", "n101"});
  CHECK(expand_hostlist("n[01,1]") == Names{"n01", "n1"});
}

TEST_CASE("with several brackets in a name the last counts fastest") {
  CHECK(expand_hostlist("r[1-2]n[01-02]") == Names{"r1n01", "r1n02", "r2n01", "r2n02"});
  CHECK(expand_hostlist("[1-2]-gpu[0,7]x") == Names{"1-gpu0x", "1-gpu7x", "2-gpu0x", "2-gpu7x"});
}

TEST_CASE("a malformed hostlist is refused with what is wrong") {
  CHECK(refusal("") == "hostlist '': a name is empty");
  CHECK(refusal("n[1-3") == "hostlist 'n[1-3': a bracket is not closed");
  CHECK(refusal("n1-3]") == "hostlist 'n1-3]': brackets do not match");
  CHECK(refusal("n[1[2]]") == "hostlist 'n[1[2]]': brackets do not match");
  CHECK(refusal("n[3-1]") == "hostlist 'n[3-1]': the range 3-1 goes down");
  CHECK(refusal("a,,b") == "hostlist 'a,,b': a name is empty");
  CHECK(refusal("a,") == "hostlist 'a,': a name is empty");
  CHECK(refusal("n[]") == "hostlist 'n[]': '' is not a number");
  CHECK(refusal("n[a-b]") == "hostlist 'n[a-b]': 'a' is not a number");
  CHECK(refusal("n[1-2-3]") == "hostlist 'n[1-2-3]': '2-3' is not a number");
  CHECK(refusal("n[-3]") == "hostlist 'n[-3]': '' is not a number");
}

TEST_CASE("a refused hostlist shows how to write one") {
  CHECK_THROWS_WITH_AS(expand_hostlist("n["),
                       "hostlist 'n[': a bracket is not closed\n"
                       "  write names and ranges like n[001-016,020],m3",
                       InputError);
}

TEST_CASE("a hostlist of too many names is refused before any is made") {
  CHECK(refusal("n[0-999999999999999999]") ==
        "hostlist 'n[0-999999999999999999]': names more than 1000000 nodes");
  CHECK(refusal("a[0-99999]b[0-99999]c[0-99999]d[0-99999]e[0-99999]") ==
        "hostlist 'a[0-99999]b[0-99999]c[0-99999]d[0-99999]e[0-99999]': "
        "names more than 1000000 nodes");
  CHECK(refusal("n[1-2],m[1-2]", 3) == "hostlist 'n[1-2],m[1-2]': names more than 3 nodes");
  CHECK(expand_hostlist("n[1-2],m1", 3).size() == 3);
}

TEST_CASE("ranges whose sizes add up to 2^64 are too many names, not none") {
  std::string ranges;  // 18 ranges of 10^18 and one of what is missing
  for (int i = 0; i < 18; ++i) {
    ranges += "0-999999999999999999,";
  }
  CHECK(
      refusal("n[" + ranges + "0-446744073709551615]").ends_with("names more than 1000000 nodes"));
}

TEST_CASE("a name has at most eight brackets") {
  CHECK(expand_hostlist("[1][1][1][1][1][1][1][1]") == Names{"11111111"});
  CHECK(refusal("[1][1][1][1][1][1][1][1][1]") ==
        "hostlist '[1][1][1][1][1][1][1][1][1]': a name has more than 8 brackets");
}

TEST_CASE("neighbours in number fold into a range, and names of one kind into one bracket") {
  CHECK(fold_hostlist({"n001", "n002", "n003", "n020", "m3"}) == "n[001-003,020],m3");
  CHECK(fold_hostlist({"n9", "n10", "n11"}) == "n[9-11]");
  CHECK(fold_hostlist({"n099", "n100"}) == "n[099-100]");
  CHECK(fold_hostlist({"n1", "n01"}) == "n[1,01]");
  CHECK(fold_hostlist({"r1n1", "r1n2", "r2n1"}) == "r1n[1-2],r2n1");
  CHECK(fold_hostlist({"gpu1a", "gpu2a", "gpu2b"}) == "gpu1a,gpu2a,gpu2b");
  CHECK(fold_hostlist({"login", "login"}) == "login,login");
  CHECK(fold_hostlist({}).empty());
}

TEST_CASE("folding keeps the order of the names") {
  CHECK(fold_hostlist({"n3", "n2", "n1"}) == "n[3,2,1]");
  CHECK(fold_hostlist({"n1", "m1", "n2"}) == "n1,m1,n2");
}

TEST_CASE("what is folded expands to the same names") {
  CHECK(rc::check([] {
    const auto number = rc::gen::map(
        rc::gen::pair(rc::gen::inRange(0, 120), rc::gen::inRange(1, 4)), [](const auto& drawn) {
          const std::string digits = std::to_string(drawn.first);
          const auto width = static_cast<std::size_t>(drawn.second);
          return std::string(digits.size() < width ? width - digits.size() : 0, '0') + digits;
        });
    const auto text = rc::gen::element<std::string>("n", "r1-", "", "00000000000000000000");
    const auto name = rc::gen::map(rc::gen::tuple(text, number, text), [](const auto& parts) {
      return std::get<0>(parts) + std::get<1>(parts) + std::get<2>(parts);
    });
    const auto names = *rc::gen::nonEmpty(rc::gen::container<Names>(name));
    RC_ASSERT(expand_hostlist(fold_hostlist(names)) == names);
  }));
}

TEST_CASE("any text at all expands to names that fold and expand again, or is refused") {
  CHECK(rc::check([] {
    const auto text =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("n0129[]-,x")));
    Names names;
    try {
      names = expand_hostlist(text, 1000);
    } catch (const InputError&) {
      return;
    }
    RC_ASSERT(expand_hostlist(fold_hostlist(names)) == names);
  }));
}

}  // namespace
}  // namespace berth
