// The labels that Kubernetes nodes would carry, a YAML document for each. Topograph's keys: its
// docs/reference/node-labels-and-annotations.md, and those up to 0.5; CoreWeave's:
// docs.coreweave.com/products/networking/hpc-interconnect/infiniband-roce-labels.
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "topology/formats.hpp"
#include "topology/formats/domain_tree.hpp"
#include "topology/formats/names.hpp"
#include "topology/formats/yaml_scalar.hpp"

namespace berth {
namespace {

// A name that Kubernetes takes for an object: small letters, digits, '-' and '.'.
std::string object_name(std::string_view name) {
  constexpr std::size_t longest = 253;
  std::string made;
  for (const char byte : name.substr(0, longest)) {
    const bool capital = byte >= 'A' && byte <= 'Z';
    const bool fine = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '.';
    made += capital ? static_cast<char>(byte - 'A' + 'a') : fine ? byte : '-';
  }
  made.erase(0, std::min(made.find_first_not_of("-."), made.size()));
  made.erase(made.find_last_not_of("-.") + 1);
  return made.empty() ? "x" + hex16(fnv64a(name)) : made;
}

// A cluster UUID is made when its NVLink switches start; here it follows from the domain's name.
std::string uuid_of(std::string_view name) {
  const std::string text = hex16(fnv64a(name)) + hex16(fnv64a(std::string(name) + "/2"));
  // Version 8 (what the maker likes), variant 10.
  return text.substr(0, 8) + "-" + text.substr(8, 4) + "-8" + text.substr(13, 3) + "-a" +
         text.substr(17, 3) + "-" + text.substr(20, 12);
}

class Labels {
 public:
  explicit Labels(const Topology& topology)
      : topology_(topology),
        fleet_(topology.fleet),
        tree_(domain_tree(fleet_)),
        site_(fleet_, fleet_.find_level("site")),
        hall_(fleet_, fleet_.find_level("hall")),
        wiring_(fleet_, fleet_.find_level("fabric")),
        superpod_(fleet_, fleet_.find_level("superpod")),
        leaf_(fleet_, fleet_.find_level("leaf")),
        rack_(fleet_, fleet_.find_level("rack")),
        nvlink_(fleet_, nvlink_level(topology)),
        objects_(object_names()) {}

  void write(NodeId node, std::string& text) {
    labels_.clear();
    add("kubernetes.io/hostname", objects_[node.index()]);
    add("topology.kubernetes.io/region", site_.of(node));
    add("topology.kubernetes.io/zone", hall_.of(node));
    add("node.coreweave.cloud/rack", rack_.of(node));
    add_tiers(node);
    add_nvlink(node);
    add_back_end(node);
    text += "---\napiVersion: v1\nkind: Node\nmetadata:\n  name: " +
            yaml_scalar(objects_[node.index()]) + "\n  labels:\n";
    for (const auto& [key, value] : labels_) {
      text += "    " + key + ": " + yaml_scalar(value) + "\n";
    }
  }

 private:
  void add(const std::string& key, const std::string& value) {
    if (!value.empty()) {
      labels_[key] = label_value(value);
    }
  }
  void add_number(const std::string& key, const LevelNames& names, NodeId node) {
    if (names.known()) {
      labels_[key] = std::to_string(names.number(node) + 1);
    }
  }

  void add_tiers(NodeId node) {
    constexpr std::array<std::string_view, 3> early{"leaf", "spine", "core"};
    std::uint32_t group = tree_.leaf_of[node.index()];
    for (std::size_t tier = 0;; ++tier) {
      add("fabric.topograph.run/tier-" + std::to_string(tier), tree_.groups[group].name);
      if (tier < early.size()) {
        add("network.topology.nvidia.com/" + std::string(early[tier]), tree_.groups[group].name);
      }
      if (tree_.groups[group].parent == group) {
        return;
      }
      group = tree_.groups[group].parent;
    }
  }

  void add_nvlink(NodeId node) {
    if (!nvlink_.known()) {
      return;
    }
    const std::string& name = nvlink_.of(node);
    add("accelerator.topograph.run/domain", name);
    add("network.topology.nvidia.com/accelerator", name);
    add("ds.coreweave.com/nvlink.domain", name);
    if (fleet_.kind(node).gpus > 0) {
      add("nvidia.com/gpu.clique", uuid_of(name) + ".0");
    }
  }

  void add_back_end(NodeId node) {
    if (topology_.fabric.empty() || topology_.seats.hcas(node).empty()) {
      return;
    }
    const Device& first = topology_.fabric.device(topology_.seats.hcas(node).front());
    const bool infiniband = first.technology == Technology::infiniband;
    add("backend.coreweave.cloud/flavor", infiniband ? "infiniband" : "roce");
    add("backend.coreweave.cloud/fabric", wiring_.of(node));
    add_number("backend.coreweave.cloud/leafgroup", leaf_, node);
    add("backend.coreweave.cloud/leafgroup-name", leaf_.of(node));
    if (infiniband) {
      add("ib.coreweave.cloud/fabric", wiring_.of(node));
      add_number("ib.coreweave.cloud/superpod", superpod_, node);
      add_number("ib.coreweave.cloud/leafgroup", leaf_, node);
    }
    add_neighbors(node, infiniband);
  }

  // Interfaces are numbered by rail; the leaf's id is its GUID.
  void add_neighbors(NodeId node, bool infiniband) {
    std::map<unsigned, unsigned> ports;  // so far, by rail
    for (const DeviceId hca : topology_.seats.hcas(node)) {
      for (const Fabric::Link& link : topology_.fabric.links(hca)) {
        const unsigned rail = topology_.seats.of(hca)->rail;
        const unsigned port = ports[rail]++;
        const std::string name = fmt::format("{}{}{}", infiniband ? "ibp" : "eth", rail,
                                             port > 0 ? fmt::format("p{}", port) : "");
        add("backend.coreweave.cloud/neighbors.expected." + name + ".device",
            hex16(topology_.fabric.device(link.to.device).guid.value));
        const auto gbits = bytes_per_second(topology_.fabric.cable(link.cable).rate) / 125'000'000;
        if (infiniband) {
          add("ib.coreweave.cloud/speed", std::to_string(gbits) + "G");
        }
      }
    }
  }

  [[nodiscard]] std::vector<std::string> object_names() const {
    std::vector<std::string> names;
    for (std::uint32_t node = 0; node < fleet_.nodes(); ++node) {
      names.push_back(object_name(fleet_.name(NodeId(node))));
    }
    return numbered_names(std::move(names));
  }

  const Topology& topology_;
  const Fleet& fleet_;
  DomainTree tree_;
  LevelNames site_, hall_, wiring_, superpod_, leaf_, rack_, nvlink_;
  std::vector<std::string> objects_;           // by node
  std::map<std::string, std::string> labels_;  // of the node at hand
};

}  // namespace

std::string kubernetes_labels(const Topology& topology) {
  Labels labels(topology);
  std::string text;
  for (std::uint32_t node = 0; node < topology.fleet.nodes(); ++node) {
    labels.write(NodeId(node), text);
  }
  return text;
}

}  // namespace berth
