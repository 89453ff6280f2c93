#include "app/placement_report.hpp"

#include <bit>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/table.hpp"
#include "core/hostlist.hpp"
#include "core/units.hpp"

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

std::uint64_t room_for(const PlaceAsk& ask, const Occupancy& free) {
  return room_in(ask, view_of(ask, free), {0, free.fleet().nodes()});
}

std::string task_text(const Shape& shape) {
  std::string text = shape.gpus == 0 ? "" : fmt::format("{} GPUs", shape.gpus);
  const auto add = [&text](const std::string& more) { text += (text.empty() ? "" : ", ") + more; };
  if (shape.cpu_milli > 0) {
    add(fmt::format("{} cores", static_cast<double>(shape.cpu_milli) / 1000));
  }
  if (shape.memory > 0) {
    add(format_bytes(shape.memory));
  }
  return text;
}

std::string shape_text(const Shape& shape) {
  return shape.tasks == 1 ? task_text(shape) + " on one node"
                          : fmt::format("{} x {}", shape.tasks, task_text(shape));
}

std::string why_not(const PlacementAnswer& answer) {
  if (!answer.ask) {
    return fmt::format("does not fit, even when all {} nodes with {} GPUs are free",
                       answer.free.fleet().nodes(), answer.free.fleet().gpus());
  }
  const Shape& shape = answer.ask->shape;
  const std::uint64_t room = room_for(*answer.ask, answer.free);
  if (room < shape.tasks) {
    const std::uint64_t anywhere =
        room_in(*answer.ask, answer.free, {0, answer.free.fleet().nodes()});
    return fmt::format("does not fit now: wants {}, there is room for {} x {}{}", shape_text(shape),
                       room, task_text(shape),
                       anywhere == room ? ""
                                        : fmt::format(" on the nodes that it may use, for {} on all"
                                                      " (--explain says which it may not)",
                                                      anywhere));
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

// Tasks in a domain, and how many of the job's are more than that.
struct Room {
  std::uint64_t tasks = 0;
  std::uint64_t short_by = 0;
};

// `view` is what the job may use.
Room room_of(const PlacementAnswer& answer, const Occupancy& view, DomainId domain) {
  const std::uint64_t wanted = answer.ask->shape.tasks;
  const std::uint64_t tasks = room_in(*answer.ask, view, view.fleet().nodes_in(domain));
  return {tasks, wanted - std::min(wanted, tasks)};
}

// What the job may use of what is free.
Occupancy usable(const PlacementAnswer& answer) {
  return view_of(answer.ask.value_or(PlaceAsk{}), answer.free);
}

Json level_json(const PlacementAnswer& answer, const Occupancy& view, LevelId level) {
  const Fleet& fleet = answer.free.fleet();
  Json domains = Json::array();
  for (std::uint32_t i = 0; i < fleet.domains(level); ++i) {
    const DomainId domain = fleet.domain(level, i);
    domains.push_back({{"name", fleet.name(domain)},
                       {"free_gpus", answer.free.free_gpus(domain)},
                       {"free_whole_nodes", answer.free.whole_nodes(domain)},
                       {"nodes_used", nodes_used_in(answer, domain)}});
    if (answer.ask) {
      const Room room = room_of(answer, view, domain);
      domains.back()["room_for_tasks"] = room.tasks;
      domains.back()["short_by_tasks"] = room.short_by;
    }
  }
  return domains;
}

std::string level_text(const PlacementAnswer& answer, const Occupancy& view, LevelId level) {
  using Align = Table::Align;
  const Fleet& fleet = answer.free.fleet();
  Table table({Align::left, Align::right, Align::right, Align::right, Align::right, Align::right});
  table.row({fleet.level_name(level), "free GPUs", "free whole nodes", "room for tasks", "short by",
             "nodes used"});
  for (std::uint32_t i = 0; i < std::min(domains_shown, fleet.domains(level)); ++i) {
    const DomainId domain = fleet.domain(level, i);
    const Room room = answer.ask ? room_of(answer, view, domain) : Room{};
    table.row({fleet.name(domain), fmt::format("{}", answer.free.free_gpus(domain)),
               fmt::format("{}", answer.free.whole_nodes(domain)),
               answer.ask ? fmt::format("{}", room.tasks) : "-",
               answer.ask ? fmt::format("{}", room.short_by) : "-",
               fmt::format("{}", nodes_used_in(answer, domain))});
  }
  const bool more = fleet.domains(level) > domains_shown;
  return "\n" + table.text() +
         (more ? fmt::format("... and {} more; --json has all\n",
                             fleet.domains(level) - domains_shown)
               : "");
}

std::string hosts(const Fleet& fleet, const std::vector<NodeId>& nodes) {
  std::vector<std::string> names;
  for (const NodeId node : nodes) {
    names.push_back(fleet.name(node));
  }
  return fold_hostlist(names);
}

// The rest of its blocks, where it has them for itself.
std::string kept_hosts(const PlacementAnswer& answer) {
  std::vector<NodeId> nodes;
  if (answer.placement) {
    const Shape& shape = answer.ask->shape;
    for (const Part& part : kept_empty(shape, *answer.placement, answer.free.fleet())) {
      nodes.push_back(part.node);
    }
  }
  return hosts(answer.free.fleet(), nodes);
}

std::string explanation_text(const PlacementAnswer& answer) {
  const Explanation& told = *answer.explanation;
  std::string text = fmt::format("{} nodes have room for a task", told.with_room);
  for (const auto& [filter, nodes] : told.kept_away) {
    text += fmt::format("; {} do not pass: {}", nodes, filter);
  }
  text += "\n";
  if (told.tasks_now > 0) {
    text += fmt::format("it would fit with {} tasks instead of {}\n", told.tasks_now,
                        answer.ask->shape.tasks);
  }
  for (const std::string& option : told.without) {
    text += fmt::format("it would fit without {}\n", option);
  }
  if (!told.back.empty()) {
    text += fmt::format("it would fit if {} came back into service\n",
                        hosts(answer.free.fleet(), told.back));
  }
  return text;
}

Json explanation_json(const PlacementAnswer& answer) {
  const Explanation& told = *answer.explanation;
  Json filters = Json::object();
  for (const auto& [filter, nodes] : told.kept_away) {
    filters[filter] = nodes;
  }
  return {{"nodes_with_room", told.with_room},
          {"nodes_kept_away", std::move(filters)},
          {"fits_with_tasks", told.tasks_now},
          {"fits_without", told.without},
          {"fits_with_back", hosts(answer.free.fleet(), told.back)}};
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
  if (answer.ask) {
    text += fmt::format("the job is {}; there is room for {} such tasks\n",
                        shape_text(answer.ask->shape), room_for(*answer.ask, answer.free));
  }
  if (const std::string rest = kept_hosts(answer); !rest.empty()) {
    text += fmt::format("nobody else gets the rest of its blocks, {}\n", rest);
  }
  if (answer.explanation) {
    text += explanation_text(answer);
  }
  const Occupancy view = usable(answer);
  for (std::uint32_t level = 0; level < fleet.levels(); ++level) {
    text += level_text(answer, view, LevelId(level));
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
    if (answer.ask->shape.alone > 0) {
      document["kept_from_others"] = kept_hosts(answer);
    }
  } else {
    document["reason"] = why_not(answer);
  }
  if (answer.explanation) {
    document["explanation"] = explanation_json(answer);
  }
  document["free_gpus"] = answer.free.free_gpus();
  document["nodes_in_service"] = available_nodes(answer.free);
  const Occupancy view = usable(answer);
  Json& domains = document["domains"] = Json::object();
  for (std::uint32_t level = 0; level < fleet.levels(); ++level) {
    domains[fleet.level_name(LevelId(level))] = level_json(answer, view, LevelId(level));
  }
  return document.dump(2) + "\n";
}

}  // namespace berth
