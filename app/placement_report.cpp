#include "app/placement_report.hpp"

#include <bit>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/table.hpp"
#include "core/hostlist.hpp"

namespace berth {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint32_t domains_shown = 40;  // of a level, in text

std::string hostlist(const PlacementAnswer& answer) {
  std::vector<std::string> names;
  for (const Part& part : *answer.placement) {
    names.push_back(answer.free.fleet().name(part.node));
  }
  return fold_hostlist(names);
}

std::uint32_t available_nodes(const Occupancy& free) {
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < free.fleet().nodes(); ++i) {
    count += free.available(NodeId(i)) ? 1U : 0U;
  }
  return count;
}

std::uint64_t room_for(const Occupancy& free, const Shape& shape) {
  std::uint64_t tasks = 0;
  for (std::uint32_t i = 0; i < free.fleet().nodes(); ++i) {
    tasks += free.room(NodeId(i), shape);
  }
  return tasks;
}

std::string shape_text(const Shape& shape) {
  return shape.tasks == 1 ? fmt::format("{} GPUs on one node", shape.gpus)
                          : fmt::format("{} x {} GPUs", shape.tasks, shape.gpus);
}

std::string why_not(const PlacementAnswer& answer) {
  if (!answer.shape) {
    return fmt::format("does not fit, even when all {} nodes with {} GPUs are free",
                       answer.free.fleet().nodes(), answer.free.fleet().gpus());
  }
  const std::uint64_t room = room_for(answer.free, *answer.shape);
  if (room < answer.shape->tasks) {
    return fmt::format("does not fit now: wants {}, there is room for {} x {} GPUs",
                       shape_text(*answer.shape), room, answer.shape->gpus);
  }
  return fmt::format("does not fit now: there is room, but not as placer {} wants it",
                     answer.placer);
}

std::uint32_t nodes_used_in(const PlacementAnswer& answer, DomainId domain) {
  const NodeRange range = answer.free.fleet().nodes_in(domain);
  std::uint32_t count = 0;
  for (const Part& part : answer.placement.value_or(Placement{})) {
    count += part.node.index() >= range.first && part.node.index() < range.past ? 1U : 0U;
  }
  return count;
}

Json level_json(const PlacementAnswer& answer, LevelId level) {
  const Fleet& fleet = answer.free.fleet();
  Json domains = Json::array();
  for (std::uint32_t i = 0; i < fleet.domains(level); ++i) {
    const DomainId domain = fleet.domain(level, i);
    domains.push_back({{"name", fleet.name(domain)},
                       {"free_gpus", answer.free.free_gpus(domain)},
                       {"free_whole_nodes", answer.free.whole_nodes(domain)},
                       {"nodes_used", nodes_used_in(answer, domain)}});
  }
  return domains;
}

std::string level_text(const PlacementAnswer& answer, LevelId level) {
  using Align = Table::Align;
  const Fleet& fleet = answer.free.fleet();
  Table table({Align::left, Align::right, Align::right, Align::right});
  table.row({fleet.level_name(level), "free GPUs", "free whole nodes", "nodes used"});
  for (std::uint32_t i = 0; i < std::min(domains_shown, fleet.domains(level)); ++i) {
    const DomainId domain = fleet.domain(level, i);
    table.row({fleet.name(domain), fmt::format("{}", answer.free.free_gpus(domain)),
               fmt::format("{}", answer.free.whole_nodes(domain)),
               fmt::format("{}", nodes_used_in(answer, domain))});
  }
  const bool more = fleet.domains(level) > domains_shown;
  return "\n" + table.text() +
         (more ? fmt::format("... and {} more; --json has all\n",
                             fleet.domains(level) - domains_shown)
               : "");
}

Json parts_json(const PlacementAnswer& answer) {
  Json parts = Json::array();
  for (const Part& part : *answer.placement) {
    Json gpus = Json::array();
    for (GpuMask mask = part.gpus; mask != 0; mask &= mask - 1) {
      gpus.push_back(std::countr_zero(mask));
    }
    parts.push_back({{"node", answer.free.fleet().name(part.node)}, {"gpus", std::move(gpus)}});
  }
  return parts;
}

}  // namespace

std::string placement_text(const PlacementAnswer& answer) {
  return (answer.placement ? hostlist(answer) : why_not(answer)) + "\n";
}

std::string placement_reasons(const PlacementAnswer& answer) {
  const Fleet& fleet = answer.free.fleet();
  std::string text = fmt::format("\nplacer {}; {} of {} nodes are in service, {} of {} GPUs free\n",
                                 answer.placer, available_nodes(answer.free), fleet.nodes(),
                                 answer.free.free_gpus(), fleet.gpus());
  if (answer.shape) {
    text += fmt::format("the job is {}; there is room for {} such tasks\n",
                        shape_text(*answer.shape), room_for(answer.free, *answer.shape));
  }
  for (std::uint32_t level = 0; level < fleet.levels(); ++level) {
    text += level_text(answer, LevelId(level));
  }
  return text;
}

std::string placement_json(const PlacementAnswer& answer) {
  const Fleet& fleet = answer.free.fleet();
  Json document{{"fits", answer.placement.has_value()}, {"placer", answer.placer}};
  if (answer.placement) {
    document["nodes"] = hostlist(answer);
    document["node_count"] = answer.placement->size();
    document["parts"] = parts_json(answer);
  } else {
    document["reason"] = why_not(answer);
  }
  document["free_gpus"] = answer.free.free_gpus();
  document["nodes_in_service"] = available_nodes(answer.free);
  Json& domains = document["domains"] = Json::object();
  for (std::uint32_t level = 0; level < fleet.levels(); ++level) {
    domains[fleet.level_name(LevelId(level))] = level_json(answer, LevelId(level));
  }
  return document.dump(2) + "\n";
}

}  // namespace berth
