// The vectors of tests/conformance for Slurm's fair share, priorities and limits; its README says
// how to read them.
#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "app/yaml_settings.hpp"
#include "core/units.hpp"
#include "scheduler/fair_tree.hpp"
#include "scheduler/scheduler.hpp"
#include "tests/app/run_berth.hpp"
#include "tests/folders.hpp"

namespace {

using namespace berth;
using nlohmann::json;

const std::string suite = berth::testing::in_project("tests/conformance/");

template <class Visit>
int each_vector(const std::string& folder, const Visit& visit) {
  int vectors = 0;
  for (const auto& file : std::filesystem::directory_iterator(suite + folder)) {
    const json document = json::parse(testing::read_file(file.path()));
    CAPTURE(file.path().string());
    for (const json& vector : document["vectors"]) {
      CAPTURE(vector["says"]);
      visit(vector);
      ++vectors;
    }
  }
  return vectors;
}

// --- fair_tree -----------------------------------------------------------------------------------

struct NamedTree {
  std::vector<FairTreeNode> nodes{1};
  std::vector<std::string> names{""};

  void add(const json& children, std::uint32_t parent) {
    for (const auto& [name, child] : children.items()) {
      const bool user = child.contains("usage");
      nodes.push_back({parent, user, child["shares"], child.value("usage", 0.0)});
      names.push_back(name);
      if (!user) {
        add(child["children"], static_cast<std::uint32_t>(nodes.size() - 1));
      }
    }
  }
};

std::string fraction(double factor, std::size_t of) {
  const auto rank = static_cast<std::size_t>(factor * static_cast<double>(of) + 0.5);
  const std::size_t common = std::gcd(rank, of);
  return std::to_string(rank / common) + "/" + std::to_string(of / common);
}

json factors_of(const json& vector) {
  NamedTree tree;
  tree.add(vector["tree"], 0);
  const auto factors = fair_tree(tree.nodes);
  const auto users =
      static_cast<std::size_t>(std::ranges::count(tree.nodes, true, &FairTreeNode::user));
  json all = json::object();
  for (std::size_t i = 0; i < factors.size(); ++i) {
    if (tree.nodes[i].user) {
      all[tree.names[i]] = fraction(factors[i], users);
    }
  }
  return all;
}

// --- jobs on a cluster, under a policy ---
// ----------------------------------------------------------

Fleet fleet_of(const json& cluster) {
  FleetBuilder builder;
  for (int node = 0; node < cluster["nodes"]; ++node) {
    NodeKind kind;
    kind.gpus = cluster.value("gpus", 0U);
    kind.cpu_milli = cluster.value("cpus", std::int64_t{0}) * 1000;
    kind.memory = cluster.value("memory_gib", std::int64_t{0}) << 30U;
    builder.add_node("n" + std::to_string(node), kind);
  }
  return builder.build();
}

class World {
 public:
  explicit World(const json& vector)
      : fleet_(fleet_of(vector["cluster"])),
        tree_(load_yaml_text(vector["policy"].get<std::string>(), "policy")),
        policy_(make_policy(tree_.root())) {
    check_all_used(tree_.root());
    for (const json& job : vector["jobs"]) {
      add(job);
    }
  }

  // The priority that the order gives each job at the time asked for.
  json priorities(const json& vector) {
    Cluster cluster(fleet_);
    JobOrder& order = *policy_.order;
    policy_.site->check_fleet(fleet_);
    order.begin_run({fleet_,
                     *policy_.placer,
                     cluster.scopes(),
                     catalog_,
                     {},
                     *policy_.site,
                     policy_.admission,
                     false});
    const SimTime at = time(vector, "at");
    std::multimap<std::pair<SimTime, int>, std::function<void()>> events;
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      const Request& job = jobs_[i];
      const json& written = vector["jobs"][i];
      policy_.site->check(job, catalog_);
      events.emplace(std::pair(job.submit, 0), [&] { order.submitted(job, job.submit); });
      if (written.contains("started")) {
        const SimTime when = time(written, "started");
        events.emplace(std::pair(when, 1), [&order, &job, when] { order.started(job, {}, when); });
      }
      if (written.contains("ended")) {
        const SimTime when = time(written, "ended");
        events.emplace(std::pair(when, 2),
                       [&order, &job, when] { order.stopped(job, Stop::completed, when); });
      }
    }
    for (const auto& [when, event] : events) {
      event();
    }
    order.refresh(at);
    json all = json::object();
    for (const auto& [name, priority] : vector["priority"].items()) {
      const Request& job =
          jobs_[static_cast<std::size_t>(std::ranges::find(names_, name) - names_.begin())];
      all[name] = -order.key(job) & 0xffff'ffff;
    }
    return all;
  }

  // What becomes of each job when all are submitted and planned for once, in their order.
  json fates() {
    Cluster cluster(fleet_);
    Scheduler scheduler(policy_, cluster, {}, &catalog_);
    json all = json::object();
    std::vector<std::size_t> submitted;
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      if (const std::string why = scheduler.never(jobs_[i]); !why.empty()) {
        all[names_[i]] = "rejected: " + why.substr(0, why.find(':'));
      } else {
        scheduler.submit(jobs_[i]);
        submitted.push_back(i);
      }
    }
    Draft draft(cluster);
    scheduler.plan({}, draft);
    for (const std::size_t i : submitted) {
      const bool starts = std::ranges::count(draft.starts(), jobs_[i].id, &Draft::Start::job) > 0;
      all[names_[i]] = starts ? "starts" : std::string(to_string(scheduler.reason(jobs_[i].id)));
    }
    return all;
  }

 private:
  static SimTime time(const json& map, const std::string& key) {
    return SimTime{parse_duration(map.value(key, "0s")).value()};
  }

  void add(const json& job) {
    Request request;
    request.id = JobId(static_cast<std::uint32_t>(jobs_.size()));
    request.sequence = jobs_.size() + 1;
    request.number = request.sequence;
    request.submit = time(job, "submit");
    request.estimate = parse_duration(job.value("limit", "1h")).value();
    request.shape.tasks = job.value("tasks", 1U);
    request.shape.gpus = job.value("gpus", 0U);
    request.shape.cpu_milli = job.value("cpus", std::int64_t{0}) * 1000;
    request.shape.memory = job.value("memory_gib", std::int64_t{0}) << 30U;
    request.priority = job.value("priority", 0);
    request.tenant = catalog_.tenants.id(job.value("user", "nobody"));
    request.partition = catalog_.partitions.id(job.value("partition", "default"));
    Terms terms;
    terms.account = job.value("account", "");
    terms.qos = job.value("qos", "");
    terms.nice = job.value("nice", std::int64_t{0});
    terms.held = job.value("held", false);
    request.terms = std::make_shared<const Terms>(terms);
    jobs_.push_back(request);
    names_.push_back(job["name"]);
  }

  Fleet fleet_;
  Catalog catalog_;
  SettingsTree tree_;
  Policy policy_;
  std::vector<Request> jobs_;
  std::vector<std::string> names_;
};

}  // namespace

TEST_CASE("conformance: every fair-share factor is the one that was worked by hand") {
  CHECK(each_vector("fair_tree", [](const json& vector) {
          CHECK(factors_of(vector) == vector["factors"]);
        }) >= 8);
}

TEST_CASE("conformance: every multifactor priority is the one that was worked by hand") {
  CHECK(each_vector("multifactor", [](const json& vector) {
          CHECK(World(vector).priorities(vector) == vector["priority"]);
        }) >= 20);
}

TEST_CASE("conformance: every limit holds whom it held when worked by hand, for Slurm's reason") {
  CHECK(each_vector("limits", [](const json& vector) {
          CHECK(World(vector).fates() == vector["fates"]);
        }) >= 15);
}
