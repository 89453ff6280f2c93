// Every vector of tests/conformance/preemption: the README of the suite says how to read them.
#include <bit>
#include <filesystem>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "app/override.hpp"
#include "app/yaml_settings.hpp"
#include "tests/app/run_berth.hpp"
#include "tests/folders.hpp"
#include "tests/scheduler/yard.hpp"

namespace {

using namespace berth;
using nlohmann::json;
using testing::Yard;
using Words = std::vector<std::string>;

const std::string suite = berth::testing::in_project("tests/conformance/preemption");

// "rack: aa b. .." is a domain and its nodes.
class Racks {
 public:
  explicit Racks(const json& lines) {
    for (const std::string line : lines) {
      std::istringstream words(line);
      std::string word;
      words >> word;
      names_.push_back(word);
      nodes_.emplace_back();
      while (words >> word) {
        nodes_.back().push_back(word);
      }
    }
  }

  [[nodiscard]] Fleet fleet(const json& levels) const {
    FleetBuilder builder(levels.get<Words>());
    std::uint32_t number = 0;
    for (std::size_t rack = 0; rack < names_.size(); ++rack) {
      builder.enter(names_[rack]);
      for (const std::string& node : nodes_[rack]) {
        builder.add_node("n" + std::to_string(number++),
                         {static_cast<std::uint32_t>(node.size()), 0, 0, ""});
      }
      builder.leave();
    }
    return builder.build();
  }

  // Which GPUs each letter holds.
  [[nodiscard]] std::map<char, Placement> holdings() const {
    std::map<char, Placement> all;
    std::uint32_t number = 0;
    for (const auto& rack : nodes_) {
      for (const std::string& node : rack) {
        std::map<char, GpuMask> here;
        for (std::size_t gpu = 0; gpu < node.size(); ++gpu) {
          here[node[gpu]] |= GpuMask{1} << gpu;
        }
        here.erase('.');
        for (const auto& [letter, gpus] : here) {
          all[letter].push_back(
              {NodeId(number), static_cast<std::uint32_t>(std::popcount(gpus)), gpus});
        }
        ++number;
      }
    }
    return all;
  }

  [[nodiscard]] json drawn(const Placement& placement, const std::string& gone) const {
    std::map<std::uint32_t, GpuMask> taken;
    for (const Part& part : placement) {
      taken[part.node.index()] = part.gpus;
    }
    json all = json::array();
    std::uint32_t number = 0;
    for (std::size_t rack = 0; rack < names_.size(); ++rack) {
      std::string line = names_[rack];
      for (std::string node : nodes_[rack]) {
        const GpuMask gpus = taken[number++];
        for (std::size_t gpu = 0; gpu < node.size(); ++gpu) {
          const bool free = gone.find(node[gpu]) != std::string::npos;
          node[gpu] = (gpus >> gpu & 1U) != 0 ? '+' : free ? '.' : node[gpu];
        }
        line += " " + node;
      }
      all.push_back(line);
    }
    return all;
  }

 private:
  Words names_;
  std::vector<Words> nodes_;
};

Duration seconds(const json& job, const char* key) {
  return std::chrono::seconds(job.value(key, 0));
}

Request request_of(const json& job, Yard& yard) {
  Terms terms;
  terms.qos = job.value("qos", "");
  terms.level = job.value("level", "");
  terms.level_required = !terms.level.empty();
  terms.requeue = job.value("requeue", true);
  terms.checkpoint_every = seconds(job, "checkpoint_s");
  terms.restart = seconds(job, "restart_s");
  Request request;
  request.priority = job.value("priority", 0);
  request.kept = seconds(job, "kept_s");
  request.starts = job.value("starts", 0U);
  request.terms = std::make_shared<const Terms>(terms);
  request.partition = yard.partition(job.value("partition", ""));
  return request;
}

// "a: cancel in 30 s".
std::string stop_of(const Victim& victim, char letter) {
  constexpr std::array modes{"cancel", "requeue", "suspend"};
  const auto grace = std::chrono::duration_cast<std::chrono::seconds>(victim.grace).count();
  return std::string(1, letter) + ": " + modes.at(static_cast<std::size_t>(victim.how)) +
         (grace > 0 ? " in " + std::to_string(grace) + " s" : "");
}

// The site at `slurm`, and the preemption.
SettingsTree policy_of(const json& vector) {
  json policy{{"preemption", vector["preemption"]}};
  if (vector.contains("slurm")) {
    policy["slurm"] = vector["slurm"];
  }
  static const std::regex quoted_duration("\"([0-9]+[smhd])\"");  // a text to YAML, else
  return load_yaml_text(std::regex_replace(policy.dump(), quoted_duration, "$1"), "vector");
}

json answer_to(const json& levels, const json& vector) {
  const Racks racks(vector["cluster"]);
  const Fleet fleet = racks.fleet(levels);
  const SettingsTree policy = policy_of(vector);
  const SettingsTree placer = parse_part(vector["placer"], "placer");
  Yard yard(fleet, make_preemption(policy.root().at("preemption")), make_placer(placer.root()),
            SlurmSite::read(policy.root()));
  check_all_used(policy.root());
  std::string letters;
  const auto holdings = racks.holdings();
  const auto asking = JobId(static_cast<std::uint32_t>(holdings.size()));
  for (const auto& [letter, placement] : holdings) {
    const json& job = vector["running"].at(std::string(1, letter));
    Request request = request_of(job, yard);
    request.shape = {0, 1, 0, 0};
    for (const Part& part : placement) {
      request.shape.tasks += part.tasks;
    }
    const JobId id = yard.run(request, placement, SimTime{seconds(job, "started_s")});
    if (job.contains("leaves")) {
      yard.leaves(id, job["leaves"] == "for it" ? asking : JobId(1000));
    }
    letters += letter;
  }
  Request request = request_of(vector["asks"], yard);
  request.shape = {vector["asks"]["tasks"], vector["asks"]["gpus"], 0, 0};
  const auto eviction = yard.asks(request, SimTime{seconds(vector, "now_s")});
  json stops = json::array();
  std::string gone;
  for (const Victim& victim : eviction ? eviction->victims : std::vector<Victim>{}) {
    gone += letters[victim.job.index()];
    stops.push_back(stop_of(victim, gone.back()));
  }
  const bool starts = eviction && eviction->placement;
  return {{"stops", stops},
          {"placed", starts ? racks.drawn(*eviction->placement, gone) : json("waits")}};
}

}  // namespace

TEST_CASE("conformance: those yield who were found by hand") {
  int vectors = 0;
  for (const auto& file : std::filesystem::directory_iterator(suite)) {
    const json document = json::parse(testing::read_file(file.path()));
    CAPTURE(file.path().string());
    for (const json& vector : document["vectors"]) {
      CAPTURE(vector["says"]);
      const json answer = answer_to(document["levels"], vector);
      CHECK(answer["stops"] == vector["stops"]);
      CHECK(answer["placed"] == vector["placed"]);
      ++vectors;
    }
  }
  CHECK(vectors > 25);
}
