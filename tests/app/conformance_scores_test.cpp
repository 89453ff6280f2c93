// Every vector of tests/conformance/scores: the README there says how to read them.
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "app/override.hpp"
#include "scheduler/filter.hpp"
#include "scheduler/placer.hpp"
#include "scheduler/score.hpp"
#include "tests/app/run_berth.hpp"
#include "tests/app/words.hpp"
#include "tests/folders.hpp"

namespace {

using namespace berth;
using nlohmann::json;
using testing::Words;
using testing::words_of;

constexpr std::int64_t gib = std::int64_t{1} << 30U;

struct Amount {
  std::int64_t used = 0;
  std::int64_t all = 0;

  static Amount of(const std::string& text) {
    const Words both = words_of(text, '/');
    return {std::stoll(both.at(0)), std::stoll(both.at(1))};
  }
};

// "rack0/n0: a.5 cpus 4/8 model T4": a pod with one GPU, a free GPU, and one of which 500
// thousandths are left.
struct Line {
  Words domains;
  std::string name;
  std::string gpus;
  NodeKind kind;
  std::int64_t cpus_used = 0;
  std::int64_t memory_used = 0;

  explicit Line(const std::string& text) {
    const Words words = words_of(text, ' ');
    domains = words_of(words.at(0).substr(0, words[0].size() - 1), '/');
    name = domains.back();
    domains.pop_back();
    gpus = words.at(1);
    kind.gpus = static_cast<std::uint32_t>(gpus.size());
    for (std::size_t i = 2; i < words.size(); i += 2) {
      set(words[i], words.at(i + 1));
    }
  }

  [[nodiscard]] std::string path() const {
    std::string text;
    for (const std::string& domain : domains) {
      text += domain + "/";
    }
    return text + name + ":";
  }

 private:
  void set(const std::string& key, const std::string& value) {
    if (key == "cpus") {
      kind.cpu_milli = 1000 * Amount::of(value).all;
      cpus_used = 1000 * Amount::of(value).used;
    } else if (key == "memory") {
      kind.memory = gib * Amount::of(value).all;
      memory_used = gib * Amount::of(value).used;
    } else if (key == "model") {
      kind.gpu_model = value;
    } else {
      REQUIRE((key == "label" || key == "taint"));
      (key == "label" ? kind.labels : kind.taints).push_back(value);
    }
  }
};

class Question {
 public:
  Question(const json& levels, const json& vector) : vector_(vector) {
    for (const std::string text : vector["cluster"]) {
      lines_.emplace_back(text);
    }
    fleet_ = built(levels);
    free_ = std::make_unique<Occupancy>(fleet_);
    for (std::uint32_t node = 0; node < lines_.size(); ++node) {
      take(NodeId(node), lines_[node]);
    }
    read_request(vector["asks"]);
  }

  // By node, of those that pass all filters.
  [[nodiscard]] json scores() const {
    const SettingsTree part = parse_part(vector_["placer"], "placer");
    const auto score = make_score(part.root().kind(), part.root()).make(fleet_, nullptr);
    const Pod pod = Pod::of(request_);
    json all = json::object();
    for (std::uint32_t i = 0; i < fleet_.nodes(); ++i) {
      const NodeId node(i);
      if (std::ranges::all_of(all_filters(), [&](const Filter& filter) {
            return filter.passes(pod, node, *free_);
          })) {
        all[fleet_.name(node)] = score->of(pod, node, *free_);
      }
    }
    return all;
  }

  [[nodiscard]] json placed() const {
    const SettingsTree part = parse_part(vector_["placer"], "placer");
    const auto placer = make_placer(part.root());
    check_all_used(part.root());
    placer->check_fleet(fleet_);
    const auto placement = placer->place(request_, {*free_, SimTime{}, RunKey{}});
    return placement ? drawn(*placement) : json("waits");
  }

 private:
  Fleet built(const json& levels) {
    FleetBuilder builder(levels.get<Words>());
    Words open;
    for (const Line& line : lines_) {
      if (open != line.domains) {
        for (; !open.empty(); open.pop_back()) {
          builder.leave();
        }
        for (const std::string& domain : line.domains) {
          builder.enter(domain);
        }
        open = line.domains;
      }
      builder.add_node(line.name, line.kind);
    }
    for (; !open.empty(); open.pop_back()) {
      builder.leave();
    }
    return builder.build();
  }

  // In a fleet with one level.
  void join(Shape& shape, const json& pod) {
    const std::string group = pod.value("group", "");
    if (group.empty()) {
      return;
    }
    groups_.emplace(group, static_cast<std::uint32_t>(groups_.size() + 1));
    shape.group = groups_[group];
    const std::string apart = pod.value("apart", "");
    shape.apart = apart.empty()     ? 0
                  : apart == "node" ? apart_nodes
                                    : apart_in(fleet_.find_level(apart).value());
  }

  void take(NodeId node, const Line& line) {
    std::map<char, GpuMask> holders;
    for (std::uint32_t gpu = 0; gpu < line.gpus.size(); ++gpu) {
      const char who = line.gpus[gpu];
      if (who >= '0' && who <= '9') {
        const auto held = static_cast<std::uint32_t>(100 * ('0' + 10 - who));
        free_->take({1, 0, 0, 0, held}, {{node, 1, GpuMask{1} << gpu}});
      } else if (who != '.') {
        holders[who] |= GpuMask{1} << gpu;
      }
    }
    for (const auto& [who, gpus] : holders) {
      Shape shape{1, static_cast<std::uint32_t>(std::popcount(gpus))};
      join(shape, vector_.value("pods", json::object()).value(std::string(1, who), json::object()));
      free_->take(shape, {{node, 1, gpus}});
    }
    free_->take({1, 0, line.cpus_used, line.memory_used}, {{node, 1, 0}});
  }

  void read_request(const json& asks) {
    Shape& shape = request_.shape;
    shape = {asks.value("tasks", 1U), asks.value("gpus", 0U), 1000 * asks.value("cpus", 0L),
             gib * asks.value("memory_gib", 0L), asks.value("gpu_milli", 0U)};
    join(shape, asks);
    Terms terms;
    terms.gpu_models = asks.value("gpu_models", Words{});
    terms.labels = asks.value("labels", Words{});
    terms.tolerates = asks.value("tolerates", Words{});
    const json spread = asks.value("spread", json::object());
    for (const auto& [level, rule] : spread.items()) {
      terms.spread.push_back(
          {level,
           rule.is_object() ? rule["max_skew"].get<std::uint32_t>() : rule.get<std::uint32_t>(),
           rule.is_object() ? rule.value("min_domains", 0U) : 0U});
    }
    request_.terms = std::make_shared<const Terms>(terms);
  }

  [[nodiscard]] json drawn(const Placement& placement) const {
    std::vector<std::string> gpus;
    for (const Line& line : lines_) {
      gpus.push_back(line.gpus);
    }
    for (const Part& part : placement) {
      std::string& those = gpus[part.node.index()];
      for (std::uint32_t gpu = 0; gpu < those.size(); ++gpu) {
        those[gpu] = (part.gpus >> gpu & 1U) != 0 ? '+' : those[gpu];
      }
      those += part.gpus == 0 ? " +" : "";
    }
    json all = json::array();
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      all.push_back(lines_[i].path() + " " + gpus[i]);
    }
    return all;
  }

  const json& vector_;
  std::vector<Line> lines_;
  Fleet fleet_;
  std::unique_ptr<Occupancy> free_;
  std::map<std::string, std::uint32_t> groups_;
  Request request_;
};

}  // namespace

TEST_CASE("conformance: every score, and whom it places where, is as worked by hand") {
  int vectors = 0;
  for (const auto& file : std::filesystem::directory_iterator(
           berth::testing::in_project("tests/conformance/scores"))) {
    const json document = json::parse(testing::read_file(file.path()));
    CAPTURE(file.path().string());
    for (const json& vector : document["vectors"]) {
      CAPTURE(vector["says"]);
      const Question question(document["levels"], vector);
      if (vector.contains("scores")) {
        CHECK(question.scores() == vector["scores"]);
      }
      CHECK(question.placed() == vector["placed"]);
      ++vectors;
    }
  }
  CHECK(vectors > 40);
}
