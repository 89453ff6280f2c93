#include "topology/builders/fabrics.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "topology/builders.hpp"
#include "topology/builders/parts.hpp"
#include "topology/marks.hpp"

namespace berth {
namespace {

struct Kind {
  std::string_view name;
  ClosDesign (*read)(Setting);
};
constexpr std::array kinds{Kind{"superpod", read_superpod}, Kind{"fat_tree", read_fat_tree},
                           Kind{"nvl72", read_nvl72}, Kind{"leaf_spine", read_leaf_spine}};

// Unicast addresses of one subnet; InfiniBand specification 1.4, 4.1.3.
constexpr std::uint32_t addresses = 49'151;

std::vector<std::string> levels_of(const ClosDesign& design) {
  std::vector<std::string> levels{"fabric"};
  if (design.cores) {
    levels.emplace_back("superpod");
  }
  levels.emplace_back("leaf");
  levels.emplace_back("rack");
  if (design.nvlink_joins_racks) {
    levels.emplace_back("nvlink");
  }
  return levels;
}

void read_rack_power(Setting part, ClosDesign& design) {
  constexpr double kilo = 1000;
  const double usual = static_cast<double>(design.model.rack_watts) / kilo;
  design.model.rack_watts =
      static_cast<std::int64_t>(part.number_or("rack_kw", usual, 1, 1000) * kilo);
  design.nodes_per_rack = nodes_per_rack(design.model.kind.watts, design.model.rack_watts);
  if (design.nodes_per_rack == 0) {
    fail_at_key(
        part, "rack_kw",
        fmt::format("a node draws up to {} W, more than the rack has", design.model.kind.watts),
        fmt::format("at least {}", static_cast<double>(design.model.kind.watts) / kilo));
  }
}

}  // namespace

std::vector<std::string_view> fabric_kinds() {
  std::vector<std::string_view> names;
  for (const Kind& kind : kinds) {
    names.push_back(kind.name);
  }
  return names;
}

ClosDesign read_fabric(Setting part) { return kinds[part.kind_among(fabric_kinds())].read(part); }

Topology build_fabric(Setting cluster, const ClosDesign& design) {
  const auto names = read_node_names(cluster, design.nodes);
  Construction site(levels_of(design));
  build_clos(design, "", names, site);
  try {
    return site.finish({});
  } catch (const InputError& error) {
    cluster.at("node_names").fail(error.what());
  }
}

void read_model(Setting part, const std::vector<std::string_view>& known, ClosDesign& design) {
  const std::string_view name = known[part.choice_or("gpu", known.front(), known)];
  NodeModel& model = design.model;
  model = *std::ranges::find(node_models(), name, &NodeModel::name);
  NodeKind& kind = model.kind;
  kind.gpus = read_count(part, "gpus_per_node", kind.gpus, 1, gpus_per_node_most);
  kind.cpu_milli = 1000 * part.count_or("cpus_per_node", kind.cpu_milli / 1000, 0, 1'000'000);
  kind.memory = part.bytes_or("memory_per_node", kind.memory);
  kind.gpu_model = part.text_or("gpu_model", kind.gpu_model);
  read_marks(part, kind);
  std::vector<std::string> texts;
  std::string usual;
  for (const std::int64_t gbps : port_gbps()) {
    texts.push_back(std::to_string(gbps));
    usual = link_of(gbps) == model.link ? texts.back() : usual;
  }
  const auto chosen = part.choice_or("link_gbps", usual, {texts.begin(), texts.end()});
  model.link = link_of(port_gbps()[chosen]);
  read_rack_power(part, design);
}

void read_rows(Setting part, ClosDesign& design) {
  constexpr std::uint32_t usual = 8;  // an NVL72 unit, or 32 HGX nodes in racks of 41 kW
  design.racks_per_pdu = read_count(part, "racks_per_pdu", usual, 1, 1000);
  design.racks_per_cdu =
      read_count(part, "racks_per_cdu", design.model.liquid_cooled ? usual : 0, 0, 1000);
}

void read_nodes(Setting part, ClosDesign& design) {
  const std::uint32_t room = design.groups * design.nodes_per_group;
  design.nodes = read_count(part, "nodes", room, room - design.nodes_per_group + 1, room);
}

std::uint32_t read_count(Setting part, std::string_view key, std::uint32_t otherwise,
                         std::uint32_t least, std::uint32_t most) {
  return static_cast<std::uint32_t>(part.count_or(key, otherwise, least, most));
}

std::uint32_t read_radix(Setting part) {
  const std::uint32_t radix = read_count(part, "radix", 64, 4, radix_most);
  if (radix % 2 != 0) {
    fail_at_key(part, "radix", fmt::format("must be even, is {}", radix));
  }
  return radix;
}

Split split(std::uint32_t ports, double over, std::uint32_t multiple_of) {
  const auto up = static_cast<std::uint32_t>(ports / (1 + over)) / multiple_of * multiple_of;
  return {std::min(static_cast<std::uint32_t>(up * over), ports - up), up};
}

void fail_at_key(Setting part, std::string_view key, const std::string& what,
                 const std::string& remedy) {
  if (const auto written = part.find(key)) {
    written->fail(what, remedy);
  }
  part.fail(fmt::format("{}: {}", key, what), remedy);
}

void refuse_unaddressable(Setting part, std::string_view key, const ClosDesign& design) {
  if (design.end_ports() > addresses) {
    fail_at_key(
        part, key,
        fmt::format("{} HCAs and {} switches are more than one fabric can address",
                    design.nodes * design.model.nics, design.switches()),
        fmt::format("at most {} in all; write several fabrics with kind: fleet", addresses));
  }
}

}  // namespace berth
