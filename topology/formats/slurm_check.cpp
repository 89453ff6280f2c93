#include "topology/formats/slurm_check.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "core/hostlist.hpp"
#include "core/settings_tree.hpp"
#include "topology/formats/parents.hpp"
#include "topology/formats/text_line.hpp"

namespace berth {
namespace {

void check_name(std::string_view kind, const std::string& name, const Where& where) {
  if (const std::string fault = fault_of_name(name); !fault.empty()) {
    throw InputError(where, std::string(kind) + " " + shown(name) + ": " + fault,
                     name.find('[') == std::string::npos
                         ? "give it a plain name"
                         : "Slurm takes brackets here as a part of one name: write one " +
                               std::string(kind) + " after the other");
  }
}

// Names to places in `list`; no name twice.
template <class List>
std::map<std::string_view, std::size_t> named(const List& list, std::string_view kind,
                                              const std::string& path) {
  std::map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Where where = where_of(path, list[i].line);
    check_name(kind, list[i].name, where);
    const auto [other, fresh] = places.emplace(list[i].name, i);
    if (!fresh) {
      throw InputError(where,
                       std::string(kind) + " " + shown(list[i].name) +
                           " is already named in line " + std::to_string(list[other->second].line),
                       "give every " + std::string(kind) + " a name of its own");
    }
  }
  return places;
}

template <class List>
std::vector<NodeHolder> holders_of(const List& list, std::string_view kind) {
  std::vector<NodeHolder> holders;
  holders.reserve(list.size());
  for (const auto& item : list) {
    holders.push_back({std::string(kind) + " " + shown(item.name), item.line, &item.nodes});
  }
  return holders;
}

// Where `child` of `above` is defined.
std::size_t place_of(const std::string& child, const SlurmSwitch& above,
                     const std::map<std::string_view, std::size_t>& places, const Where& where) {
  const auto found = places.find(child);
  if (found != places.end()) {
    return found->second;
  }
  std::vector<std::string_view> known;
  known.reserve(places.size());
  for (const auto& [name, place] : places) {
    known.push_back(name);
  }
  throw InputError(
      where,
      "switch " + shown(above.name) + " has the child " + shown(child) + ", which no line defines",
      suggestion(child, known));
}

// `other`: whose child it already is, if it is one.
void refuse_second_parent(const std::string& child, const SlurmSwitch& above,
                          const SlurmSwitch* other, const Where& where) {
  if (other != nullptr) {
    throw InputError(where,
                     "switch " + shown(child) + " is a child of " + shown(above.name) +
                         (other == &above ? " twice" : " and of " + shown(other->name)),
                     "Slurm knows trees only: name one parent for each switch");
  }
}

void check_links(const SlurmTree& tree, const std::map<std::string_view, std::size_t>& places,
                 const std::string& path) {
  Parents parents(tree.switches.size());
  for (std::size_t i = 0; i < tree.switches.size(); ++i) {
    const SlurmSwitch& above = tree.switches[i];
    const Where where = where_of(path, above.line);
    for (const std::string& name : above.switches) {
      const auto other = parents.join(place_of(name, above, places, where), i);
      refuse_second_parent(name, above, other ? &tree.switches[*other] : nullptr, where);
    }
  }
  if (const auto inside = parents.loop()) {
    throw InputError(where_of(path, tree.switches[*inside].line),
                     "switch " + shown(tree.switches[*inside].name) + " is below itself",
                     "remove the loop: the switches must form a tree");
  }
}

void check_shape(const SlurmTree& tree, const Where& where) {
  if (tree.switches.empty()) {
    throw InputError(where, "no switch is named", "for example SwitchName=leaf1 Nodes=n[1-32]");
  }
  const auto places = named(tree.switches, "switch", where.path);
  for (const SlurmSwitch& each : tree.switches) {
    if (each.switches.empty() == each.nodes.empty()) {
      throw InputError(where_of(where.path, each.line),
                       "switch " + shown(each.name) + " has " +
                           (each.nodes.empty() ? "neither child switches nor nodes"
                                               : "both child switches and nodes"),
                       "nodes hang on leaf switches, and these on others");
    }
  }
  check_links(tree, places, where.path);
  check_nodes_once(holders_of(tree.switches, "switch"), where.path);
}

void check_holders(const std::vector<SlurmBlock>& list, std::string_view kind, const Where& where) {
  if (list.empty()) {
    throw InputError(where, "no " + std::string(kind) + " is named");
  }
  (void)named(list, kind, where.path);
  for (const SlurmBlock& each : list) {
    if (each.nodes.empty()) {
      throw InputError(where_of(where.path, each.line),
                       std::string(kind) + " " + shown(each.name) + " has no nodes");
    }
  }
  check_nodes_once(holders_of(list, kind), where.path);
}

// "Successive BlockSizes must be a power of two larger than the prior values" (topology.conf.5).
void check_sizes(const std::vector<std::uint32_t>& sizes, const Where& where) {
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const std::uint32_t times = sizes[0] == 0 ? 0 : sizes[i] / sizes[0];
    const bool power = times > 0 && (times & (times - 1)) == 0 && times * sizes[0] == sizes[i];
    if (!power || (i > 0 && sizes[i] <= sizes[i - 1])) {
      throw InputError(
          where,
          "the block size " + std::to_string(sizes[i]) +
              (i == 0 ? " holds no node"
                      : " is not a larger power-of-two multiple of " + std::to_string(sizes[0])),
          "for example 18, 36, 72: doubled any number of times, going up");
    }
  }
}

// "Each block must have at least the planning base block size count of nodes" (topology.conf.5).
void check_shape(const SlurmBlocks& shape, const Where& where) {
  check_holders(shape.blocks, "block", where);
  check_sizes(shape.block_sizes, where);
  for (const SlurmBlock& block : shape.blocks) {
    if (!shape.block_sizes.empty() && block.nodes.size() < shape.block_sizes[0]) {
      throw InputError(where_of(where.path, block.line),
                       "block " + shown(block.name) + " has " + std::to_string(block.nodes.size()) +
                           " nodes, fewer than the base size " +
                           std::to_string(shape.block_sizes[0]),
                       "lower the first block size, or give the block more nodes");
    }
  }
}

void check_shape(const SlurmRing& shape, const Where& where) {
  check_holders(shape.rings, "ring", where);
  for (const SlurmBlock& ring : shape.rings) {
    if (ring.nodes.size() > slurm_ring_most) {
      throw InputError(
          where_of(where.path, ring.line),
          "ring " + shown(ring.name) + " has " + std::to_string(ring.nodes.size()) + " nodes",
          "a ring has at most " + std::to_string(slurm_ring_most) + " nodes");
    }
  }
}

void check_shape(const SlurmToruses& shape, const Where& where) {
  if (shape.toruses.empty()) {
    throw InputError(where, "no torus is named");
  }
  (void)named(shape.toruses, "torus", where.path);
  for (const SlurmTorus& torus : shape.toruses) {
    const std::uint64_t places = std::uint64_t{torus.x} * torus.y * torus.z;
    const bool fits = torus.nodes.size() == places;
    if (!fits && (torus.regions.empty() || !torus.nodes.empty())) {
      throw InputError(where_of(where.path, torus.line),
                       "torus " + shown(torus.name) + " has " + std::to_string(places) +
                           " places and " + std::to_string(torus.nodes.size()) + " nodes",
                       "name as many nodes as x * y * z");
    }
  }
  check_nodes_once(holders_of(shape.toruses, "torus"), where.path);
}

void check_shape(const SlurmFlat&, const Where&) {}

}  // namespace

std::string fault_of_name(std::string_view name) {
  if (name.empty()) {
    return "is empty";
  }
  for (const char letter : name) {
    if (static_cast<unsigned char>(letter) <= ' ' || letter == 0x7F ||
        std::string_view(",[]#=\"'\\").find(letter) != std::string_view::npos) {
      return "a name cannot hold " + shown(std::string_view(&letter, 1));
    }
  }
  return name.size() > slurm_name_most
             ? "is longer than " + std::to_string(slurm_name_most) + " characters"
             : "";
}

void check_nodes_once(const std::vector<NodeHolder>& holders, const std::string& path) {
  std::vector<std::pair<std::string_view, std::size_t>> all;
  for (std::size_t i = 0; i < holders.size(); ++i) {
    for (const std::string& node : *holders[i].nodes) {
      check_name("node", node, where_of(path, holders[i].line));
      all.emplace_back(node, i);
    }
  }
  std::ranges::sort(all);
  const auto same = [](const auto& a, const auto& b) { return a.first == b.first; };
  std::optional<std::size_t> first;  // of the second ones, the earliest in the file
  for (auto at = std::adjacent_find(all.begin(), all.end(), same); at != all.end();
       at = std::adjacent_find(at + 1, all.end(), same)) {
    const auto second = static_cast<std::size_t>(at + 1 - all.begin());
    first = !first || all[second].second < all[*first].second ? second : *first;
  }
  if (first) {
    const auto& holder = holders[all[*first].second];
    const auto& other = holders[all[*first - 1].second];
    throw InputError(where_of(path, holder.line),
                     "node " + shown(all[*first].first) + " is in " + holder.what +
                         (&holder == &other ? " twice" : " and in " + other.what),
                     "name each node once");
  }
}

std::vector<std::string> FileHostlists::expand(std::string_view text, std::string_view key,
                                               const Where& where) {
  constexpr std::size_t longest = 200;
  try {
    auto names = expand_hostlist(text, left_);
    left_ -= names.size();
    return names;
  } catch (const InputError& error) {
    const std::string message = error.what();
    std::string what = message.substr(0, message.find('\n'));
    std::string remedy = "write names and ranges like n[001-016,020],m3";
    if (what.find("names more than") != std::string::npos) {
      what =
          "the hostlists of the file name more than " + std::to_string(file_nodes_most) + " nodes";
      remedy = "check the ranges";
    }
    if (what.size() > longest) {
      what = shown(text) + what.substr(what.find("': ") + 1);
    }
    throw InputError(where, std::string(key) + ": " + what, remedy);
  }
}

void check_slurm(const SlurmTopology& topology, const Where& where) {
  std::visit([&](const auto& shape) { check_shape(shape, where); }, topology.shape);
}

}  // namespace berth
