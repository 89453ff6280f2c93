// Random documents of Slurm for round trips: forests, blocks and rings that pass its checks.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <rapidcheck.h>

#include "topology/formats.hpp"

namespace berth::testing {

// Node names in runs of several spellings, each once.
class NodeNames {
 public:
  std::vector<std::string> some(int most) {
    std::vector<std::string> names;
    for (int left = *rc::gen::inRange(1, most + 1); left > 0; --left) {
      next_ += *rc::gen::weightedElement<int>({{8, 1}, {1, 3}});
      const std::string number = std::to_string(next_);
      const bool padded = *rc::gen::weightedElement<bool>({{5, false}, {1, true}});
      names.push_back((padded ? "gpu-00000" : "n") + number);
    }
    return names;
  }

 private:
  int next_ = 0;
};

inline SlurmTree random_tree() {
  SlurmTree tree;
  NodeNames names;
  std::vector<std::string> roots;
  const int leaves = *rc::gen::inRange(1, 8);
  for (int i = 0; i < leaves; ++i) {
    const auto speed = *rc::gen::element<std::string>("", "", "100", "0x10");
    tree.switches.push_back({"leaf" + std::to_string(i), {}, names.some(6), speed, 0});
    roots.push_back(tree.switches.back().name);
  }
  const int joins = *rc::gen::inRange(0, 5);
  for (int i = 0; i < joins; ++i) {
    const auto few = *rc::gen::inRange<std::size_t>(1, roots.size() + 1);
    const auto from = *rc::gen::inRange<std::size_t>(0, roots.size() - few + 1);
    const auto first = roots.begin() + static_cast<std::ptrdiff_t>(from);
    const auto past = first + static_cast<std::ptrdiff_t>(few);
    tree.switches.push_back({"up" + std::to_string(i), {first, past}, {}, "", 0});
    roots.erase(first, past);
    roots.push_back(tree.switches.back().name);
  }
  std::swap(tree.switches.front(),
            tree.switches[*rc::gen::inRange<std::size_t>(0, tree.switches.size())]);
  return tree;
}

inline std::vector<SlurmBlock> random_list(const std::string& kind, int nodes_most) {
  NodeNames names;
  std::vector<SlurmBlock> list;
  const int size = *rc::gen::inRange(1, 7);
  for (int i = 0; i < size; ++i) {
    list.push_back({kind + std::to_string(i), names.some(nodes_most), 0});
  }
  return list;
}

inline SlurmBlocks random_blocks() {
  SlurmBlocks made{random_list("block", 20), {}};
  std::uint32_t size = 1000;
  for (const SlurmBlock& block : made.blocks) {
    size = std::min(size, static_cast<std::uint32_t>(block.nodes.size()));
  }
  for (int levels = *rc::gen::inRange(0, 4); levels > 0; --levels) {
    made.block_sizes.push_back(size);
    size *= *rc::gen::element<std::uint32_t>(2, 4);
  }
  return made;
}

inline SlurmTopology random_conf() {
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      return {"", false, random_tree()};
    case 1:
      return {"", false, random_blocks()};
    default:
      return {"", false, SlurmRing{random_list("ring", 16)}};
  }
}

}  // namespace berth::testing
