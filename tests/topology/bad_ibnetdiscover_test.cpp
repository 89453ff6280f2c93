// Every way to spoil an ibnetdiscover file is one error, which says where, what, and what helps.
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "core/error.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/topology/ibnetdiscover_texts.hpp"
#include "topology/formats.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

std::string error_in(const std::string& text) {
  return error_of([&text] { (void)read_ibnetdiscover(text, "net"); });
}

// Of the file with its first `from` made `to`.
std::string error_with(std::string_view from, std::string_view to) {
  return error_in(replaced_once(two_hosts, from, to));
}

}  // namespace

TEST_CASE("a cable that only one end knows is refused") {
  CHECK(error_in(without_line(two_hosts, "[65]")) ==
        "net:23:25: the other end of the cable is missing: 'S-2c5eab0300c47fc0' (line 9) says "
        "nothing of its port 65\n"
        "  every cable is in the file twice, once for each end; add the other or remove this one");
  CHECK(error_with("\"[65]\t\t# lid 8", "\"[1]\t\t# lid 8") ==
        "net:11:7: the two ends of the cable disagree: line 24 has port 1 of 'H-506b4b0300a1b2c8' "
        "going to port 1 of 'S-2c5eab0300c47fc0'\n  correct one of the two lines");
}

TEST_CASE("a cable that is wider or faster at one end is refused") {
  CHECK(error_with("4xNDR", "1xNDR") ==
        "net:10:6: a 1xNDR cable that is 4xNDR at its other end (line 18)\n"
        "  correct one of the two lines");
  CHECK(error_with("2xFDR10", "2xFDR") ==
        "net:11:7: a 2xFDR cable that is 2xFDR10 at its other end (line 24)\n"
        "  correct one of the two lines");
}

TEST_CASE("a port with two cables is refused") {
  CHECK(error_with("[65]\t", "[1]\t") ==
        "net:11:1: port 1 is already taken in line 10\n  a port holds one cable");
}

TEST_CASE("a port that its device cannot have is refused") {
  CHECK(error_with("[65]\t", "[66]\t") == "net:11:2: the port is 66, out of range\n  1 to 65");
  CHECK(error_with("[65]\t", "[0]\t") == "net:11:2: the port is 0, out of range\n  1 to 65");
  CHECK(error_with("\"[1](506b4b0300a1b2c5)", "\"[2](506b4b0300a1b2c5)") ==
        "net:10:6: 'H-506b4b0300a1b2c4' has no port 2\n  1 to 1, says line 17");
  CHECK(error_with("Switch\t65", "Switch\t65000") ==
        "net:9:8: the number of ports is 65000, out of range\n  1 to 254");
  CHECK(error_with("Switch\t65", "Switch\t99999999999999999999") ==
        "net:9:8: the number of ports is 99999999999999999999, out of range\n  1 to 254");
}

TEST_CASE("two devices or two ports of one GUID are refused") {
  CHECK(error_in(replaced(replaced(two_hosts, "H-506b4b0300a1b2c8", "H-506b4b0300a1b2c4"),
                          "caguid=0x506b4b0300a1b2c8", "caguid=0x506b4b0300a1b2c4")) ==
        "net:23:7: 'H-506b4b0300a1b2c4' is a second time in the file, first in line 17\n"
        "  keep one of the two");
  CHECK(error_in(replaced(two_hosts, "(506b4b0300a1b2c8)", "(506b4b0300a1b2c5)")) ==
        "net:24: port GUID 0x506b4b0300a1b2c5 is also that of line 18\n"
        "  every device and port has a GUID of its own");
}

TEST_CASE("an id that disagrees with the GUID above it is refused") {
  CHECK(error_with("switchguid=0x2c5eab0300c47fc0", "switchguid=0x2c5eab0300c47fc1") ==
        "net:9:12: the id says GUID 0x2c5eab0300c47fc0, but switchguid says 0x2c5eab0300c47fc1\n"
        "  make the two equal");
  CHECK(error_with("switchguid=", "caguid=") ==
        "net:9:12: a Switch with a caguid\n  its GUID is given as  switchguid=0x...");
  CHECK(error_with("caguid=0x506b4b0300a1b2c4", "caguid=0x1") ==
        "net:17:7: the id says GUID 0x506b4b0300a1b2c4, but caguid says 0x1\n"
        "  make the two equal");
}

TEST_CASE("a peer that is not in the file is refused") {
  CHECK(error_with("\"H-506b4b0300a1b2c4\"[1](", "\"H-506b4b0300a1b2c6\"[1](") ==
        "net:10:6: 'H-506b4b0300a1b2c6' is not in the file\n"
        "  the file may be truncated, or an end of the cable was removed");
}

TEST_CASE("what a line says of its peer has to be what the peer says of itself") {
  CHECK(error_with("[1](506b4b0300a1b2c5)", "[1](506b4b0300a1b2c6)") ==
        "net:10:6: port GUID 0x506b4b0300a1b2c6, but the port of 'H-506b4b0300a1b2c4' has "
        "0x506b4b0300a1b2c5 (line 18)\n  correct one of the two lines");
  CHECK(error_with("lid 7 4xNDR", "lid 17 4xNDR") ==
        "net:10:6: lid 17 for 'H-506b4b0300a1b2c4', which has lid 7 (line 18)\n"
        "  correct one of the two lines");
}

TEST_CASE("two ports of a subnet with one LID are refused") {
  CHECK(error_in(replaced(two_hosts, "lid 8 ", "lid 7 ")) ==
        "net:24: lid 7 is already that of line 18\n"
        "  each LID of a subnet is one port's; write 0 to have it chosen");
  CHECK(error_in(replaced(two_hosts, "lid 7 lmc 0", "lid 7 lmc 1")) ==
        "net:24: lid 8 is already that of line 18\n"
        "  each LID of a subnet is one port's; write 0 to have it chosen");
  CHECK(error_in(replaced(two_hosts, "lid 7 ", "lid 50000 ")) ==
        "net:10:65: the LID is 50000, out of range\n  0 to 49151");
}

TEST_CASE("wherever a file is cut, it is refused") {
  // But for its last line end, which changes nothing.
  for (std::size_t length = 0; length + 1 < two_hosts.size(); ++length) {
    CAPTURE(two_hosts.substr(0, length));
    CHECK(error_in(two_hosts.substr(0, length)).starts_with("net"));
  }
  CHECK(error_in(two_hosts.substr(0, two_hosts.size() - 1)) == "fine");
}

TEST_CASE("what is not text, or another text, is refused") {
  CHECK(
      error_in("\x1f\x8b\x08") ==
      "net:1:1: byte 0x1f is not text\n  a plain text file is expected; unpack it if it is packed");
  CHECK(error_in("") ==
        "net: holds no switch or HCA\n  a file as ibnetdiscover prints it is expected");
  CHECK(error_in("SwitchName=s1 Nodes=n[1-4]\n") ==
        "net:1:1: neither a port, a header nor a GUID\n"
        "  a file as ibnetdiscover prints it without -l or -p is expected");
  CHECK(error_in("include \"other\"\n") ==
        "net:1:1: 'include' is an order to ibsim, not part of a fabric\n"
        "  write out what it stands for, or take what ibnetdiscover prints of it");
  CHECK(error_with("4xNDR", "4xFAST") ==
        "net:10:69: no such speed 'FAST'\n"
        "  known: SDR, DDR, QDR, FDR10, FDR, EDR, HDR, NDR, XDR");
  CHECK(error_with("4xNDR", "3xNDR") ==
        "net:10:67: there is no link of 3 lanes\n  1, 2, 4, 8 or 12");
}

TEST_CASE("lines that are missing between two devices are noticed") {
  CHECK(error_in(without_line(two_hosts, "Ca\t")) ==
        "net:17:1: a port without a device\n"
        "  a header comes before its ports, without empty lines");
  CHECK(error_with("lid 9 4xNDR\n\n", "lid 9 4xNDR\n") ==
        "net:19:1: a device begins without an empty line before it\n"
        "  put an empty line between two devices");
}
