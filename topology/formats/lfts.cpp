// Switch by switch: a heading, a line for every LID that can be reached, and a closing line. So a
// dump that breaks off within a switch has no closing line; one that breaks off between two has
// entries for switches without a table.
#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "topology/formats.hpp"
#include "topology/formats/text_line.hpp"

namespace berth {
namespace {

constexpr std::string_view truncated = "the file may be truncated; dump the tables again";

struct KindName {
  DeviceKind kind;
  std::string_view name;
};
constexpr std::array kind_names{
    KindName{DeviceKind::hca, "Channel Adapter"},
    KindName{DeviceKind::switch_, "Switch"},
    KindName{DeviceKind::router, "Router"},
};
constexpr std::string_view unknown_name = "unknown node and type";

std::string_view name_of(DeviceKind kind) {
  return std::find_if(kind_names.begin(), kind_names.end(),
                      [kind](const KindName& one) { return one.kind == kind; })
      ->name;
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& path) : lines_(text, path), path_(path) {}

  LftDump read() {
    while (auto line = lines_.next()) {
      read_line(*line);
    }
    if (open_) {
      throw InputError(where_of(path_, heading_line_),
                       "the table of this switch has no closing line  N lids dumped",
                       std::string(truncated));
    }
    if (dump_.switches.empty()) {
      throw InputError(where_of(path_, 0), "holds no table",
                       "a dump as opensm or dump_fts writes it is expected");
    }
    find_missing_switches();
    return std::move(dump_);
  }

 private:
  void read_line(TextLine& line) {
    line.skip_blanks();
    if (line.done()) {
      return;
    }
    if (!open_) {
      read_heading(line);
    } else if (line.take("0x")) {
      read_entry(line);
    } else if (!(by_dump_fts_ && is_column_heading(line))) {
      read_closing(line);
    }
  }

  // "Unicast lids [0-14] of switch Lid 2 guid 0x... ('leaf000'):" by opensm,
  // "Unicast lids [0x0-0xe] of switch DR path slid 0; ... guid 0x... (leaf000):" by dump_fts.
  void read_heading(TextLine& line) {
    LftDump::Switch table;
    heading_line_ = line.number();
    line.expect("Unicast lids [0", "a table begins with  Unicast lids [0-TOP] of switch ...");
    by_dump_fts_ = line.take("x0");
    line.expect("-");
    table.top =
        by_dump_fts_ ? read_lid(line) : static_cast<std::uint16_t>(line.number("LID", 0, lid_most));
    line.expect("] of switch ");
    if (by_dump_fts_) {
      skip_path(line);
    } else {
      line.expect("Lid ");
      table.lid = static_cast<std::uint16_t>(line.number("LID", 0, lid_most));
      line.expect(" ");
    }
    line.expect("guid 0x");
    const TextLine at_guid = line;
    table.guid = Guid{line.hex("GUID")};
    refuse_second(table.guid, at_guid);
    line.expect(by_dump_fts_ ? " (" : " ('");
    const TextLine description = line;
    (void)line.until_last(':', truncated);
    end_line(line);
    table.description = inside(description, by_dump_fts_ ? "):" : "'):");
    dump_.switches.push_back(std::move(table));
    open_ = true;
  }

  static void skip_path(TextLine& line) {
    const std::size_t length = line.rest().find("guid 0x");
    if (length == std::string_view::npos) {
      line.fail("the GUID of the switch is missing", truncated);
    }
    line.take(line.rest().substr(0, length));
  }

  void refuse_second(Guid guid, const TextLine& line) {
    const auto [first, is_new] = lines_of_tables_.emplace(guid, line.number());
    if (!is_new) {
      line.fail(
          fmt::format("switch {:#x} has a table already, in line {}", guid.value, first->second),
          "keep one of the two");
    }
  }

  // The text from `line` to its `end`, with which the line ends.
  static std::string_view inside(const TextLine& line, std::string_view end) {
    std::string_view text = line.rest();
    while (text.ends_with(' ') || text.ends_with('\t')) {
      text.remove_suffix(1);
    }
    if (!text.ends_with(end)) {
      line.fail(fmt::format("the description has no closing {}", end), truncated);
    }
    text.remove_suffix(end.size());
    return text;
  }

  // dump_fts writes two lines of them.
  static bool is_column_heading(const TextLine& line) {
    return line.rest().starts_with("Lid  Out") || line.rest().starts_with("Port ");
  }

  static std::uint16_t read_lid(TextLine& line) {
    line.expect("0x");
    return read_lid_digits(line);
  }
  static std::uint16_t read_lid_digits(TextLine& line) {
    const TextLine start = line;
    const std::uint64_t lid = line.hex("LID");
    if (lid > lid_most) {
      start.fail(fmt::format("the LID is {:#x}, out of range", lid), "0x1 to 0xbfff");
    }
    return static_cast<std::uint16_t>(lid);
  }

  // "0x0001 003 # Switch portguid 0x...: 'spine000'"; dump_fts has ": (...)" instead of "# ...".
  void read_entry(TextLine& line) {
    LftDump::Switch& table = dump_.switches.back();
    LftDump::Entry entry;
    const TextLine at_lid = line;
    entry.lid = read_lid_digits(line);
    if (entry.lid > table.top) {
      at_lid.fail(fmt::format("lid {} in a table that ends with lid {}", entry.lid, table.top));
    }
    if (entry.lid == 0 || (!table.entries.empty() && entry.lid <= table.entries.back().lid)) {
      at_lid.fail(fmt::format("lid {} is not above the one before", entry.lid),
                  "the entries of a table are in order of LID, from 1");
    }
    line.expect(" ");
    line.skip_blanks();
    entry.port = static_cast<PortNumber>(line.number("port", 0, 254));
    line.skip_blanks();
    read_destination(line, entry);
    if (line_leading_to_.size() <= entry.lid) {
      line_leading_to_.resize(std::size_t{table.top} + 1);
    }
    if (entry.port == 0) {
      own_lids_[entry.lid] = true;
      table.lid = table.lid == 0 ? entry.lid : table.lid;  // dump_fts does not say it
    }
    if (entry.kind == DeviceKind::switch_ && line_leading_to_[entry.lid] == 0) {
      line_leading_to_[entry.lid] = line.number();
    }
    table.entries.push_back(std::move(entry));
  }

  void read_destination(TextLine& line, LftDump::Entry& entry) {
    if (by_dump_fts_ && line.done()) {  // dump_fts -n
      return;
    }
    line.expect(by_dump_fts_ ? ": (" : "# ", truncated);
    if (line.take(unknown_name)) {
      return;
    }
    for (const KindName& one : kind_names) {
      if (line.take(one.name)) {
        entry.kind = one.kind;
        break;
      }
    }
    if (!entry.kind) {
      line.fail("the destination is of no known kind", "Channel Adapter, Switch or Router");
    }
    line.expect(" portguid 0x");
    entry.port_guid = Guid{line.hex("GUID")};
    line.expect(": '");
    entry.description = inside(line, by_dump_fts_ ? "')" : "'");
  }

  // opensm writes the highest LID, dump_fts the number of entries.
  void read_closing(TextLine& line) {
    const TextLine start = line;
    const LftDump::Switch& table = dump_.switches.back();
    const std::uint32_t count = line.number("number of LIDs", 0, UINT32_MAX);
    line.expect(by_dump_fts_ ? " valid lids dumped" : " lids dumped", truncated);
    end_line(line);
    const std::size_t expected = by_dump_fts_ ? table.entries.size() : table.top;
    if (count != expected) {
      start.fail(fmt::format("{} lids dumped, but the table above has {}", count, expected),
                 truncated);
    }
    open_ = false;
  }

  static void end_line(TextLine& line) {
    line.skip_blanks();
    if (!line.done()) {
      line.fail(fmt::format("'{}' is too much here", line.rest().substr(0, 24)));
    }
  }

  // Each switch has a table, in which its own LIDs lead to port 0.
  void find_missing_switches() {
    for (const LftDump::Switch& table : dump_.switches) {
      own_lids_[table.lid] = true;
    }
    for (std::size_t lid = 0; lid < line_leading_to_.size(); ++lid) {
      if (line_leading_to_[lid] != 0 && !own_lids_[lid]) {
        throw InputError(where_of(path_, line_leading_to_[lid]),
                         fmt::format("the switch with lid {} has no table in the file", lid),
                         std::string(truncated));
      }
    }
  }

  TextOfLines lines_;
  const std::string& path_;
  LftDump dump_;
  bool open_ = false;  // within the table of a switch
  bool by_dump_fts_ = false;
  std::size_t heading_line_ = 0;  // of the table read last
  std::map<Guid, std::size_t> lines_of_tables_;
  // By LID: whether it is a switch's that has a table; the first line with it that says so.
  std::vector<bool> own_lids_ = std::vector<bool>(std::size_t{lid_most} + 1);
  std::vector<std::size_t> line_leading_to_;
};

}  // namespace

LftDump read_lfts(std::string_view text, const std::string& path) {
  return Reader(text, path).read();
}

std::string write_lfts(const LftDump& dump) {
  fmt::memory_buffer out;
  const auto put = [&out](auto format, const auto&... values) {
    fmt::format_to(std::back_inserter(out), format, values...);
  };
  for (const LftDump::Switch& table : dump.switches) {
    put(FMT_STRING("Unicast lids [0-{}] of switch Lid {} guid {:#018x} ('{}'):\n"), table.top,
        table.lid, table.guid.value, table.description);
    for (const LftDump::Entry& entry : table.entries) {
      put(FMT_STRING("{:#06x} {:03} # "), entry.lid, entry.port);
      if (entry.kind) {
        put(FMT_STRING("{} portguid {:#018x}: '{}'\n"), name_of(*entry.kind), entry.port_guid.value,
            entry.description);
      } else {
        put(FMT_STRING("{}\n"), unknown_name);
      }
    }
    put(FMT_STRING("{} lids dumped\n"), table.top);
  }
  return fmt::to_string(out);
}

}  // namespace berth
