// Slurm's topology.conf as Slurm reads it (checked against slurmctld 22.05). A line begins with the
// key that says what it is. What Slurm only warns about is refused.
#include <algorithm>
#include <charconv>
#include <limits>

#include "core/check.hpp"
#include "core/hostlist.hpp"
#include "core/settings_tree.hpp"
#include "topology/formats.hpp"
#include "topology/formats/slurm_check.hpp"
#include "topology/formats/slurm_words.hpp"
#include "topology/formats/text_line.hpp"

namespace berth {
namespace {

constexpr std::string_view example =
    "begin the line with SwitchName=, BlockName=, RingName= or BlockSizes=";

// A number that fits 32 bits, as LinkSpeed must be: decimal or 0x.
bool is_speed(std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  text.remove_prefix(hex ? 2 : 0);
  std::uint32_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
  return error == std::errc{} && end == text.data() + text.size();
}

class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {}

  void read(const SlurmLine& line) {
    const Where where = where_of(path_, line.number);
    SlurmWords words(line.text, where);
    if (words.done()) {
      return;
    }
    const SlurmWord first = words.next();
    if (first.key == "switchname") {
      read_switch(first, words, where);
    } else if (first.key == "blockname") {
      start<SlurmBlocks>(where).blocks.push_back(block(first, words, where));
    } else if (first.key == "ringname") {
      start<SlurmRing>(where).rings.push_back(block(first, words, where));
    } else if (first.key == "blocksizes") {
      read_sizes(first, words, where);
    } else {
      throw InputError(where, "a line begins with the unknown key " + shown(first.key),
                       std::string(example));
    }
  }

  SlurmTopology done() {
    if (!started_) {
      throw InputError({path_}, "the file names no switch, block or ring", std::string(example));
    }
    check_slurm(made_, sizes_line_ > 0 ? where_of(path_, sizes_line_) : Where{path_});
    return std::move(made_);
  }

 private:
  template <class Shape>
  Shape& start(const Where& where) {
    if (!started_) {
      made_.shape = Shape();
      started_ = true;
    }
    if (auto* shape = std::get_if<Shape>(&made_.shape)) {
      return *shape;
    }
    throw InputError(where, "the file mixes switches, blocks and rings",
                     "keep one of them; topology.yaml holds several topologies");
  }

  void read_switch(const SlurmWord& first, SlurmWords& words, const Where& where) {
    SlurmSwitch made{std::string(first.value), {}, {}, {}, line_of(where)};
    while (!words.done()) {
      read_word(words.next(), where, made);
    }
    start<SlurmTree>(where).switches.push_back(std::move(made));
  }

  void read_word(const SlurmWord& word, const Where& where, SlurmSwitch& made) {
    if (word.key == "switches") {
      refuse_second(made.switches.empty(), word, where);
      made.switches = lists_.expand(word.value, "Switches", where);
    } else if (word.key == "nodes") {
      refuse_second(made.nodes.empty(), word, where);
      made.nodes = nodes(word, where);
    } else if (word.key == "linkspeed") {
      refuse_second(made.link_speed.empty(), word, where);
      check_speed(word, where);
      made.link_speed = word.value;
    } else {
      refuse_key(word, {"switches", "nodes", "linkspeed"}, where);
    }
  }

  static void check_speed(const SlurmWord& word, const Where& where) {
    if (!is_speed(word.value)) {
      throw InputError(where, "LinkSpeed: " + shown(word.value) + " is not a number",
                       "Slurm wants a whole number below 4294967296");
    }
  }

  SlurmBlock block(const SlurmWord& first, SlurmWords& words, const Where& where) {
    SlurmBlock made{std::string(first.value), {}, line_of(where)};
    while (!words.done()) {
      const SlurmWord word = words.next();
      if (word.key != "nodes") {
        refuse_key(word, {"nodes"}, where);
      }
      refuse_second(made.nodes.empty(), word, where);
      made.nodes = nodes(word, where);
    }
    return made;
  }

  void read_sizes(const SlurmWord& first, const SlurmWords& words, const Where& where) {
    auto& sizes = start<SlurmBlocks>(where).block_sizes;
    refuse_second(sizes.empty(), first, where);
    if (!words.done()) {
      throw InputError(where, "BlockSizes stands on a line of its own");
    }
    sizes_line_ = line_of(where);
    for (std::string_view rest = first.value; !rest.empty();) {
      const auto comma = std::min(rest.find(','), rest.size());
      std::uint32_t size = 0;
      const auto [end, error] = std::from_chars(rest.data(), rest.data() + comma, size);
      if (error != std::errc{} || end != rest.data() + comma) {
        throw InputError(where, "BlockSizes: " + shown(rest.substr(0, comma)) + " is not a size",
                         "write numbers of nodes like 18,36,72");
      }
      sizes.push_back(size);
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }

  std::vector<std::string> nodes(const SlurmWord& word, const Where& where) {
    if (in_small_letters(word.value) == "all") {
      throw InputError(where, "Nodes: this file does not know which nodes ALL are",
                       "name them, for example n[1-32]");
    }
    return lists_.expand(word.value, "Nodes", where);
  }

  static std::size_t line_of(const Where& where) { return static_cast<std::size_t>(where.line); }

  static void refuse_second(bool first, const SlurmWord& word, const Where& where) {
    if (!first) {
      throw InputError(where, shown(word.key) + " is said twice",
                       "Slurm would keep the last: keep one");
    }
  }

  [[noreturn]] static void refuse_key(const SlurmWord& word,
                                      const std::vector<std::string_view>& known,
                                      const Where& where) {
    throw InputError(where, "no such key " + shown(word.key), suggestion(word.key, known));
  }

  const std::string& path_;
  FileHostlists lists_;
  SlurmTopology made_;
  bool started_ = false;
  std::size_t sizes_line_ = 0;
};

void write(const SlurmTree& tree, std::string& text) {
  for (const SlurmSwitch& each : tree.switches) {
    text += "SwitchName=" + each.name;
    text += each.nodes.empty() ? " Switches=" + fold_hostlist(each.switches)
                               : " Nodes=" + fold_hostlist(each.nodes);
    text += each.link_speed.empty() ? "\n" : " LinkSpeed=" + each.link_speed + "\n";
  }
}

void write(const SlurmBlocks& shape, std::string& text) {
  for (const SlurmBlock& block : shape.blocks) {
    text += "BlockName=" + block.name + " Nodes=" + fold_hostlist(block.nodes) + "\n";
  }
  for (std::size_t i = 0; i < shape.block_sizes.size(); ++i) {
    text += (i == 0 ? "BlockSizes=" : ",") + std::to_string(shape.block_sizes[i]);
  }
  text += shape.block_sizes.empty() ? "" : "\n";
}

void write(const SlurmRing& shape, std::string& text) {
  for (const SlurmBlock& ring : shape.rings) {
    text += "RingName=" + ring.name + " Nodes=" + fold_hostlist(ring.nodes) + "\n";
  }
}

void write(const SlurmToruses&, std::string&) {
  check(false, "topology.conf holds no torus (topology.conf.5)");
}

void write(const SlurmFlat&, std::string&) {
  check(false, "topology.conf has no word for a flat topology");
}

}  // namespace

SlurmTopology read_topology_conf(std::string_view text, const std::string& path) {
  TextOfLines lines(text, path);
  Reader reader(path);
  for (SlurmLine line; next_slurm_line(lines, line);) {
    reader.read(line);
  }
  return reader.done();
}

std::string write_topology_conf(const SlurmTopology& topology) {
  std::string text;
  std::visit([&](const auto& shape) { write(shape, text); }, topology.shape);
  return text;
}

}  // namespace berth
