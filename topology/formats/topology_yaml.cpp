// Slurm's topology.yaml (topology.yaml.5): a list of named topologies, each of one type.
#include <array>
#include <set>

#include "core/hostlist.hpp"
#include "core/settings_tree.hpp"
#include "topology/formats.hpp"
#include "topology/formats/slurm_check.hpp"
#include "topology/formats/yaml_scalar.hpp"

namespace berth {
namespace {

// Slurm's own example writes True, as YAML 1.1 did.
bool is_true(Setting value) {
  const std::string text = value.text();
  const bool yes = text == "true" || text == "True" || text == "TRUE";
  const bool no = text == "false" || text == "False" || text == "FALSE";
  if (!yes && !no) {
    value.fail("must be true or false, is " + shown(text));
  }
  return yes;
}

std::size_t line_of(Setting value) { return static_cast<std::size_t>(value.where().line); }

class Reader {
 public:
  SlurmTopology read(Setting entry) {
    SlurmTopology made;
    made.name = entry.at("topology").text();
    if (const std::string fault = fault_of_name(made.name); !fault.empty()) {
      entry.at("topology").fail(fault);
    }
    if (const auto value = entry.find("cluster_default")) {
      made.cluster_default = is_true(*value);
    }
    made.shape = shape_of(entry);
    check_all_used(entry);
    check_slurm(made, entry.where());
    return made;
  }

 private:
  using Shape = decltype(SlurmTopology::shape);

  Shape shape_of(Setting entry) {
    static const std::array<std::pair<std::string_view, Shape (Reader::*)(Setting)>, 5> types{
        {{"tree", &Reader::tree},
         {"block", &Reader::block},
         {"flat", &Reader::flat},
         {"ring", &Reader::ring},
         {"torus3d", &Reader::torus3d}}};
    std::optional<Shape> shape;
    for (const auto& [type, read] : types) {
      const auto value = entry.find(type);
      if (value && shape) {
        value->fail("the topology has another type already", "keep one of them");
      }
      if (value) {
        shape = (this->*read)(*value);
      }
    }
    if (!shape) {
      entry.fail("the topology has no type", "give it one of tree, block, flat, ring or torus3d");
    }
    return *shape;
  }

  Shape tree(Setting value) {
    SlurmTree made;
    for (const Setting each : value.at("switches").items()) {
      made.switches.push_back({each.at("switch").text(),
                               list(each, "children"),
                               list(each, "nodes"),
                               {},
                               line_of(each)});
    }
    return made;
  }

  Shape block(Setting value) {
    SlurmBlocks made;
    if (const auto sizes = value.find("block_sizes")) {
      for (const Setting size : sizes->items()) {
        made.block_sizes.push_back(static_cast<std::uint32_t>(size.count(1, 1'000'000)));
      }
    }
    made.blocks = holders(value.at("blocks"), "block");
    return made;
  }

  Shape ring(Setting value) { return SlurmRing{holders(value.at("rings"), "ring")}; }

  Shape flat(Setting value) {
    if (!is_true(value)) {
      value.fail("flat: false says nothing", "name another type, or write flat: true");
    }
    return SlurmFlat{};
  }

  Shape torus3d(Setting value) {
    SlurmToruses made;
    for (const Setting each : value.at("toruses").items()) {
      const Setting dims = each.at("dims");
      const auto size = [dims](std::string_view axis) {
        return static_cast<std::uint32_t>(dims.at(axis).count(1, 65535));
      };
      made.toruses.push_back({each.at("name").text(), size("x"), size("y"), size("z"),
                              list(each, "nodes"), flow(each, "placements"), flow(each, "regions"),
                              line_of(each)});
    }
    return made;
  }

  std::vector<SlurmBlock> holders(Setting list_of, std::string_view key) {
    std::vector<SlurmBlock> made;
    for (const Setting each : list_of.items()) {
      made.push_back({each.at(key).text(), list(each, "nodes"), line_of(each)});
    }
    return made;
  }

  std::vector<std::string> list(Setting each, std::string_view key) {
    const auto value = each.find(key);
    return value ? lists_.expand(value->text(), value->path(), value->where())
                 : std::vector<std::string>();
  }

  static std::string flow(Setting each, std::string_view key) {
    const auto value = each.find(key);
    if (value && !value->is_list()) {
      value->fail("must be a list");
    }
    return value ? yaml_flow(*value) : "";
  }

  FileHostlists lists_;
};

// --- writing ------------------------------------------------------------------------------------
std::string nodes_line(const std::string& indent, const std::vector<std::string>& nodes) {
  return nodes.empty() ? "" : indent + "nodes: " + yaml_scalar(fold_hostlist(nodes)) + "\n";
}

void write(const SlurmTree& tree, std::string& text) {
  text += "  tree:\n    switches:\n";
  for (const SlurmSwitch& each : tree.switches) {
    text += "    - switch: " + yaml_scalar(each.name) + "\n";
    if (!each.switches.empty()) {
      text += "      children: " + yaml_scalar(fold_hostlist(each.switches)) + "\n";
    }
    text += nodes_line("      ", each.nodes);
  }
}

void write(const std::vector<SlurmBlock>& list, std::string_view key, std::string& text) {
  for (const SlurmBlock& each : list) {
    text += "    - " + std::string(key) + ": " + yaml_scalar(each.name) + "\n";
    text += nodes_line("      ", each.nodes);
  }
}

void write(const SlurmBlocks& shape, std::string& text) {
  text += "  block:\n";
  text += shape.block_sizes.empty() ? "" : "    block_sizes:\n";
  for (const std::uint32_t size : shape.block_sizes) {
    text += "    - " + std::to_string(size) + "\n";
  }
  text += "    blocks:\n";
  write(shape.blocks, "block", text);
}

void write(const SlurmRing& shape, std::string& text) {
  text += "  ring:\n    rings:\n";
  write(shape.rings, "ring", text);
}

void write(const SlurmToruses& shape, std::string& text) {
  text += "  torus3d:\n    toruses:\n";
  for (const SlurmTorus& each : shape.toruses) {
    text += "    - name: " + yaml_scalar(each.name) +
            "\n      dims: {x: " + std::to_string(each.x) + ", y: " + std::to_string(each.y) +
            ", z: " + std::to_string(each.z) + "}\n";
    text += nodes_line("      ", each.nodes);
    text += each.placements.empty() ? "" : "      placements: " + each.placements + "\n";
    text += each.regions.empty() ? "" : "      regions: " + each.regions + "\n";
  }
}

void write(const SlurmFlat&, std::string& text) { text += "  flat: true\n"; }

}  // namespace

std::vector<SlurmTopology> read_topology_yaml(Setting root) {
  Reader reader;
  std::vector<SlurmTopology> made;
  std::set<std::string> names;
  for (const Setting entry : root.items()) {
    made.push_back(reader.read(entry));
    if (!names.insert(made.back().name).second) {
      entry.at("topology")
          .fail("two topologies are named " + shown(made.back().name),
                "give every topology a name of its own");
    }
  }
  if (made.empty()) {
    root.fail("no topology is named", "for example - topology: main");
  }
  return made;
}

std::string write_topology_yaml(const std::vector<SlurmTopology>& topologies) {
  std::string text = "---\n";
  for (const SlurmTopology& each : topologies) {
    // Slurm wants a name, which topology.conf does not give.
    text += "- topology: " + yaml_scalar(each.name.empty() ? "default" : each.name) + "\n";
    text += "  cluster_default: " + std::string(each.cluster_default ? "true" : "false") + "\n";
    std::visit([&](const auto& shape) { write(shape, text); }, each.shape);
  }
  return text;
}

}  // namespace berth
