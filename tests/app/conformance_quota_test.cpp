// Every vector of tests/conformance/quota: its README says how to read them.
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "app/yaml_settings.hpp"
#include "simulator/simulation.hpp"
#include "tests/app/run_berth.hpp"
#include "tests/folders.hpp"
#include "tests/simulator/small_worlds.hpp"

namespace {

using namespace berth;
using namespace berth::test;
using nlohmann::json;

const std::string suite = berth::testing::in_project("tests/conformance/quota");

Fleet fleet_of(const json& parts) {
  FleetBuilder builder;
  std::uint32_t name = 0;
  for (const json& part : parts) {
    for (int i = 0; i < part.value("nodes", 1); ++i) {
      builder.add_node("n" + std::to_string(++name),
                       {part.value("gpus", 8U), 0, 0, part.value("model", "")});
    }
  }
  return builder.build();
}

Job job_of(const json& line, std::uint64_t number) {
  auto terms = std::make_shared<Terms>();
  terms->queue = line.value("queue", "");
  terms->requeue = line.value("requeue", true);
  terms->pod = line.value("pod", false);
  terms->exclusive = line.value("exclusive", false);
  Job one = job(number, line.value("at", 0), line.value("gpus", 1U), line.value("runs", 100));
  one.priority = line.value("priority", 0);
  one.terms = terms;
  return one;
}

// What happened, a line each: "10 start b", "20 yield b to a", "0 reject c".
class Story final : public Sink {
 public:
  explicit Story(const json& jobs) {
    for (const json& line : jobs) {
      names_.push_back(line["job"]);
    }
  }
  void on(SimTime now, const Record& record) override {
    if (const auto* started = std::get_if<Started>(&record)) {
      tell(now, "start", started->job);
    } else if (const auto* rejected = std::get_if<Rejected>(&record)) {
      tell(now, "reject", rejected->job);
    } else if (const auto* yields = std::get_if<Preempted>(&record)) {
      tell(now, yields->how == Yield::cancel ? "cancel" : "yield", yields->job);
      told.back() = std::string(told.back()) + " to " + name(yields->by);
    }
  }
  json told = json::array();

 private:
  void tell(SimTime now, const std::string& what, const LiveJob& live) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch());
    told.push_back(std::to_string(seconds.count()) + " " + what + " " + name(live));
  }
  [[nodiscard]] std::string name(const LiveJob& live) const { return names_[live.job.number - 1]; }
  std::vector<std::string> names_;
};

struct Answer {
  json happens;
  json refusals = json::array();
};

Answer answer_to(const json& vector) {
  const Fleet fleet = fleet_of(vector["cluster"]);
  SettingsTree tree = load_yaml_text(vector["policy"].dump(), "policy");
  Policy policy = make_policy(tree.root());
  check_all_used(tree.root());
  std::vector<Job> jobs;
  for (const json& line : vector["jobs"]) {
    jobs.push_back(job_of(line, jobs.size() + 1));
  }
  ListSource source(jobs);
  Story story(vector["jobs"]);
  Simulation simulation(fleet, source, policy, {}, {&story});
  simulation.run();
  Answer answer{story.told};
  for (std::size_t i = static_cast<std::size_t>(Reason::held); i < reason_names.size(); ++i) {
    const bool only_yielded = static_cast<Reason>(i) == Reason::begin_time;
    if (simulation.scheduler().waits[i] > 0 && !only_yielded) {
      answer.refusals.push_back(reason_names[i]);
    }
  }
  return answer;
}

}  // namespace

TEST_CASE("conformance: quota is shared, lent and reclaimed as it was worked by hand") {
  int vectors = 0;
  for (const auto& file : std::filesystem::directory_iterator(suite)) {
    const json document = json::parse(testing::read_file(file.path()));
    CAPTURE(file.path().string());
    for (const json& vector : document["vectors"]) {
      CAPTURE(vector["says"]);
      const Answer answer = answer_to(vector);
      CHECK(answer.happens == vector["happens"]);
      CHECK(answer.refusals == vector.value("refusals", json::array()));
      ++vectors;
    }
  }
  CHECK(vectors > 20);
}
