// A fleet of Slurm's topology: switches become the levels of topology/switch_levels.hpp, in the
// order of leaf switches in the file, which decides Slurm's ties. Base blocks become the level
// `block` and the sizes above it `block36`, `block72` ..., rings `ring`, toruses `torus`. There is
// no word of bandwidth in it, so the network stays empty.
#include <algorithm>
#include <map>

#include "topology/formats/slurm_check.hpp"
#include "topology/import.hpp"
#include "topology/switch_levels.hpp"

namespace berth {
namespace {

struct Gathered {
  LevelTable table;
  std::vector<std::string> notes;
};

Gathered gather(const SlurmTree& shape, const Where& where) {
  SwitchTree tree;
  std::map<std::string_view, std::uint32_t> index;
  std::size_t speeds = 0;
  for (const SlurmSwitch& each : shape.switches) {
    index.emplace(each.name, static_cast<std::uint32_t>(tree.names.size()));
    tree.names.push_back(each.name);
    speeds += each.link_speed.empty() ? 0U : 1U;
  }
  tree.parents.resize(tree.names.size());
  std::vector<std::string> nodes;
  std::vector<std::uint32_t> leaf_of;
  for (std::uint32_t i = 0; i < shape.switches.size(); ++i) {
    for (const std::string& child : shape.switches[i].switches) {
      tree.parents[index.at(child)] = i;
    }
    for (const std::string& node : shape.switches[i].nodes) {
      nodes.push_back(node);
      leaf_of.push_back(i);
    }
  }
  Gathered made{switch_levels(tree, std::move(nodes), leaf_of, where), {}};
  if (speeds > 0) {
    made.notes.push_back("the LinkSpeed of " + std::to_string(speeds) +
                         " switches, which Slurm gives no unit");
  }
  return made;
}

// One column of list entries, with nodes in their order.
template <class List>
Gathered gather_list(const List& list, const std::string& level) {
  std::vector<std::string> nodes;
  LevelColumn column{level, {}, {}, {}};
  for (const auto& each : list) {
    for (const std::string& node : each.nodes) {
      nodes.push_back(node);
      column.of.push_back(static_cast<std::uint32_t>(column.names.size()));
    }
    column.names.push_back(each.name);
  }
  Gathered made{LevelTable(std::move(nodes)), {}};
  made.table.add_innermost(std::move(column));
  return made;
}

// 2, 4 ... consecutive blocks, as far as sizes are configured.
Gathered gather(const SlurmBlocks& shape, const Where& /*where*/) {
  Gathered made = gather_list(shape.blocks, "block");
  for (const std::uint32_t size : shape.block_sizes) {
    const std::size_t joined = size / shape.block_sizes.front();
    if (joined < 2) {
      continue;
    }
    std::vector<std::string> domain_of;
    for (std::size_t i = 0; i < shape.blocks.size(); ++i) {
      domain_of.insert(domain_of.end(), shape.blocks[i].nodes.size(),
                       "block" + std::to_string(size) + "-" + std::to_string(i / joined + 1));
    }
    made.table.insert("block" + std::to_string(size), domain_of, LevelTable::Side::outermost);
  }
  return made;
}

Gathered gather(const SlurmRing& shape, const Where& /*where*/) {
  return gather_list(shape.rings, "ring");
}

Gathered gather(const SlurmToruses& shape, const Where& where) {
  std::vector<SlurmTorus> full = shape.toruses;
  std::erase_if(full, [](const SlurmTorus& torus) { return torus.nodes.empty(); });
  if (full.empty()) {
    throw InputError(where, "no torus names its nodes", "list them at nodes");
  }
  Gathered made = gather_list(full, "torus");
  made.notes.push_back("where in its torus a node stands");
  if (full.size() < shape.toruses.size()) {
    made.notes.push_back(std::to_string(shape.toruses.size() - full.size()) +
                         " toruses whose nodes only regions name");
  }
  return made;
}

Gathered gather(const SlurmFlat&, const Where& where) {
  throw InputError(where, "a flat topology names no nodes", "import one of another type");
}

}  // namespace

Imported import_slurm(const SlurmTopology& slurm, const ImportOptions& options,
                      const std::string& path) {
  const Where where{path};
  check_slurm(slurm, where);
  auto gathered = std::visit([&](const auto& shape) { return gather(shape, where); }, slurm.shape);
  Imported made;
  made.topology.fleet = gathered.table.build(options.node);
  made.notes = std::move(gathered.notes);
  return made;
}

}  // namespace berth
