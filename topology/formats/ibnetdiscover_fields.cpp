#include "topology/formats/ibnetdiscover_fields.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "core/check.hpp"

namespace berth {
namespace {

constexpr std::uint8_t lmc_most = 7;
constexpr std::array widths{1U, 2U, 4U, 8U, 12U};

constexpr std::array kinds{
    IbKind{DeviceKind::switch_, "Switch", "switchguid", 'S'},
    IbKind{DeviceKind::hca, "Ca", "caguid", 'H'},
    IbKind{DeviceKind::hca, "Hca", "caguid", 'H'},
    IbKind{DeviceKind::router, "Rt", "rtguid", 'R'},
};

}  // namespace

std::span<const IbKind> ib_kinds() { return kinds; }

const IbKind& ib_kind(DeviceKind kind) {
  const auto* const found = std::find_if(kinds.begin(), kinds.end(),
                                         [kind](const IbKind& one) { return one.kind == kind; });
  check(found != kinds.end(), "every kind of device has a header");
  return *found;
}

std::optional<Guid> guid_of_ib_id(std::string_view id, char letter) {
  if (id.size() != 18 || id[0] != letter || id[1] != '-' ||
      id.find_first_not_of("0123456789abcdefABCDEF", 2) != std::string_view::npos) {
    return std::nullopt;
  }
  const std::string nowhere;
  return Guid{TextLine(id.substr(2), 0, nowhere).hex("GUID")};
}

std::uint16_t read_ib_lid(TextLine& line) {
  line.expect("lid ");
  const auto lid = static_cast<std::uint16_t>(line.number("LID", 0, lid_most));
  line.skip_blanks();
  return lid;
}

IbLid read_ib_lid_lmc(TextLine& line) {
  const TextLine at_lid = line;
  const std::uint16_t lid = read_ib_lid(line);
  line.expect("lmc ");
  const auto lmc = static_cast<std::uint8_t>(line.number("LMC", 0, lmc_most));
  if (lid + (1U << lmc) > lid_most + 1U) {
    at_lid.fail(fmt::format("lid {} with lmc {} is more than there are", lid, lmc),
                fmt::format("2^lmc consecutive LIDs, up to {}", lid_most));
  }
  line.skip_blanks();
  return {lid, lmc};
}

PortNumber read_ib_port(TextLine& line, PortNumber most) {
  line.expect("[");
  const auto port = static_cast<PortNumber>(line.number("port", 1, most));
  line.expect("]");
  if (line.take("[ext ")) {
    (void)line.until(']');
  }
  return port;
}

std::optional<Guid> read_ib_port_guid(TextLine& line) {
  if (!line.take("(")) {
    return std::nullopt;
  }
  const Guid guid{line.hex("port GUID")};
  line.expect(")");
  return guid;
}

LinkRate read_ib_rate(TextLine& line) {
  const TextLine at_width = line;
  const std::uint32_t width = line.number("width", 0, UINT32_MAX);
  if (std::find(widths.begin(), widths.end(), width) == widths.end()) {
    at_width.fail(fmt::format("there is no link of {} lanes", width), "1, 2, 4, 8 or 12");
  }
  line.expect("x");
  const std::string_view word = line.rest().substr(0, line.rest().find_first_of(" \t"));
  const auto speed = speed_named(word);
  if (!speed) {
    line.fail(fmt::format("no such speed '{}'", word.substr(0, 24)),
              "known: SDR, DDR, QDR, FDR10, FDR, EDR, HDR, NDR, XDR");
  }
  line.take(word);
  return {static_cast<std::uint8_t>(width), *speed};
}

std::uint64_t read_ib_value(TextLine& line, std::string_view name, std::uint64_t most) {
  line.expect("=0x");
  const TextLine at_value = line;
  const std::uint64_t value = line.hex(name);
  if (value > most) {
    at_value.fail(fmt::format("the {} is {:#x}, out of range", name, value),
                  fmt::format("at most {:#x}", most));
  }
  return value;
}

void end_ib_line(TextLine& line) {
  line.skip_blanks();
  if (!line.done() && !line.rest().starts_with('#')) {
    line.fail(fmt::format("'{}' is too much here", line.rest().substr(0, 24)));
  }
}

}  // namespace berth
