// Every vector of tests/conformance: its README says how to read them.
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "app/override.hpp"
#include "scheduler/placer.hpp"
#include "tests/app/run_berth.hpp"

namespace {

using namespace berth;
using nlohmann::json;
using Words = std::vector<std::string>;

const std::string suite = BERTH_SOURCE_DIR "/tests/conformance/";

Words words_of(const std::string& text, char between) {
  std::istringstream stream(text);
  Words words;
  for (std::string word; std::getline(stream, word, between);) {
    words.push_back(word);
  }
  return words;
}

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
        builder_.add_node("n" + std::to_string(name++),
                          {static_cast<std::uint32_t>(node.size()), 0, 0, ""});
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
          if (node[gpu] != '.' && node[gpu] != '#') {
            free.take({1, 1, 0, 0}, {{id, 1, GpuMask{1} << gpu}});
          }
        }
        free.set_available(id, node.front() != '#');
      }
    }
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
  FleetBuilder builder_;
};

json answer_to(const json& levels, const json& vector) {
  Picture picture(levels, vector);
  const Fleet fleet = picture.fleet();
  Occupancy free(fleet);
  picture.take(free);
  const SettingsTree part = parse_part(vector["placer"], "placer");
  const auto placer = make_placer(part.root());
  check_all_used(part.root());
  placer->check_fleet(fleet);
  Request request;
  request.shape = {vector["tasks"], vector["gpus"], 0, 0};
  const auto placement = placer->place(request, {free, SimTime{}, RunKey{}});
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
