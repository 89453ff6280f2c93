#include "app/routing_report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/table.hpp"

namespace berth {
namespace {

using Align = Table::Align;
using Json = nlohmann::ordered_json;

std::string count_text(std::uint64_t count) {
  return readable_count(static_cast<std::int64_t>(count));
}

double mean_of(const LinkKind& kind) {
  return static_cast<double>(kind.total) / static_cast<double>(kind.links);
}

std::uint64_t unreachable(const RoutingSurvey& survey) {
  const auto none = survey.pairs.find(0);
  return none == survey.pairs.end() ? 0 : none->second;
}

std::string engine_text(const RoutingAnswer& answer) {
  return answer.gave_up.empty() ? answer.engine
                                : fmt::format("{}, because {} gave up: {}", answer.engine,
                                              answer.asked, answer.gave_up);
}

std::string missing_text(const RoutingSurvey& survey) {
  if (survey.missing_to_hcas + survey.missing_to_switches == 0) {
    return ", each with a path";
  }
  return fmt::format(", without a path {} to HCAs and {} to switches",
                     count_text(survey.missing_to_hcas), count_text(survey.missing_to_switches));
}

std::string pairs_text(const RoutingSurvey& survey) {
  std::vector<std::string> parts;
  for (const auto& [switches, pairs] : survey.pairs) {
    if (switches > 0) {
      parts.push_back(fmt::format("{} through {} switch{}", count_text(pairs), switches,
                                  switches == 1 ? "" : "es"));
    }
  }
  if (const std::uint64_t none = unreachable(survey); none > 0) {
    parts.push_back(count_text(none) + " cannot reach each other");
  }
  return parts.empty() ? "none" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string loads_text(const RoutingSurvey& survey) {
  if (survey.kinds.empty()) {
    return "";
  }
  Table table({Align::left, Align::right, Align::right, Align::right, Align::right, Align::right});
  table.row({"links", "count", "least", "mean", "most", survey.shifts ? "shift" : ""});
  for (const auto& [name, kind] : survey.kinds) {
    table.row({name, count_text(kind.links), count_text(kind.least),
               readable_number(mean_of(kind), 1), count_text(kind.most),
               survey.shifts ? count_text(kind.shift_most) : ""});
  }
  std::string text =
      "\n" + table.text() + "\nleast, mean, most: pairs on a link when all send to all";
  if (!survey.shifts) {
    return text + fmt::format("; shifts are not computed\nof more than {} HCA ports\n",
                              count_text(shifts_most));
  }
  return text +
         "; shift: the largest\nload when each sends to one, over all shifts of the HCAs in " +
         (survey.ca_order ? "the order of ftree\n" : "the order of names\n");
}

std::string rerouting_text(const Rerouting& rerouting) {
  return fmt::format(
      "without {}: {} entries change on {} switches, {} switches and {} HCAs are cut off\n",
      fmt::join(rerouting.parts, ", "), count_text(rerouting.entries_changed),
      count_text(rerouting.switches_changed), count_text(rerouting.switches_cut),
      count_text(rerouting.hcas_cut));
}

Json pairs_json(const RoutingSurvey& survey) {
  Json pairs = Json::object();
  for (const auto& [switches, count] : survey.pairs) {
    if (switches > 0) {
      pairs[fmt::format("{}", switches)] = count;
    }
  }
  return pairs;
}

Json kinds_json(const RoutingSurvey& survey) {
  Json kinds = Json::array();
  for (const auto& [name, kind] : survey.kinds) {
    Json one{{"kind", name},
             {"links", kind.links},
             {"pairs_min", kind.least},
             {"pairs_mean", mean_of(kind)},
             {"pairs_max", kind.most}};
    if (survey.shifts) {
      one["shift_max"] = kind.shift_most;
    }
    kinds.push_back(std::move(one));
  }
  return kinds;
}

// A description may hold what ends a field.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == text.npos) {
    return text;
  }
  std::string safe = "\"";
  for (const char byte : text) {
    safe += byte == '"' ? "\"\"" : std::string(1, byte);
  }
  return safe + "\"";
}

}  // namespace

std::string routing_text(const RoutingAnswer& answer) {
  const RoutingSurvey& survey = answer.survey;
  Table table({Align::left, Align::left});
  table.row({"engine", engine_text(answer)});
  table.row(
      {"fabric", fmt::format("{} switches, {} HCA ports, {} LIDs", count_text(survey.switches),
                             count_text(survey.hca_ports), count_text(survey.lids))});
  table.row({"entries", count_text(survey.entries) + missing_text(survey)});
  table.row({"pairs", pairs_text(survey)});
  std::string text = answer.path + ":\n" + table.text();
  if (answer.rerouting) {
    text += rerouting_text(*answer.rerouting);
  }
  return text + loads_text(survey);
}

std::string routing_json(const RoutingAnswer& answer) {
  const RoutingSurvey& survey = answer.survey;
  Json document{{"format_version", 1},
                {"path", answer.path},
                {"asked", answer.asked},
                {"engine", answer.engine},
                {"gave_up", answer.gave_up},
                {"switches", survey.switches},
                {"hca_ports", survey.hca_ports},
                {"lids", survey.lids},
                {"entries", survey.entries},
                {"entries_without_path_to_hcas", survey.missing_to_hcas},
                {"entries_without_path_to_switches", survey.missing_to_switches},
                {"pairs_by_switches_passed", pairs_json(survey)},
                {"pairs_unreachable", unreachable(survey)},
                {"link_loads", kinds_json(survey)}};
  if (survey.shifts) {
    document["shift_order"] = survey.ca_order ? "ftree" : "names";
  }
  if (answer.rerouting) {
    document["without"] = {{"parts", answer.rerouting->parts},
                           {"entries_changed", answer.rerouting->entries_changed},
                           {"switches_changed", answer.rerouting->switches_changed},
                           {"switches_cut", answer.rerouting->switches_cut},
                           {"hcas_cut", answer.rerouting->hcas_cut}};
  }
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string link_loads_csv(const RoutingSurvey& survey, const Fabric& fabric) {
  std::string csv =
      "from,from_port,to,to_port,kind,all_to_all_pairs,max_over_shifts_ca_order,"
      "max_over_shifts_node_major\n";
  const auto shift = [&](std::uint64_t load, bool known) {
    return survey.shifts && known ? fmt::format("{}", load) : std::string();
  };
  for (const SurveyedLink& link : survey.links) {
    const LinkLoad& load = link.load;
    csv += fmt::format(
        "{},{},{},{},{},{},{},{}\n", field(fabric.device(load.from.device).description),
        load.from.port, field(fabric.device(load.to.device).description), load.to.port, link.kind,
        load.pairs, shift(load.most, survey.ca_order), shift(link.most_by_name, true));
  }
  return csv;
}

}  // namespace berth
