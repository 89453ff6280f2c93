#include "app/described_cluster.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "app/fleet_presets.hpp"
#include "app/graft.hpp"
#include "app/override.hpp"
#include "core/error.hpp"
#include "topology/builders.hpp"
#include "topology/import.hpp"
#include "topology/marks.hpp"
#include "topology/slurm_conf.hpp"
#include "workloads/bytes.hpp"

namespace berth {
namespace {

constexpr int includes_most = 8;

// A path as it was written, from the folder of the file it was written in.
std::string beside(Setting written) {
  const std::filesystem::path path = written.text();
  const std::filesystem::path folder = std::filesystem::path(written.where().path).parent_path();
  return path.is_absolute() ? path.string() : (folder / path).string();
}

const SlurmTopology& chosen_of(const std::vector<SlurmTopology>& topologies, Setting cluster) {
  const auto name = cluster.find("topology");
  if (!name) {
    return default_of(topologies);
  }
  std::vector<std::string_view> known;
  for (const SlurmTopology& topology : topologies) {
    known.emplace_back(topology.name);
  }
  return topologies[name->choice(known)];
}

class Importer {
 public:
  Importer(const std::string& path, Setting cluster) : path_(path), cluster_(cluster) {}

  Imported operator()(const Fabric& fabric) const {
    return import_fabric(fabric, read_import_options(cluster_), path_);
  }
  Imported operator()(const std::vector<SlurmTopology>& topologies) const {
    const SlurmTopology& chosen = chosen_of(topologies, cluster_);
    return import_slurm(chosen, read_import_options(cluster_), path_);
  }
  Imported operator()(const TopographModel& model) const {
    return import_topograph(model, read_import_options(cluster_), path_);
  }
  Imported operator()(const NodeList& list) const { return import_nodes(list); }
  Imported operator()(const LftDump& /*dump*/) const {
    throw InputError({path_}, "holds forwarding tables, not a cluster",
                     "read them with their fabric: berth topology route FABRIC --tables " + path_);
  }
  Imported operator()(const SettingsTree& /*config*/) const {
    throw InputError({path_}, "is a config, which is not imported");
  }

 private:
  const std::string& path_;
  Setting cluster_;
};

DescribedCluster import_cluster(const TopologyFile& file, Setting cluster) {
  Imported imported = std::visit(Importer(file.path, cluster), file.document);
  imported.topology.fleet = with_marks(std::move(imported.topology.fleet), cluster);
  return {std::make_shared<const Topology>(std::move(imported.topology)),
          std::move(imported.notes),
          std::move(imported.assumption),
          {file.path}};
}

std::optional<TopologyFormat> format_written(Setting cluster) {
  const auto format = cluster.find("format");
  if (!format) {
    return std::nullopt;
  }
  const auto known = readable_formats();
  return readable_format(std::string(known[format->choice(known)]), "format");
}

TopologyFile read_included(Setting file, std::optional<TopologyFormat> format) {
  const std::string path = beside(file);
  if (const std::string why = unreadable(path); !why.empty()) {
    file.fail("'" + path + "': " + why);
  }
  return read_topology_file(path, format);
}

bool is_kind(Setting cluster, std::string_view kind) {
  return cluster.is_map() && cluster.find("kind") && cluster.kind() == kind;
}

// The path at `key`, of a file that can be read.
std::string readable_at(Setting cluster, std::string_view key) {
  const Setting written = cluster.at(key);
  std::string path = beside(written);
  if (const std::string why = unreadable(path); !why.empty()) {
    written.fail("'" + path + "': " + why);
  }
  return path;
}

// {kind: slurm, conf: slurm.conf, topology: topology.conf}
DescribedCluster slurm_cluster(Setting cluster) {
  const std::string path = readable_at(cluster, "conf");
  const SlurmConf conf = read_slurm_conf(read_packed_text(path), path);
  DescribedCluster made;
  made.files = {path};
  Topology topology;
  if (cluster.find("topology")) {
    const std::string beside_it = readable_at(cluster, "topology");
    const SlurmTopology switches = read_topology_conf(read_packed_text(beside_it), beside_it);
    topology = topology_of(conf, path, &switches, beside_it);
    made.files.push_back(beside_it);
  } else {
    topology = topology_of(conf, path);
  }
  topology.fleet = with_marks(std::move(topology.fleet), cluster);
  made.topology = std::make_shared<const Topology>(std::move(topology));
  return made;
}

// A key that no command reads is a slip, also where this one reads the cluster alone.
void refuse_unknown(const SettingNode& config) {
  static const std::vector<std::string_view> known{
      "seed",    "replications", "horizon", "warmup",   "cluster",     "workload",
      "drains",  "upgrades",     "policy",  "policies", "reliability", "recovery",
      "storage", "virt_tax",     "health",  "spares",   "bare_metal"};
  for (const auto& child : config.children) {
    if (std::ranges::find(known, child->key) == known.end()) {
      fail_at(*child, key_place(*child), "no such key", suggestion(child->key, known));
    }
  }
}

// {file: x}, as if it stood in a config.
SettingsTree file_alone(const std::string& path) {
  SettingsTree tree;
  SettingNode& root = tree.node();
  root.kind = SettingNode::Kind::map;
  root.where = {path};
  SettingNode& file = add_child(root, "file");
  file.kind = SettingNode::Kind::scalar;
  file.scalar = path;
  file.where = {path};
  return tree;
}

}  // namespace

const SlurmTopology& default_of(const std::vector<SlurmTopology>& topologies) {
  const auto found = std::ranges::find(topologies, true, &SlurmTopology::cluster_default);
  return found == topologies.end() ? topologies.front() : *found;
}

DescribedCluster read_cluster(Setting cluster) {
  for (int depth = 0; cluster.is_map(); ++depth) {
    const auto file = cluster.find("file");
    if (!file) {
      break;
    }
    if (depth == includes_most) {
      file->fail("files include each other without end");
    }
    TopologyFile included = read_included(
        *file, is_kind(cluster, "openb") ? TopologyFormat::openb : format_written(cluster));
    auto* const config = std::get_if<SettingsTree>(&included.document);
    if (config == nullptr) {
      return import_cluster(included, cluster);
    }
    if (cluster.node().children.size() > 1) {
      file->fail("does not go with other keys", "the file says all there is to say");
    }
    graft(cluster.node(), fleet_setting(*config).node());
  }
  if (is_kind(cluster, "openb")) {
    static_cast<void>(cluster.at("file"));
  }
  if (is_kind(cluster, "slurm")) {
    return slurm_cluster(cluster);
  }
  put_fleet_preset(cluster);
  return {std::make_shared<const Topology>(build_topology(cluster)), {}, {}, {}};
}

Setting fleet_setting(const SettingsTree& file) {
  const Setting root = file.root();
  if (root.is_map()) {
    if (const auto cluster = root.find("cluster")) {
      refuse_unknown(root.node());
      return *cluster;
    }
  }
  return root;
}

TopologyFile open_topology_file(const Arguments& arguments, const std::string& path) {
  std::optional<TopologyFormat> from;
  if (arguments.from) {
    from = readable_format(*arguments.from, "--from");
  }
  TopologyFile file = read_topology_file(path, from);
  if (auto* const config = std::get_if<SettingsTree>(&file.document)) {
    for (const std::string& assignment : arguments.sets) {
      apply_set(*config, assignment);
    }
  }
  return file;
}

DescribedCluster cluster_of(const TopologyFile& file, const Arguments& arguments) {
  if (const auto* const config = std::get_if<SettingsTree>(&file.document)) {
    const Setting setting = fleet_setting(*config);
    DescribedCluster cluster = read_cluster(setting);
    check_all_used(setting);
    return cluster;
  }
  SettingsTree alone = file_alone(file.path);
  for (const std::string& assignment : arguments.sets) {
    apply_set(alone, assignment);
  }
  DescribedCluster cluster = import_cluster(file, alone.root());
  static_cast<void>(alone.root().at("file"));
  check_all_used(alone.root());
  return cluster;
}

}  // namespace berth
