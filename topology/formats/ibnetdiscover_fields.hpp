// The words and numbers that lines of an ibnetdiscover file are made of.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "topology/fabric.hpp"
#include "topology/formats/text_line.hpp"

namespace berth {

struct IbKind {
  DeviceKind kind;
  std::string_view header;
  std::string_view guid_key;
  char letter;
};
std::span<const IbKind> ib_kinds();  // with two headers for HCAs, as ibsim has it
const IbKind& ib_kind(DeviceKind kind);

// Of "S-0002c90400010003"; nothing for an id of another form.
std::optional<Guid> guid_of_ib_id(std::string_view id, char letter);

struct IbLid {
  std::uint16_t lid = 0;
  std::uint8_t lmc = 0;
};
std::uint16_t read_ib_lid(TextLine& line);                          // "lid 7 "
IbLid read_ib_lid_lmc(TextLine& line);                              // "lid 8 lmc 1 "
PortNumber read_ib_port(TextLine& line, PortNumber most);           // "[5]", "[5][ext 3]"
std::optional<Guid> read_ib_port_guid(TextLine& line);              // "(2c90500000601)" or nothing
LinkRate read_ib_rate(TextLine& line);                              // "4xNDR"
std::uint64_t read_ib_value(TextLine& line, std::string_view name,  // "=0x2c9"
                            std::uint64_t most);

// Where everything was said: nothing but a remark comes (`ibnetdiscover -g` puts the chassis
// there).
void end_ib_line(TextLine& line);

}  // namespace berth
