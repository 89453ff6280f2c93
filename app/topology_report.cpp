#include "app/topology_report.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <numeric>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "app/table.hpp"
#include "core/hostlist.hpp"

namespace berth {
namespace {

using Align = Table::Align;

constexpr std::size_t weak_points_shown = 3;
constexpr std::size_t names_shown = 3;
constexpr std::size_t hostlist_shown = 200;  // characters

std::string count_text(std::uint64_t count) {
  return readable_count(static_cast<std::int64_t>(count));
}

std::string bandwidth(std::int64_t bytes_per_s) {
  const auto value = static_cast<double>(bytes_per_s);
  return bytes_per_s >= 1'000'000'000'000 ? fmt::format("{:.4g} TB/s", value / 1e12)
                                          : fmt::format("{:.4g} GB/s", value / 1e9);
}

std::string power(std::int64_t watts) {
  const auto value = static_cast<double>(watts);
  return watts >= 1'000'000 ? readable_number(value / 1e6, 1) + " MW"
                            : fmt::format("{:.4g} kW", value / 1e3);
}

std::string between(const std::string& least, const std::string& most) {
  return least == most ? least : least + " to " + most;
}

// "1:1", "2:1", "1.33:1": what comes from below for each byte that goes up.
std::string oversubscription(const TierSummary& tier) {
  if (tier.bytes_per_s_up == 0) {
    return "-";
  }
  return fmt::format("{:.3g}:1", static_cast<double>(tier.bytes_per_s_down) /
                                     static_cast<double>(tier.bytes_per_s_up));
}

// "512 GPUs", "512 H100 GPUs" or "512 GPUs (256 A100, 256 H100)".
std::string gpus_text(const ClusterSummary& summary) {
  const auto& models = summary.gpus_by_model;
  const std::string all = count_text(summary.gpus);
  if (models.size() < 2) {
    const bool said = !models.empty() && !models.begin()->first.empty();
    return all + (said ? " " + models.begin()->first : "") + " GPUs";
  }
  std::vector<std::string> each;
  for (const auto& [model, gpus] : models) {
    each.push_back(count_text(gpus) + (model.empty() ? " of no said model" : " " + model));
  }
  return fmt::format("{} GPUs ({})", all, fmt::join(each, ", "));
}

std::string head(const std::string& path, const ClusterSummary& summary) {
  return fmt::format("{}: {} nodes, {}\n", path, count_text(summary.nodes), gpus_text(summary));
}

std::string levels_text(const ClusterSummary& summary) {
  if (summary.levels.empty()) {
    return "no domains\n";
  }
  Table table({Align::left, Align::right, Align::right, Align::left});
  table.row({"level", "domains", "nodes in each"});
  for (const LevelSummary& level : summary.levels) {
    table.row({level.name, count_text(level.domains),
               between(count_text(level.least_nodes), count_text(level.most_nodes)),
               level.nvlink ? "joined by NVLink" : ""});
  }
  return table.text();
}

// "rack01" of what is named before its number.
std::string_view stem(std::string_view name) {
  return name.substr(0, name.find_last_not_of("0123456789") + 1);
}

// "rack01 to rack16, leaf-rack1 to leaf-rack2, net-rack1": names that --without takes.
std::string fate_names(const FateSummary& fate) {
  std::vector<std::string> runs;
  for (std::size_t i = 0; i < fate.watts_of.size();) {
    const std::string& first = fate.watts_of[i].first;
    std::size_t last = i;
    while (last + 1 < fate.watts_of.size() && stem(fate.watts_of[last + 1].first) == stem(first)) {
      ++last;
    }
    runs.push_back(between(first, fate.watts_of[last].first));
    i = last + 1;
  }
  const bool more = runs.size() > names_shown;
  runs.resize(std::min(names_shown, runs.size()));
  return fmt::format("{}{}", fmt::join(runs, ", "), more ? ", ... (--json has all)" : "");
}

std::string plant_text(const ClusterSummary& summary) {
  std::string text;
  for (const auto& [kind, fate] : summary.fates) {
    std::string name(fate_name(kind));
    if (kind != FateKind::rack) {
      std::ranges::transform(name, name.begin(),
                             [](char byte) { return static_cast<char>(byte - 32); });
    }
    const std::size_t count = fate.watts_of.size();
    text += fmt::format("{} {}{}{}: {}\n", count_text(count), name, count == 1 ? "" : "s",
                        fate.most_watts == 0
                            ? ""
                            : " of " + between(power(fate.least_watts), power(fate.most_watts)),
                        fate_names(fate));
  }
  return text.empty() ? "" : "\n" + text;
}

// The figures of topology/power.hpp.
std::string power_text(const Power& drawn) {
  return fmt::format(
      "\n{} when all nodes draw most\n"
      "{} all in (0.9 of that at a time, 150 W a GPU for network and storage, PUE 1.2)\n",
      power(drawn.nodes_watts), power(drawn.all_in_watts));
}

std::string names_of(const FabricSummary& fabric) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names_shown, fabric.names.size()); ++i) {
    text += (i == 0 ? "" : ", ") + fabric.names[i];
  }
  return text + (fabric.names.size() > names_shown ? ", ..." : "");
}

std::string fabric_head(const FabricSummary& fabric) {
  const bool several = fabric.names.size() > 1;
  const char* const kind = fabric.technology == Technology::ethernet ? "Ethernet" : "InfiniBand";
  return fmt::format(
      "\n{} fabric{} ({}){}: {} nodes, {} GPUs, {} HCAs\n",
      several ? fmt::format("{} equal {}", count_text(fabric.names.size()), kind) : kind,
      several ? "s" : "", names_of(fabric), several ? " each of" : "", count_text(fabric.nodes),
      count_text(fabric.gpus), count_text(fabric.hcas));
}

std::string tiers_text(const FabricSummary& fabric) {
  Table table({Align::left, Align::right, Align::right, Align::right, Align::right, Align::right});
  table.row({"  tier", "switches", "cables down", "down", "up", "oversubscription"});
  for (std::size_t i = 0; i < fabric.tiers.size(); ++i) {
    const TierSummary& tier = fabric.tiers[i];
    table.row({"  " + tier_name(i), count_text(tier.switches), count_text(tier.cables_down),
               bandwidth(tier.bytes_per_s_down),
               tier.bytes_per_s_up == 0 ? "-" : bandwidth(tier.bytes_per_s_up),
               oversubscription(tier)});
  }
  return fabric.tiers.empty() ? "" : table.text();
}

std::string rates_text(const FabricSummary& fabric) {
  std::vector<std::string> rates;
  for (auto rate = fabric.cables.rbegin(); rate != fabric.cables.rend(); ++rate) {
    rates.push_back(fmt::format("{} of {} ({})", count_text(rate->second), rate_name(rate->first),
                                bandwidth(bytes_per_second(rate->first))));
  }
  return fmt::format("  cables     {}\n", fmt::join(rates, ", "));
}

std::string points_text(const std::vector<WeakPoint>& points, const char* noun) {
  if (points.empty()) {
    return fmt::format("no {}", noun);
  }
  std::vector<std::string> first;
  for (std::size_t i = 0; i < std::min(weak_points_shown, points.size()); ++i) {
    first.push_back(fmt::format("{} cuts {} nodes", points[i].name, points[i].nodes_cut));
  }
  return fmt::format("{} {}{} ({}{})", count_text(points.size()), noun,
                     points.size() == 1 ? "" : (std::string(noun) == "switch" ? "es" : "s"),
                     fmt::join(first, ", "), points.size() > weak_points_shown ? ", ..." : "");
}

std::string weakness_text(const FabricSummary& fabric) {
  if (fabric.weak_switches.empty() && fabric.weak_cables.empty()) {
    return "  weak       no single switch or cable cuts a node off\n";
  }
  return fmt::format("  weak       {}\n             {}\n",
                     points_text(fabric.weak_switches, "switch"),
                     points_text(fabric.weak_cables, "cable"));
}

std::string fabric_text(const FabricSummary& fabric) {
  std::string text = fabric_head(fabric) + tiers_text(fabric) + rates_text(fabric);
  if (fabric.nodes > 1) {
    text += fmt::format("  bisection  {}\n", bandwidth(fabric.bisection)) + weakness_text(fabric);
  }
  return text;
}

std::string clipped(const std::string& hostlist) {
  return hostlist.size() <= hostlist_shown
             ? hostlist
             : hostlist.substr(0, hostlist_shown) + "... (--json has all)";
}

}  // namespace

std::string topology_text(const std::string& path, const ClusterSummary& summary) {
  std::string text = head(path, summary) + "\n" + levels_text(summary) + plant_text(summary) +
                     (summary.power ? power_text(*summary.power) : "");
  for (const FabricSummary& fabric : summary.fabrics) {
    text += fabric_text(fabric);
  }
  if (summary.fabrics.empty()) {
    text += "\nno fabric: nothing is said of switches and cables\n";
  }
  if (summary.loose_hcas > 0) {
    text += fmt::format("\n{} HCAs of nodes have no cable\n", count_text(summary.loose_hcas));
  }
  return text;
}

std::string outage_text(const OutageAnswer& outage, const Fleet& fleet) {
  std::string text = fmt::format("\nwithout {}:\n", fmt::join(outage.parts, ", "));
  std::vector<std::string> lost;
  for (const NodeId node : outage.impact.lost) {
    lost.push_back(fleet.name(node));
  }
  Table table({Align::left, Align::right, Align::left});
  table.row({"  nodes lost", count_text(lost.size()), clipped(fold_hostlist(lost))});
  std::map<double, std::vector<std::string>> slowed;
  for (const SlowedNode& each : outage.impact.slowed) {
    slowed[each.share].push_back(fleet.name(each.node));
  }
  for (const auto& [share, names] : slowed) {
    table.row({share > 0 ? "  slowed to " + readable_percent(share) : "  cut off from the rest",
               count_text(names.size()), clipped(fold_hostlist(names))});
  }
  const std::size_t touched = lost.size() + outage.impact.slowed.size();
  table.row({"  as before", count_text(fleet.nodes() - touched)});
  return text + table.text();
}

}  // namespace berth
