#include "topology/formats/ibnetdiscover_records.hpp"

#include <utility>

#include <fmt/format.h>

#include "topology/formats/ibnetdiscover_fields.hpp"
#include "topology/formats/text_line.hpp"

namespace berth {
namespace {

constexpr PortNumber ports_most = 254;
constexpr std::size_t id_most = 64;

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
    if (records_.ports.empty()) {
      throw InputError(where_of(path_, records_.devices.back().line), "there is no cable",
                       "the file may be truncated; write it again");
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
    for (const IbKind& words : ib_kinds()) {
      if (line.take(words.guid_key)) {
        read_guid(line, words.kind);
        return;
      }
    }
    if (line.take("vendid")) {
      begin(line).vendor = static_cast<std::uint32_t>(read_ib_value(line, "vendor id", UINT32_MAX));
    } else if (line.take("devid")) {
      begin(line).model = static_cast<std::uint32_t>(read_ib_value(line, "device id", UINT32_MAX));
    } else if (line.take("sysimgguid")) {
      begin(line).system = Guid{read_ib_value(line, "GUID", UINT64_MAX)};
    } else {
      fail_unknown(start);
    }
    end_ib_line(line);
  }

  void read_guid(TextLine& line, DeviceKind kind) {
    const TextLine start = line;
    begin(line);
    if (assigned_.guid) {
      start.fail("a second GUID for one device",
                 "a header is missing before this line, or one of the two is too many");
    }
    assigned_.kind = kind;
    assigned_.guid = Guid{read_ib_value(line, "GUID", UINT64_MAX)};
    assigned_.port_0 = *assigned_.guid;
    if (line.take("(")) {
      assigned_.port_0 = Guid{line.hex("GUID")};
      line.expect(")");
    }
    end_ib_line(line);
  }

  Assigned& begin(const TextLine& line) {
    if (in_record_) {
      line.fail_at(1, "a device begins without an empty line before it",
                   "put an empty line between two devices");
    }
    if (assigned_.line == 0) {
      assigned_.line = line.number();
    }
    return assigned_;
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

  // --- headers -------------------------------------------------------------------------------

  bool read_header(TextLine& line) {
    for (const IbKind& words : ib_kinds()) {
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

  void read_device(TextLine& line, const IbKind& words) {
    IbRecord record;
    record.line = line.number();
    record.device.kind = words.kind;
    line.skip_blanks();
    record.device.ports = static_cast<PortNumber>(line.number("number of ports", 1, ports_most));
    line.skip_blanks();
    line.expect("\"");
    record.column = line.column();
    record.id = line.until('"');
    if (record.id.size() > id_most) {
      line.fail_at(record.column, fmt::format("an id of {} bytes", record.id.size()),
                   fmt::format("at most {}", id_most));
    }
    record.device.description = record.id;
    line.skip_blanks();
    if (see_remark(line)) {
      read_device_remark(record, line);
    }
    name(record, line, words);
    records_.devices.push_back(std::move(record));
    assigned_ = {};
    in_record_ = true;
  }

  // Gives the record what was assigned; the id of ibnetdiscover repeats the GUID.
  void name(IbRecord& record, const TextLine& line, const IbKind& words) {
    if (assigned_.guid && ib_kind(assigned_.kind).letter != words.letter) {
      line.fail_at(record.column,
                   fmt::format("a {} with a {}", words.header, ib_kind(assigned_.kind).guid_key),
                   fmt::format("its GUID is given as  {}=0x...", words.guid_key));
    }
    const auto of_id = guid_of_ib_id(record.id, words.letter);
    if (!of_id && !assigned_.guid && *remarks_) {
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
    record.device.guid = assigned_.guid ? *assigned_.guid : of_id ? *of_id : guid_by_ibsim(record);
    if (record.device.guid == Guid{}) {
      line.fail_at(record.column, "a GUID is never 0");
    }
    record.device.system = assigned_.system.value_or(Guid{});
    record.device.vendor = assigned_.vendor;
    record.device.model = assigned_.model;
    record.port_0 = assigned_.guid ? assigned_.port_0 : record.device.guid;
  }

  // A file made by hand may leave the GUIDs to ibsim, which counts like this.
  Guid guid_by_ibsim(const IbRecord& record) {
    if (record.device.kind == DeviceKind::switch_) {
      return Guid{next_switch_++};
    }
    const Guid guid{next_host_};
    next_host_ += 1U + record.device.ports;
    return guid;
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
      end_ib_line(line);
      return;
    }
    record.device.enhanced_port_0 = line.take("enhanced");
    if (!record.device.enhanced_port_0) {
      line.expect("base");
    }
    line.skip_blanks();
    line.expect("port 0");
    line.skip_blanks();
    record.lid = read_ib_lid_lmc(line);
    end_ib_line(line);
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
    port.port = read_ib_port(line, record.device.ports);
    port.guid = read_ib_port_guid(line);
    if (port.guid && record.device.kind == DeviceKind::switch_) {
      line.fail("a port of a switch has no GUID");
    }
    line.skip_blanks();
    line.expect("\"");
    port.column = line.column();
    port.peer = line.until('"').substr(0, id_most + 1);
    port.peer_port = read_ib_port(line, ports_most);
    port.peer_guid = read_ib_port_guid(line);
    line.skip_blanks();
    if (see_remark(line)) {
      read_port_remark(port, line, record.device.kind);
    }
    records_.ports.push_back(port);
  }

  // What the remark says of the peer's name is not looked at: the peer has a header of its own.
  static void read_port_remark(IbPortLine& port, TextLine& line, DeviceKind kind) {
    line.skip_blanks();
    if (kind != DeviceKind::switch_) {
      port.lid = read_ib_lid_lmc(line);
    }
    line.expect("\"");
    (void)line.until_last('"', "the file may be truncated");
    line.skip_blanks();
    port.peer_lid = read_ib_lid(line);
    port.rate = read_ib_rate(line);
    // `ibnetdiscover -f` appends numbers like s=2.
    line.skip_blanks();
    while (!line.done()) {
      (void)line.until('=');
      line.number("number", 0, UINT32_MAX);
      line.skip_blanks();
    }
  }

  TextOfLines lines_;
  const std::string& path_;
  IbRecords records_;
  Assigned assigned_;
  bool in_record_ = false;
  std::optional<bool> remarks_;  // whether the first header had one
  std::uint64_t next_switch_ = 0x200000;
  std::uint64_t next_host_ = 0x100000;
};

}  // namespace

IbRecords read_ib_records(std::string_view text, const std::string& path) {
  return Reader(text, path).read();
}

}  // namespace berth
