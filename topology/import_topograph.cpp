// A fleet of a Topograph model: switches become the levels of topology/switch_levels.hpp; regions
// become sites, zones halls and accelerator domains the level `nvlink`, each where it nests: sites
// and halls as far out, `nvlink` as far in as it can stand. There is no word of bandwidth in a
// model, so the network stays empty.
#include <algorithm>
#include <array>
#include <map>

#include "core/settings_tree.hpp"
#include "topology/formats/slurm_check.hpp"
#include "topology/import.hpp"
#include "topology/switch_levels.hpp"

namespace berth {
namespace {

// Keys of one meaning, the newest first.
constexpr std::array<std::string_view, 5> nvlink_keys{
    "accelerator.topology.test/domain", "accelerator.topograph.run/domain",
    "network.topology.nvidia.com/accelerator", "accelerated.topology.nvidia.com/level-0",
    "ds.coreweave.com/nvlink.domain"};
constexpr std::array<std::string_view, 1> region_keys{"topology.kubernetes.io/region"};
constexpr std::array<std::string_view, 1> zone_keys{"topology.kubernetes.io/zone"};

using Labels = TopographModel::Labels;

const std::string* value_at(const Labels& labels, std::string_view key) {
  const auto found = std::ranges::find(labels, key, &Labels::value_type::first);
  return found == labels.end() ? nullptr : &found->second;
}

class Importer {
 public:
  Importer(const TopographModel& model, const Where& where) : model_(model), where_(where) {
    for (const auto& each : model.switches) {
      (void)index_of(each.name);
    }
    for (std::uint32_t i = 0; i < model.switches.size(); ++i) {
      for (const std::string& child : model.switches[i].switches) {
        const std::uint32_t at = index_of(child);
        tree_.parents[at] = i;
      }
    }
    for (const auto& block : model.blocks) {
      // Nodes of no switch hang on one of their own.
      const std::uint32_t leaf = block.leaf.empty() ? lone_switch() : index_of(block.leaf);
      nodes_.insert(nodes_.end(), block.nodes.begin(), block.nodes.end());
      leaf_of_.insert(leaf_of_.end(), block.nodes.size(), leaf);
      leaf_of_block_.push_back(leaf);
    }
  }

  Imported read(const ImportOptions& options) {
    LevelTable table = switch_levels(tree_, nodes_, leaf_of_, where_);
    insert(table, "nvlink", nvlink_keys, LevelTable::Side::innermost);
    insert(table, "hall", zone_keys, LevelTable::Side::outermost);
    insert(table, "site", region_keys, LevelTable::Side::outermost);
    made_.topology.fleet = table.build(options.node);
    note_empty();
    return std::move(made_);
  }

 private:
  std::uint32_t index_of(const std::string& name) {
    const auto fresh = static_cast<std::uint32_t>(tree_.names.size());
    const auto [at, added] = index_.emplace(name, fresh);
    if (added) {
      tree_.names.push_back(name);
      tree_.parents.emplace_back();
    }
    return at->second;
  }

  std::uint32_t lone_switch() {
    if (!lone_) {
      lone_ = static_cast<std::uint32_t>(tree_.names.size());
      tree_.names.emplace_back("unconnected");
      tree_.parents.emplace_back();
      made_.notes.emplace_back(
          "which switch the nodes of some blocks hang on: the model is silent");
    }
    return *lone_;
  }

  // What a block's own labels say, else the nearest switch's.
  template <class Keys>
  [[nodiscard]] std::string value_of(std::size_t block, const Keys& keys) const {
    const auto find = [&keys](const Labels& annotations, const Labels& labels) {
      for (const std::string_view key : keys) {
        for (const Labels* list : {&annotations, &labels}) {
          if (const auto* value = value_at(*list, key)) {
            return value;
          }
        }
      }
      return static_cast<const std::string*>(nullptr);
    };
    const auto& own = model_.blocks[block];
    const std::string* value = find(own.annotations, own.labels);
    std::optional<std::uint32_t> at = leaf_of_block_[block];
    for (; value == nullptr && at; at = tree_.parents[*at]) {
      if (*at < model_.switches.size()) {
        value = find(model_.switches[*at].annotations, model_.switches[*at].labels);
      }
    }
    return value == nullptr ? "" : *value;
  }

  template <class Keys>
  void insert(LevelTable& table, const std::string& level, const Keys& keys,
              LevelTable::Side side) {
    std::vector<std::string> domain_of;
    for (std::size_t i = 0; i < model_.blocks.size(); ++i) {
      domain_of.insert(domain_of.end(), model_.blocks[i].nodes.size(), value_of(i, keys));
    }
    const bool named =
        std::ranges::any_of(domain_of, [](const auto& name) { return !name.empty(); });
    if (named && !table.insert(level, domain_of, side)) {
      made_.notes.push_back("the level " + level + ", whose domains (" + std::string(keys[0]) +
                            ") cross the switches");
    }
  }

  void note_empty() {
    std::vector<bool> used(tree_.names.size());
    for (const std::uint32_t leaf : leaf_of_block_) {
      for (std::optional<std::uint32_t> at = leaf; at && !used[*at]; at = tree_.parents[*at]) {
        used[*at] = true;
      }
    }
    if (const auto empty = std::ranges::count(used, false); empty > 0) {
      made_.notes.push_back(std::to_string(empty) + " switches without nodes");
    }
  }

  const TopographModel& model_;
  const Where& where_;
  std::map<std::string, std::uint32_t> index_;
  SwitchTree tree_;
  std::optional<std::uint32_t> lone_;
  std::vector<std::string> nodes_;
  std::vector<std::uint32_t> leaf_of_;        // by node
  std::vector<std::uint32_t> leaf_of_block_;  // by block
  Imported made_;
};

}  // namespace

Imported import_topograph(const TopographModel& model, const ImportOptions& options,
                          const std::string& path) {
  const Where where{path};
  if (model.blocks.empty()) {
    throw InputError(where, "the model names no nodes", "list them at blocks");
  }
  return Importer(model, where).read(options);
}

}  // namespace berth
