#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/catalog_of_parts.hpp"
#include "app/cli.hpp"
#include "app/commands.hpp"
#include "app/table.hpp"
#include "cluster/life_cycle.hpp"
#include "core/error.hpp"

namespace berth {
namespace {

using Json = nlohmann::ordered_json;

std::string as_json(const std::vector<Topic>& topics) {
  Json document = Json::object();
  for (const Topic& topic : topics) {
    Json& parts = document[topic.name] = Json::array();
    for (const NamedPart& part : topic.parts) {
      Json one{{"name", part.name}, {"summary", part.summary}};
      if (topic.name == "presets") {
        one["of"] = part.use;
      } else if (topic.name == "lifecycle") {
        one["shown_as"] = part.use;
      } else if (!part.use.empty()) {
        one["reads"] = part.use.starts_with("read");
        one["writes"] = part.use.ends_with("written");
      }
      parts.push_back(std::move(one));
    }
  }
  return document.dump(2) + "\n";
}

std::string as_text(const Topic& topic) {
  Table table({Table::Align::left, Table::Align::left, Table::Align::left});
  for (const NamedPart& part : topic.parts) {
    if (part.use.empty()) {
      table.row({"  " + part.name, part.summary});
    } else {
      table.row({"  " + part.name, part.use, part.summary});
    }
  }
  return topic.name + ": " + topic.summary + "\n" + table.text();
}

}  // namespace

int list_command(const Arguments& arguments, const Console& console) {
  if (arguments.as_graph) {
    if (arguments.topic != "lifecycle") {
      throw InputError({"--dot"}, "only the life cycle is a graph", "berth list lifecycle --dot");
    }
    console.out << life_cycle_dot();
    return exit_done;
  }
  std::vector<Topic> topics = arguments.topic ? std::vector{topic(*arguments.topic)} : all_topics();
  if (!arguments.topic) {
    std::erase_if(topics, [](const Topic& each) { return each.name == "policies"; });
  }
  if (arguments.json) {
    console.out << as_json(topics);
    return exit_done;
  }
  for (const Topic& each : topics) {
    console.out << (&each == &topics.front() ? "" : "\n") << as_text(each);
  }
  return exit_done;
}

int completion_command(const Arguments& arguments, const Console& console) {
  if (!arguments.shell) {
    throw InputError({"berth completion"}, "no shell is given", "known: bash, zsh, fish");
  }
  console.out << completion_script(*arguments.shell);
  return exit_done;
}

}  // namespace berth
