// Every vector of tests/conformance: its README says how to read them.
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "app/override.hpp"
#include "scheduler/placer.hpp"
#include "tests/app/run_berth.hpp"
#include "tests/app/words.hpp"
#include "tests/folders.hpp"

namespace {

using namespace berth;
using nlohmann::json;
using testing::Words;
using testing::words_of;

const std::string suite = berth::testing::in_project("tests/conformance/");

// "s0/l1: .. a." is the domains s0 and l1 and the nodes ".." and "a.".
struct Line {
  Words domains;
  Words nodes;
};

Line line_of(const std::string& text) {
  const auto colon = text.find(": ");
  return {words_of(text.substr(0, colon), '/'), words_of(text.substr(colon + 2), ' ')};
}

class Picture {
 public:
  explicit Picture(const json& levels, const json& vector) {
    for (const std::string text : vector["cluster"]) {
      lines_.push_back(line_of(text));
    }
    for (const auto& row : vector.value("weights", json::array())) {
      for (const std::string& weight : words_of(row, ' ')) {
        weights_.push_back(std::stoi(weight));
      }
    }
    if (vector.contains("listed")) {
      for (const std::string name : vector["listed"]) {
        const auto next = static_cast<std::uint32_t>(ranks_.size());
        ranks_[name] = next;
      }
    }
    builder_ = FleetBuilder(levels.get<Words>());
  }

  Fleet fleet() {
    Words open;
    std::uint32_t name = 0;
    for (const Line& line : lines_) {
      std::size_t same = 0;
      while (same < open.size() && open[same] == line.domains[same]) {
        ++same;
      }
      for (; open.size() > same; open.pop_back()) {
        builder_.leave();
      }
      for (; open.size() < line.domains.size(); open.push_back(line.domains[open.size()])) {
        enter(line.domains[open.size()]);
      }
      for (const std::string& node : line.nodes) {
        NodeKind kind{static_cast<std::uint32_t>(node.size()), 0, 0, ""};
        kind.weight = weights_.empty() ? 0 : weights_.at(name);
        builder_.add_node("n" + std::to_string(name++), kind);
      }
    }
    for (; !open.empty(); open.pop_back()) {
      builder_.leave();
    }
    return builder_.build();
  }

  void take(Occupancy& free) const {
    std::uint32_t index = 0;
    for (const Line& line : lines_) {
      for (const std::string& node : line.nodes) {
        const NodeId id(index++);
        for (std::uint32_t gpu = 0; gpu < node.size(); ++gpu) {
          if (std::string(".#j!").find(node[gpu]) == std::string::npos) {
            free.take({1, 1, 0, 0}, {{id, 1, GpuMask{1} << gpu}});
          }
        }
        free.set_available(id, node.find_first_of("#!") == std::string::npos);
      }
    }
  }

  // The job itself, where nodes are swapped, and the node that it lost.
  struct Held {
    Placement placement;
    std::optional<NodeId> lost;
  };
  [[nodiscard]] Held held() const {
    Held held;
    std::uint32_t index = 0;
    for (const Line& line : lines_) {
      for (const std::string& node : line.nodes) {
        Part part{NodeId(index++), 0, 0};
        for (std::uint32_t gpu = 0; gpu < node.size(); ++gpu) {
          if (node[gpu] == 'j' || node[gpu] == '!') {
            ++part.tasks;
            part.gpus |= GpuMask{1} << gpu;
            held.lost = node[gpu] == '!' ? part.node : held.lost;
          }
        }
        if (part.tasks > 0) {
          held.placement.push_back(part);
        }
      }
    }
    return held;
  }

  [[nodiscard]] json drawn(const Placement& placement) const {
    std::map<std::uint32_t, GpuMask> taken;
    for (const Part& part : placement) {
      taken[part.node.index()] = part.gpus;
    }
    json all = json::array();
    std::uint32_t index = 0;
    for (const Line& line : lines_) {
      std::string text;
      for (const std::string& domain : line.domains) {
        text += (text.empty() ? "" : "/") + domain;
      }
      text += ":";
      for (std::string node : line.nodes) {
        const GpuMask gpus = taken[index++];
        for (std::uint32_t gpu = 0; gpu < node.size(); ++gpu) {
          node[gpu] = (gpus >> gpu & 1U) != 0 ? '+' : node[gpu];
        }
        text += " " + node;
      }
      all.push_back(text);
    }
    return all;
  }

 private:
  void enter(const std::string& domain) {
    if (ranks_.empty()) {
      builder_.enter(domain);
    } else {
      builder_.enter(domain, ranks_.at(domain));
    }
  }

  std::vector<Line> lines_;
  std::map<std::string, std::uint32_t> ranks_;
  std::vector<std::int32_t> weights_;  // by node; empty: they are alike
  FleetBuilder builder_;
};

Request request_in(const json& vector, const Placer& placer, const Fleet& fleet) {
  Request request;
  request.shape = {vector["tasks"], vector["gpus"], 0, 0};
  if (vector.value("exclusive", "") == "topology") {
    request.shape.alone = placer.alone_in_blocks(fleet);
  }
  Terms terms;
  terms.level = vector.value("level", vector.value("prefers", ""));
  terms.level_required = vector.contains("level");
  terms.segment = vector.value("segment", 0U);
  if (vector.contains("switches")) {
    terms.switches = SwitchLimit{vector["switches"], {}};
    if (vector.contains("at_most_s")) {
      terms.switches->at_most = std::chrono::seconds(vector["at_most_s"].get<int>());
    }
  }
  request.terms = std::make_shared<const Terms>(terms);
  return request;
}

json answer_to(const json& levels, const json& vector) {
  Picture picture(levels, vector);
  const Fleet fleet = picture.fleet();
  Occupancy free(fleet);
  const auto [held, lost] = picture.held();
  if (!held.empty()) {
    free.take({vector["tasks"], 1, 0, 0}, held);
  }
  picture.take(free);
  const SettingsTree part = parse_part(vector["placer"], "placer");
  const auto placer = make_placer(part.root());
  check_all_used(part.root());
  placer->check_fleet(fleet);
  const SimTime now{std::chrono::seconds(vector.value("waited_s", 0))};
  const View view{free, now, RunKey{}};
  const Request request = request_in(vector, *placer, fleet);
  const auto placement =
      lost ? placer->replace(request, view, held, *lost) : placer->place(request, view);
  return placement ? picture.drawn(*placement) : json("waits");
}

}  // namespace

TEST_CASE("conformance: every placement is the one that was worked by hand") {
  int vectors = 0;
  for (const auto& file : std::filesystem::directory_iterator(suite + "placers")) {
    const json document = json::parse(testing::read_file(file.path()));
    CAPTURE(file.path().string());
    for (const json& vector : document["vectors"]) {
      CAPTURE(vector["says"]);
      CHECK(answer_to(document["levels"], vector) == vector["placed"]);
      ++vectors;
    }
  }
  CHECK(vectors > 25);
}
