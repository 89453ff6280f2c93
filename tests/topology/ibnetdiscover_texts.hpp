// A small ibnetdiscover file, and ways to spoil it.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace berth::testing {

inline const std::string two_hosts =
    "#\n"
    "# Topology file: generated on Sat Nov 21 17:18:59 2026\n"
    "#\n"
    "\n"
    "vendid=0x2c9\n"
    "devid=0xd2f2\n"
    "sysimgguid=0x2c5eab0300c47fc0\n"
    "switchguid=0x2c5eab0300c47fc0(2c5eab0300c47fc0)\n"
    "Switch\t65 \"S-2c5eab0300c47fc0\"\t\t# \"MF0;leaf:MQM9701/U1\" enhanced port 0 lid 9 lmc 0\n"
    "[1]\t\"H-506b4b0300a1b2c4\"[1](506b4b0300a1b2c5) \t\t# \"a HCA-1\" lid 7 4xNDR\n"
    "[65]\t\"H-506b4b0300a1b2c8\"[1](506b4b0300a1b2c8) \t\t# \"b mlx5_0\" lid 8 2xFDR10\n"
    "\n"
    "vendid=0x2c9\n"
    "devid=0x1021\n"
    "sysimgguid=0x506b4b0300a1b2c4\n"
    "caguid=0x506b4b0300a1b2c4\n"
    "Ca\t1 \"H-506b4b0300a1b2c4\"\t\t# \"a HCA-1\"\n"
    "[1](506b4b0300a1b2c5) \t\"S-2c5eab0300c47fc0\"[1]\t\t# lid 7 lmc 0 "
    "\"MF0;leaf:MQM9701/U1\" lid 9 4xNDR\n"
    "\n"
    "vendid=0x2c9\n"
    "devid=0x1021\n"
    "caguid=0x506b4b0300a1b2c8\n"
    "Ca\t1 \"H-506b4b0300a1b2c8\"\t\t# \"b mlx5_0\"\n"
    "[1](506b4b0300a1b2c8) \t\"S-2c5eab0300c47fc0\"[65]\t\t# lid 8 lmc 0 "
    "\"MF0;leaf:MQM9701/U1\" lid 9 2xFDR10\n";

// With every `from` made `to`.
inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// With the first `from` made `to`.
inline std::string replaced_once(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

// Without the first line that begins with `start`.
inline std::string without_line(std::string text, std::string_view start) {
  const std::size_t begin = text.find("\n" + std::string(start)) + 1;
  return text.erase(begin, text.find('\n', begin) + 1 - begin);
}

// With the lines that begin with `first` and `second` in the other order.
inline std::string with_later(std::string text, std::string_view first, std::string_view second) {
  const std::size_t begin = text.find("\n" + std::string(first)) + 1;
  const std::string line = text.substr(begin, text.find('\n', begin) + 1 - begin);
  text.erase(begin, line.size());
  const std::size_t after = text.find("\n" + std::string(second)) + 1;
  return text.insert(text.find('\n', after) + 1, line);
}

}  // namespace berth::testing
