#include "topology/marks.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/hostlist.hpp"

namespace berth {
namespace {

constexpr std::int64_t weight_most = 1'000'000'000;

std::vector<std::string> words_of(Setting setting) {
  const auto items = setting.is_list() ? setting.items() : std::vector<Setting>{setting};
  std::vector<std::string> words;
  for (const Setting& item : items) {
    const std::string word = item.text();
    if (word.empty() || std::ranges::find(words, word) != words.end()) {
      item.fail(word.empty() ? "is empty" : "'" + word + "' is named twice");
    }
    words.push_back(word);
  }
  return words;
}

}  // namespace

std::vector<NodeId> nodes_named(Setting setting, const Fleet& fleet) {
  const std::string hostlist = setting.text();
  std::vector<std::string> names;
  try {
    names = expand_hostlist(hostlist);
  } catch (const InputError& error) {
    setting.fail(error.what());
  }
  std::vector<NodeId> nodes;
  for (const std::string& name : names) {
    const auto node = fleet.find(name);
    if (!node) {
      setting.fail("no such node '" + name + "'", "the nodes are " + fleet.name(NodeId(0)) +
                                                      " to " +
                                                      fleet.name(NodeId(fleet.nodes() - 1)));
    }
    nodes.push_back(*node);
  }
  return nodes;
}

void read_marks(Setting part, NodeKind& kind) {
  if (const auto weight = part.find("weight")) {
    kind.weight = static_cast<std::int32_t>(weight->count(0, weight_most));
  }
  if (const auto labels = part.find("labels")) {
    kind.labels = words_of(*labels);
  }
  if (const auto taints = part.find("taints")) {
    kind.taints = words_of(*taints);
  }
}

Fleet with_marks(Fleet fleet, Setting cluster) {
  const auto marks = cluster.is_map() ? cluster.find("marks") : std::nullopt;
  if (!marks) {
    return fleet;
  }
  std::vector<NodeKind> kinds;
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    kinds.push_back(fleet.kind(NodeId(node)));
  }
  for (const Setting& item : marks->items()) {
    for (const NodeId node : nodes_named(item.at("nodes"), fleet)) {
      read_marks(item, kinds[node.index()]);
    }
  }
  return with_kinds(std::move(fleet), kinds);
}

}  // namespace berth
