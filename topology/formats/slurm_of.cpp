// Slurm's documents of a topology.
#include <algorithm>
#include <array>

#include "topology/formats.hpp"
#include "topology/formats/domain_tree.hpp"
#include "topology/formats/names.hpp"

namespace berth {
namespace {

std::vector<std::string> node_names(const Fleet& fleet) {
  std::vector<std::string> names;
  names.reserve(fleet.nodes());
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    names.push_back(fleet.name(NodeId(node)));
  }
  return hostlist_names(std::move(names));
}

std::vector<std::string> slice(const std::vector<std::string>& names, NodeRange range) {
  return {names.begin() + range.first, names.begin() + range.past};
}

std::optional<LevelId> block_level(const Topology& topology) {
  if (const auto level = nvlink_level(topology)) {
    return level;
  }
  constexpr std::array<std::string_view, 3> usual{"block", "rack", "leaf"};
  for (const std::string_view name : usual) {
    if (const auto level = topology.fleet.find_level(name)) {
      return level;
    }
  }
  const std::uint32_t levels = topology.fleet.levels();
  return levels == 0 ? std::nullopt : std::optional(LevelId(levels - 1));
}

// The base size and its doublings, as far as there are blocks to join.
std::vector<std::uint32_t> block_sizes(const std::vector<SlurmBlock>& blocks) {
  std::size_t smallest = blocks.front().nodes.size();
  for (const SlurmBlock& block : blocks) {
    smallest = std::min(smallest, block.nodes.size());
  }
  std::vector<std::uint32_t> sizes;
  for (std::size_t joined = 1; joined <= blocks.size(); joined *= 2) {
    sizes.push_back(static_cast<std::uint32_t>(smallest * joined));
  }
  return sizes;
}

std::vector<SlurmBlock> blocks_at(const Fleet& fleet, LevelId level,
                                  const std::vector<std::string>& nodes) {
  std::vector<SlurmBlock> blocks;
  const auto names = hostlist_names(domain_names(fleet, level));
  for (std::uint32_t i = 0; i < names.size(); ++i) {
    const NodeRange range = fleet.nodes_in(fleet.domain(level, i));
    if (range.size() > 0) {
      blocks.push_back({names[i], slice(nodes, range), 0});
    }
  }
  return blocks;
}

}  // namespace

SlurmTopology slurm_tree_of(const Topology& topology) {
  const DomainTree tree = domain_tree(topology.fleet);
  const auto nodes = node_names(topology.fleet);
  std::vector<std::string> names;
  std::ranges::transform(tree.groups, std::back_inserter(names), &DomainTree::Group::name);
  names = hostlist_names(std::move(names));
  SlurmTree made;
  for (std::size_t i = 0; i < tree.groups.size(); ++i) {
    const auto& group = tree.groups[i];
    SlurmSwitch each{names[i], {}, {}, {}, 0};
    for (const std::uint32_t inner : group.inside) {
      each.switches.push_back(names[inner]);
    }
    if (group.inside.empty()) {
      each.nodes = slice(nodes, group.nodes);
    }
    made.switches.push_back(std::move(each));
  }
  return {"", false, std::move(made)};
}

SlurmTopology slurm_blocks_of(const Topology& topology) {
  const Fleet& fleet = topology.fleet;
  const auto nodes = node_names(fleet);
  const auto level = block_level(topology);
  SlurmBlocks made;
  if (!level) {
    made.blocks.push_back({"all", nodes, 0});
  }
  if (level) {
    made.blocks = blocks_at(fleet, *level, nodes);
  }
  made.block_sizes = block_sizes(made.blocks);
  return {"", false, std::move(made)};
}

}  // namespace berth
