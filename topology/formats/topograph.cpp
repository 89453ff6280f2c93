// The YAML that NVIDIA Topograph simulates topologies from (its docs/models.md): a map of switches
// and a list of blocks of nodes. Labels and annotations hold for all that is below.
#include <algorithm>
#include <map>
#include <optional>

#include "core/hostlist.hpp"
#include "core/settings_tree.hpp"
#include "topology/formats.hpp"
#include "topology/formats/parents.hpp"
#include "topology/formats/slurm_check.hpp"
#include "topology/formats/yaml_scalar.hpp"

namespace berth {
namespace {

TopographModel::Labels labels_at(Setting value, std::string_view key) {
  TopographModel::Labels labels;
  if (const auto written = value.find(key)) {
    for (const auto& [name, text] : written->entries()) {
      labels.emplace_back(name, text.text());
    }
  }
  return labels;
}

std::vector<std::string> names_at(Setting value, std::string_view key) {
  std::vector<std::string> names;
  if (const auto written = value.find(key)) {
    for (const Setting item : written->items()) {
      names.push_back(item.text());
    }
  }
  return names;
}

class Reader {
 public:
  TopographModel read(Setting root) {
    if (const auto switches = root.find("switches")) {
      read_switches(*switches);
    }
    const Setting blocks = root.at("blocks");
    for (const Setting block : blocks.items()) {
      read_block(block);
    }
    if (made_.blocks.empty()) {
      blocks.fail("no block is named", "nodes stand in blocks, for example - nodes: [\"n[1-18]\"]");
    }
    check_nodes_once(holders(), blocks.where().path);
    check_all_used(root);
    return std::move(made_);
  }

 private:
  void read_switches(Setting switches) {
    if (!switches.is_map()) {
      switches.fail("must be a map of switches by name",
                    "models of Topograph before 0.5 wrote a list: convert them");
    }
    for (const auto& [name, value] : switches.entries()) {
      index_.emplace(name, made_.switches.size());
      settings_.push_back(value);
      made_.switches.push_back({name, {}, {}, {}});
      if (value.is_map() || value.is_list() || value.is_scalar()) {  // "leaf1:" alone is fine
        made_.switches.back() = {name, labels_at(value, "labels"), labels_at(value, "annotations"),
                                 names_at(value, "switches")};
      }
    }
    check_tree();
  }

  // Children without an entry of their own are numbered after those that have one.
  void check_tree() {
    const std::size_t written = made_.switches.size();
    std::size_t mentions = 0;
    for (const auto& each : made_.switches) {
      mentions += each.switches.size();
    }
    Parents parents(written + mentions);
    for (std::size_t i = 0; i < written; ++i) {
      for (const std::string& name : made_.switches[i].switches) {
        const std::size_t child = index_.emplace(name, index_.size()).first->second;
        refuse_second_parent(name, i, parents.join(child, i));
      }
    }
    if (const auto inside = parents.loop()) {
      settings_[*inside].fail("switch " + shown(made_.switches[*inside].name) + " is below itself",
                              "remove the loop: the switches must form a tree");
    }
  }

  void refuse_second_parent(const std::string& name, std::size_t parent,
                            std::optional<std::size_t> other) const {
    if (other) {
      settings_[parent]
          .at("switches")
          .fail("switch " + shown(name) + " is named " +
                    (*other == parent ? "twice"
                                      : "here and by " + shown(made_.switches[*other].name)),
                "Topograph knows trees only: name one parent for each switch");
    }
  }

  void refuse_unknown(Setting leaf) const {
    std::vector<std::string_view> known;
    known.reserve(index_.size());
    for (const auto& [name, place] : index_) {
      known.push_back(name);
    }
    leaf.fail("no such switch " + shown(leaf.text()), suggestion(leaf.text(), known));
  }

  void read_block(Setting block) {
    TopographModel::Block made;
    if (const auto leaf = block.find("switch")) {
      made.leaf = leaf->text();
      if (!index_.contains(made.leaf)) {
        refuse_unknown(*leaf);
      }
    }
    const Setting nodes = block.at("nodes");
    for (const Setting item : nodes.items()) {
      const auto names = lists_.expand(item.text(), item.path(), item.where());
      made.nodes.insert(made.nodes.end(), names.begin(), names.end());
    }
    if (made.nodes.empty()) {
      nodes.fail("the block has no nodes", "name at least one");
    }
    made.labels = labels_at(block, "labels");
    made.annotations = labels_at(block, "annotations");
    lines_.push_back(static_cast<std::size_t>(nodes.where().line));
    made_.blocks.push_back(std::move(made));
  }

  [[nodiscard]] std::vector<NodeHolder> holders() const {
    std::vector<NodeHolder> all;
    for (std::size_t i = 0; i < made_.blocks.size(); ++i) {
      all.push_back({"block " + std::to_string(i + 1), lines_[i], &made_.blocks[i].nodes});
    }
    return all;
  }

  TopographModel made_;
  std::map<std::string, std::size_t> index_;  // of switches by name
  std::vector<Setting> settings_;             // by switch with an entry
  std::vector<std::size_t> lines_;            // by block
  FileHostlists lists_;
};

void write(const TopographModel::Labels& labels, std::string_view key, const std::string& indent,
           std::string& text) {
  if (!labels.empty()) {
    text += indent + std::string(key) + ":\n";
    for (const auto& [name, value] : labels) {
      text += indent + "  " + yaml_scalar(name) + ": " + yaml_scalar(value) + "\n";
    }
  }
}

void write(const std::vector<std::string>& names, std::string_view key, const std::string& indent,
           std::string& text) {
  if (!names.empty()) {
    text += indent + std::string(key) + ":\n";
    for (const std::string& name : names) {
      text += indent + "- " + yaml_scalar(name) + "\n";
    }
  }
}

}  // namespace

TopographModel read_topograph(Setting root) { return Reader().read(root); }

std::string write_topograph(const TopographModel& model) {
  std::string text;
  text += model.switches.empty() ? "" : "switches:\n";
  for (const auto& each : model.switches) {
    const bool bare = each.labels.empty() && each.annotations.empty() && each.switches.empty();
    text += "  " + yaml_scalar(each.name) + (bare ? ": {}\n" : ":\n");
    write(each.labels, "labels", "    ", text);
    write(each.annotations, "annotations", "    ", text);
    write(each.switches, "switches", "    ", text);
  }
  text += "blocks:\n";
  for (const auto& block : model.blocks) {
    text +=
        block.leaf.empty() ? "- nodes:\n" : "- switch: " + yaml_scalar(block.leaf) + "\n  nodes:\n";
    text += "  - " + yaml_scalar(fold_hostlist(block.nodes)) + "\n";
    write(block.labels, "labels", "  ", text);
    write(block.annotations, "annotations", "  ", text);
  }
  return text;
}

}  // namespace berth
