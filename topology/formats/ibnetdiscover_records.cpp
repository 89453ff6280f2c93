#include "topology/formats/ibnetdiscover_records.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "topology/formats/text_line.hpp"

namespace berth {
namespace {

constexpr std::uint16_t lid_most = 0xBFFF;  // unicast; InfiniBand specification 1.4, 4.1.3
constexpr std::uint8_t lmc_most = 7;
constexpr PortNumber ports_most = 254;

// What stood on lines of their own before a header.
struct Assigned {
  std::size_t line = 0;  // of the first; 0: nothing yet
  std::uint32_t vendor = 0;
  std::uint32_t model = 0;
  std::optional<Guid> system;
  std::optional<Guid> guid;
  Guid port_0;
  DeviceKind kind = DeviceKind::switch_;  // that the guid was given for
};

struct KindWords {
  DeviceKind kind;
  std::string_view header;
  std::string_view guid_key;
  char letter;
};
constexpr std::array kinds{
    KindWords{DeviceKind::switch_, "Switch", "switchguid", 'S'},
    KindWords{DeviceKind::hca, "Ca", "caguid", 'H'},
    KindWords{DeviceKind::hca, "Hca", "caguid", 'H'},  // as ibsim's own examples have it
    KindWords{DeviceKind::router, "Rt", "rtguid", 'R'},
};
const KindWords& words_of(DeviceKind kind) {
  return kinds[kind == DeviceKind::switch_ ? 0 : kind == DeviceKind::hca ? 1 : 3];
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& path) : lines_(text, path), path_(path) {}

  IbRecords read() {
    while (auto line = lines_.next()) {
      read_line(*line);
    }
    end_record();
    if (assigned_.line != 0) {
      throw InputError(where_of(path_, assigned_.line), "no header follows this line",
                       "the file may be truncated; a header is like  Switch\t64 \"S-...\"");
    }
    if (records_.devices.empty()) {
      throw InputError(where_of(path_, 0), "holds no switch or HCA",
                       "a file as ibnetdiscover prints it is expected");
    }
    return std::move(records_);
  }

 private:
  void read_line(TextLine& line) {
    if (line.rest().starts_with('#')) {
      return;
    }
    line.skip_blanks();
    if (line.done()) {
      end_record();
    } else if (line.rest().starts_with('[')) {
      read_port(line);
    } else if (!read_header(line) && !is_chassis_heading(line)) {
      read_assignment(line);
    }
  }

  // `ibnetdiscover -g` sorts the switches by chassis, with headings that name nothing we need.
  static bool is_chassis_heading(const TextLine& line) {
    return line.rest().starts_with("Chassis ") || line.rest() == "Non-Chassis Nodes";
  }

  void end_record() { in_record_ = false; }

  // --- assignments ---------------------------------------------------------------------------

  void read_assignment(TextLine& line) {
    const TextLine start = line;
    for (const KindWords& words : kinds) {
      if (line.take(words.guid_key)) {
        read_guid(line, words.kind);
        return;
      }
    }
    if (line.take("vendid")) {
      begin(line).vendor = static_cast<std::uint32_t>(value(line, "vendor id", UINT32_MAX));
    } else if (line.take("devid")) {
      begin(line).model = static_cast<std::uint32_t>(value(line, "device id", UINT32_MAX));
    } else if (line.take("sysimgguid")) {
      begin(line).system = Guid{value(line, "GUID", UINT64_MAX)};
    } else {
      fail_unknown(start);
    }
    end_line(line);
  }

  void read_guid(TextLine& line, DeviceKind kind) {
    const TextLine start = line;
    begin(line);
    if (assigned_.guid) {
      start.fail("a second GUID for one device",
                 "a header is missing before this line, or one of the two is too many");
    }
    assigned_.kind = kind;
    assigned_.guid = Guid{value(line, "GUID", UINT64_MAX)};
    assigned_.port_0 = *assigned_.guid;
    if (line.take("(")) {
      assigned_.port_0 = Guid{line.hex("GUID")};
      line.expect(")");
    }
    end_line(line);
  }

  Assigned& begin(const TextLine& line) {
    if (in_record_) {
      line.fail("a device begins without an empty line before it",
                "put an empty line between two devices");
    }
    if (assigned_.line == 0) {
      assigned_.line = line.number();
    }
    return assigned_;
  }

  static std::uint64_t value(TextLine& line, std::string_view name, std::uint64_t most) {
    line.expect("=0x");
    const TextLine start = line;
    const std::uint64_t number = line.hex(name);
    if (number > most) {
      start.fail(fmt::format("the {} has more than 32 bits", name), "at most 8 hexadecimal digits");
    }
    return number;
  }

  [[noreturn]] static void fail_unknown(const TextLine& line) {
    for (const std::string_view order : {"include", "do", "module", "width", "speed", "extspeed"}) {
      if (line.rest().starts_with(order)) {
        line.fail(fmt::format("'{}' is an order to ibsim, not part of a fabric", order),
                  "write out what it stands for, or take what ibnetdiscover prints of it");
      }
    }
    line.fail("neither a port, a header nor a GUID",
              "a file as ibnetdiscover prints it without -l or -p is expected");
  }

  // After everything else: nothing, or a remark (ibnetdiscover -g puts the chassis there).
  static void end_line(TextLine& line) {
    line.skip_blanks();
    if (!line.done() && !line.rest().starts_with('#')) {
      line.fail(fmt::format("'{}' is too much here", line.rest().substr(0, 24)));
    }
  }

  // --- headers -------------------------------------------------------------------------------

  bool read_header(TextLine& line) {
    for (const KindWords& words : kinds) {
      TextLine after = line;
      if (after.take(words.header) &&
          (after.rest().starts_with('\t') || after.rest().starts_with(' '))) {
        begin(line);
        read_device(after, words);
        return true;
      }
    }
    return false;
  }

  void read_device(TextLine& line, const KindWords& words) {
    IbRecord record;
    record.line = line.number();
    record.device.kind = words.kind;
    line.skip_blanks();
    record.device.ports = static_cast<PortNumber>(line.number("number of ports", 1, ports_most));
    line.skip_blanks();
    line.expect("\"");
    record.column = line.column();
    record.id = line.until('"');
    name(record, line, words);
    line.skip_blanks();
    if (see_remark(line)) {
      read_device_remark(record, line);
    }
    records_.devices.push_back(std::move(record));
    assigned_ = {};
    in_record_ = true;
  }

  // Gives the record what was assigned; the id of ibnetdiscover repeats the GUID.
  void name(IbRecord& record, const TextLine& line, const KindWords& words) const {
    if (assigned_.guid && words_of(assigned_.kind).letter != words.letter) {
      line.fail_at(record.column,
                   fmt::format("a {} with a {}", words.header, words_of(assigned_.kind).guid_key),
                   fmt::format("its GUID is given as  {}=0x...", words.guid_key));
    }
    const auto of_id = guid_of(record.id, words.letter);
    if (!of_id && !assigned_.guid) {
      line.fail_at(
          record.column, fmt::format("'{}' names no GUID", record.id),
          fmt::format("write the id as {}- and 16 hexadecimal digits, or a line  {}=0x...  "
                      "before",
                      words.letter, words.guid_key));
    }
    if (of_id && assigned_.guid && *of_id != *assigned_.guid) {
      line.fail_at(record.column,
                   fmt::format("the id says GUID {:#x}, but {} says {:#x}", of_id->value,
                               words.guid_key, assigned_.guid->value),
                   "make the two equal");
    }
    record.device.guid = assigned_.guid ? *assigned_.guid : *of_id;
    if (record.device.guid == Guid{}) {
      line.fail_at(record.column, "a GUID is never 0");
    }
    record.device.system = assigned_.system.value_or(Guid{});
    record.device.vendor = assigned_.vendor;
    record.device.model = assigned_.model;
    record.device.description = record.id;
    record.port_0 = assigned_.guid ? assigned_.port_0 : record.device.guid;
  }

  static std::optional<Guid> guid_of(std::string_view id, char letter) {
    if (id.size() != 18 || id[0] != letter || id[1] != '-' ||
        id.find_first_not_of("0123456789abcdefABCDEF", 2) != std::string_view::npos) {
      return std::nullopt;
    }
    static const std::string nowhere;
    return Guid{TextLine(id.substr(2), 0, nowhere).hex("GUID")};
  }

  // ibnetdiscover ends each header and port with a remark, a file made by hand for ibsim may have
  // none. Were both allowed in one file, one that breaks off before a remark would look whole.
  bool see_remark(TextLine& line) {
    if (!line.done() && !line.rest().starts_with('#')) {
      line.fail(fmt::format("'{}' is too much here", line.rest().substr(0, 24)),
                "what follows the id is  # \"description\" ...");
    }
    const bool has = line.take("#");
    if (!remarks_) {
      remarks_ = has;
    }
    if (*remarks_ != has) {
      line.fail(has ? "a line with a remark in a file whose first device has none"
                    : "the line ends before its remark  # \"description\" ...",
                has ? "write remarks in every header and port, or in none"
                    : "the file may be truncated; write it again");
    }
    return has;
  }

  static void read_device_remark(IbRecord& record, TextLine& line) {
    line.skip_blanks();
    line.expect("\"");
    record.device.description = line.until_last('"', "the file may be truncated");
    line.skip_blanks();
    if (record.device.kind != DeviceKind::switch_) {
      end_line(line);
      return;
    }
    record.device.enhanced_port_0 = line.take("enhanced");
    if (!record.device.enhanced_port_0) {
      line.expect("base");
    }
    line.skip_blanks();
    line.expect("port 0");
    line.skip_blanks();
    record.lid = read_lid(line);
    record.lmc = read_lmc(line);
    end_line(line);
  }

  static std::uint16_t read_lid(TextLine& line) {
    line.expect("lid ");
    const auto lid = static_cast<std::uint16_t>(line.number("LID", 0, lid_most));
    line.skip_blanks();
    return lid;
  }
  static std::uint8_t read_lmc(TextLine& line) {
    line.expect("lmc ");
    const auto lmc = static_cast<std::uint8_t>(line.number("LMC", 0, lmc_most));
    line.skip_blanks();
    return lmc;
  }

  // --- ports ---------------------------------------------------------------------------------

  void read_port(TextLine& line) {
    if (!in_record_) {
      line.fail("a port without a device", "a header comes before its ports, without empty lines");
    }
    const IbRecord& record = records_.devices.back();
    IbPortLine port;
    port.line = line.number();
    port.device = static_cast<std::uint32_t>(records_.devices.size() - 1);
    port.port = read_port_number(line, record.device.ports);
    port.guid = read_port_guid(line);
    if (port.guid && record.device.kind == DeviceKind::switch_) {
      line.fail("a port of a switch has no GUID");
    }
    line.skip_blanks();
    line.expect("\"");
    port.column = line.column();
    port.peer = line.until('"');
    port.peer_port = read_port_number(line, ports_most);
    port.peer_guid = read_port_guid(line);
    line.skip_blanks();
    if (see_remark(line)) {
      read_port_remark(port, line, record.device.kind);
    }
    records_.ports.push_back(port);
  }

  // "[5]", and the "[ext 3]" of a chassis.
  static PortNumber read_port_number(TextLine& line, PortNumber most) {
    line.expect("[");
    const auto number = static_cast<PortNumber>(line.number("port", 1, most));
    line.expect("]");
    if (line.take("[ext ")) {
      (void)line.until(']');
    }
    return number;
  }

  static std::optional<Guid> read_port_guid(TextLine& line) {
    if (!line.take("(")) {
      return std::nullopt;
    }
    const Guid guid{line.hex("port GUID")};
    line.expect(")");
    return guid;
  }

  // What the remark says of the peer's name is not looked at: the peer has a header of its own.
  static void read_port_remark(IbPortLine& port, TextLine& line, DeviceKind kind) {
    line.skip_blanks();
    if (kind != DeviceKind::switch_) {
      port.lid = read_lid(line);
      port.lmc = read_lmc(line);
    }
    line.expect("\"");
    (void)line.until_last('"', "the file may be truncated");
    line.skip_blanks();
    port.peer_lid = read_lid(line);
    port.rate = read_rate(line);
    // `ibnetdiscover -f` appends numbers like s=2.
    line.skip_blanks();
    while (!line.done()) {
      (void)line.until('=');
      line.number("number", 0, UINT32_MAX);
      line.skip_blanks();
    }
  }

  static LinkRate read_rate(TextLine& line) {
    const TextLine start = line;
    LinkRate rate;
    rate.width = static_cast<std::uint8_t>(line.number("width", 1, 12));
    if (rate.width != 1 && rate.width != 2 && rate.width != 4 && rate.width != 8 &&
        rate.width != 12) {
      start.fail(fmt::format("there is no link of {} lanes", rate.width), "1, 2, 4, 8 or 12");
    }
    line.expect("x");
    const TextLine at_speed = line;
    std::string_view word = line.rest().substr(0, line.rest().find_first_of(" \t"));
    const auto speed = speed_named(word);
    if (!speed) {
      at_speed.fail(fmt::format("no such speed '{}'", word.substr(0, 24)),
                    "known: SDR, DDR, QDR, FDR10, FDR, EDR, HDR, NDR, XDR");
    }
    rate.speed = *speed;
    line.take(word);
    return rate;
  }

  TextOfLines lines_;
  const std::string& path_;
  IbRecords records_;
  Assigned assigned_;
  bool in_record_ = false;
  std::optional<bool> remarks_;  // whether the first header had one
};

}  // namespace

IbRecords read_ib_records(std::string_view text, const std::string& path) {
  return Reader(text, path).read();
}

}  // namespace berth
