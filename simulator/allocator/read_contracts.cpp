#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "simulator/allocator/contract.hpp"
#include "topology/marks.hpp"

namespace berth {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

Distribution lognormal(Duration median, double sigma) {
  return Distribution(Distribution::Lognormal{median, sigma});
}

std::string of_list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

class Reader {
 public:
  Reader(Setting root, const Fleet& fleet) : root_(root), fleet_(fleet) {}

  BareMetal read() {
    for (const Setting& tenant : root_.at("tenants").items()) {
      terms_.tenants.push_back(read_name(tenant));
    }
    if (terms_.tenants.empty()) {
      root_.at("tenants").fail("lists no tenant");
    }
    if (fleet_.gpus_per_node() == 0) {
      root_.fail("leases nodes with GPUs, but the cluster has none");
    }
    terms_.when_full = root_.choice_or("when_full", "refuse", {"refuse", "queue"}) == 0
                           ? BareMetal::WhenFull::refuse
                           : BareMetal::WhenFull::queue;
    read_isolation();
    read_works();
    read_deliveries();
    read_contracts();
    return std::move(terms_);
  }

 private:
  // --- what the provider does -------------------------------------------------------------------
  void read_isolation() {
    if (const auto level = root_.find("isolation")) {
      isolation_ = level->text() == "none" ? std::nullopt : std::optional(read_level(*level));
    }
  }
  // Medians of Ironic and of clouds of its kind: 12 minutes to deploy, of which one in a hundred
  // fails; two minutes to erase by dropping keys; a test of 20 minutes (CoreWeave's HPC
  // verification); three days of burn-in.
  void read_works() {
    terms_.provision.lasts = lognormal(seconds(720), 0.35);
    terms_.provision.fails = 0.01;
    terms_.clean.lasts = Distribution(Distribution::Constant{seconds(120)});
    terms_.clean.fails = 0.01;
    terms_.test = Distribution(Distribution::Constant{seconds(1200)});
    terms_.burn_in = Distribution(Distribution::Constant{hours(72)});
    terms_.repair = lognormal(hours(4), 0.8);
    read_work("provision", terms_.provision);
    read_work("clean", terms_.clean);
    read_over("test", terms_.test);
    read_over("burn_in", terms_.burn_in);
    read_over("repair", terms_.repair);
  }
  void read_over(std::string_view key, Distribution& lasts) {
    if (const auto written = root_.find(key)) {
      lasts = Distribution::read(*written);
    }
  }
  void read_work(std::string_view key, Work& work) {
    const auto map = root_.find(key);
    if (!map) {
      return;
    }
    constexpr std::int64_t most = 1'000'000;
    if (const auto lasts = map->find("lasts")) {
      work.lasts = Distribution::read(*lasts);
    }
    constexpr double fails_most = 0.99;
    work.fails = map->number_or("fails", work.fails, 0, fails_most);
    work.attempts = static_cast<std::uint32_t>(map->count_or("attempts", work.attempts, 1, 100));
    work.at_once = static_cast<std::uint32_t>(map->count_or("at_once", work.at_once, 1, most));
  }
  void read_deliveries() {
    const auto list = root_.find("deliveries");
    if (!list) {
      return;
    }
    std::vector<NodeId> all;
    for (const Setting& map : list->items()) {
      Delivery one{nodes_named(map.at("nodes"), fleet_), SimTime{map.at("at").duration()}};
      all.insert(all.end(), one.nodes.begin(), one.nodes.end());
      terms_.deliveries.push_back(std::move(one));
    }
    std::ranges::sort(all);
    if (std::ranges::adjacent_find(all) != all.end()) {
      list->fail("delivers a node twice");
    }
  }

  // --- what tenants sign ------------------------------------------------------------------------
  void read_contracts() {
    std::vector<Setting> settings;
    if (const auto list = root_.find("contracts")) {
      settings = list->items();
    }
    for (const Setting& map : settings) {
      Contract one = read_contract(map);
      if (std::ranges::find(terms_.contracts, one.name, &Contract::name) !=
          terms_.contracts.end()) {
        map.at("name").fail("'" + one.name + "' is the name of an earlier one");
      }
      terms_.contracts.push_back(std::move(one));
    }
    if (const auto list = root_.find("drawn")) {
      for (const Setting& map : list->items()) {
        terms_.drawn.push_back(read_drawn(map));
      }
    }
    if (terms_.contracts.empty() && terms_.drawn.empty()) {
      root_.fail("has no contracts", "contracts: [{name, tenant, nodes, term}], or drawn: ...");
    }
    for (std::size_t i = 0; i < settings.size(); ++i) {
      refuse_beyond_capacity(settings[i], terms_.contracts[i]);
    }
  }
  Contract read_contract(Setting map) {
    Contract one;
    one.name = read_name(map.at("name"));
    one.tenant = read_tenant(map.at("tenant"));
    one.kind = read_kind(map, "reserved");
    one.start = SimTime{map.duration_or("start", Duration{})};
    one.term = map.at("term").duration();
    if (one.term == Duration{}) {
      map.at("term").fail("must be longer than 0");
    }
    read_rest(map, one);
    one.nodes = static_cast<std::uint32_t>(map.at("nodes").count(1, most_nodes));
    refuse_larger_than_fleet(map.at("nodes"), one);
    if (const auto leaves = map.find("leaves_after")) {
      one.leaves_after = leaves->duration();
      if (*one.leaves_after >= one.term) {
        leaves->fail("must be shorter than the term", "leave it out for a whole term");
      }
    }
    return one;
  }
  Drawn read_drawn(Setting map) {
    Drawn drawn;
    drawn.name = read_name(map.at("name"));
    for (const Setting& tenant : map.at("tenants").items()) {
      drawn.tenants.push_back(read_tenant(tenant));
    }
    if (drawn.tenants.empty()) {
      map.at("tenants").fail("lists no tenant");
    }
    drawn.kind = read_kind(map, "on_demand");
    drawn.mean_gap = map.at("mean_gap").duration();
    if (drawn.mean_gap < seconds(1)) {
      map.at("mean_gap").fail("must be at least 1s");
    }
    drawn.term = Distribution::read(map.at("term"));
    read_rest(map, drawn.like);
    const auto nodes = map.at("nodes").items();
    if (nodes.size() != 2) {
      map.at("nodes").fail("is not [LEAST, MOST]");
    }
    drawn.nodes_least = static_cast<std::uint32_t>(nodes[0].count(1, most_nodes));
    drawn.nodes_most = static_cast<std::uint32_t>(nodes[1].count(drawn.nodes_least, most_nodes));
    Contract largest = drawn.like;
    largest.nodes = drawn.nodes_most;
    refuse_larger_than_fleet(map.at("nodes"), largest);
    return drawn;
  }
  std::string read_tenant(Setting at) {
    std::string name = at.text();
    if (std::ranges::find(terms_.tenants, name) == terms_.tenants.end()) {
      at.fail("no such tenant '" + name + "'", "tenants: " + of_list(terms_.tenants));
    }
    return name;
  }
  // It stands in leases.csv as it is.
  static std::string read_name(Setting at) {
    std::string name = at.text();
    if (name.empty() || name.find_first_of(",\"\r\n") != std::string::npos) {
      at.fail("must be a name without commas, quotes and line breaks");
    }
    return name;
  }
  static LeaseKind read_kind(Setting map, std::string_view otherwise) {
    return static_cast<LeaseKind>(
        map.choice_or("kind", otherwise, {"reserved", "on_demand", "spot"}));
  }
  void read_rest(Setting map, Contract& one) {
    if (const auto model = map.find("model")) {
      one.model = model->text();
    }
    one.gpus_per_node = gpus_of(map, one.model);
    if (const auto level = map.find("within")) {
      one.within = read_level(*level);
    }
    one.alone_in = isolation_;
    if (const auto level = map.find("alone_in")) {
      one.alone_in = read_level(*level);
    }
    one.replace_within = map.duration_or("replace_within", hours(4));
    one.extends = map.duration_or("extends", Duration{});
  }
  // Of the largest nodes with this model.
  std::uint32_t gpus_of(Setting map, const std::string& model) {
    std::uint32_t gpus = 0;
    for (const NodeKind& kind : fleet_.kinds()) {
      gpus = model.empty() || kind.gpu_model == model ? std::max(gpus, kind.gpus) : gpus;
    }
    if (gpus == 0) {
      map.at("model").fail("no node has GPUs of the model '" + model + "'");
    }
    return gpus;
  }
  LevelId read_level(Setting at) {
    if (const auto level = fleet_.find_level(at.text())) {
      return *level;
    }
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < fleet_.levels(); ++i) {
      names.push_back(fleet_.level_name(LevelId(i)));
    }
    at.fail("the cluster has no level '" + at.text() + "'",
            names.empty() ? "it has no domains" : "it has: " + of_list(names));
  }

  // --- what the fleet can give ------------------------------------------------------------------
  [[nodiscard]] bool suits(NodeId node, const Contract& one) const {
    const NodeKind& kind = fleet_.kind(node);
    return kind.gpus == one.gpus_per_node && (one.model.empty() || kind.gpu_model == one.model);
  }
  [[nodiscard]] std::uint32_t nodes_for(const Contract& one, NodeRange range) const {
    std::uint32_t count = 0;
    for (std::uint32_t node = range.first; node < range.past; ++node) {
      count += suits(NodeId(node), one) ? 1U : 0U;
    }
    return count;
  }
  void refuse_larger_than_fleet(Setting at, const Contract& one) const {
    const std::uint32_t all = nodes_for(one, {0, fleet_.nodes()});
    if (one.nodes > all) {
      at.fail(fmt::format("a lease of {} nodes is larger than the cluster", one.nodes),
              fmt::format("it has {} such nodes", all));
    }
    if (!one.within) {
      return;
    }
    std::uint32_t most = 0;
    for (std::uint32_t i = 0; i < fleet_.domains(*one.within); ++i) {
      most = std::max(most, nodes_for(one, fleet_.nodes_in(fleet_.domain(*one.within, i))));
    }
    if (one.nodes > most) {
      at.fail(fmt::format("no {} has {} such nodes", fleet_.level_name(*one.within), one.nodes),
              fmt::format("the largest has {}", most));
    }
  }
  // What is promised at the time that this one starts, of nodes like its own, may not be more than
  // there will be. Those that come and go (on demand, spot) find room or not.
  void refuse_beyond_capacity(Setting map, const Contract& one) const {
    if (one.kind != LeaseKind::reserved || terms_.when_full == BareMetal::WhenFull::queue) {
      return;
    }
    std::uint64_t promised = 0;
    for (const Contract& other : terms_.contracts) {
      const SimTime end = after(other.start, other.leaves_after.value_or(other.term));
      if (other.kind == LeaseKind::reserved && other.model == one.model &&
          other.start <= one.start && one.start < end) {
        promised += other.nodes;
      }
    }
    std::uint64_t there = nodes_for(one, {0, fleet_.nodes()});
    for (const Delivery& late : terms_.deliveries) {
      if (late.at > one.start) {
        there -= static_cast<std::uint64_t>(
            std::ranges::count_if(late.nodes, [&](NodeId node) { return suits(node, one); }));
      }
    }
    if (promised > there) {
      map.at("nodes").fail(
          fmt::format("{} nodes are reserved then, but there are {}", promised, there),
          "fewer nodes, another start, or when_full: queue");
    }
  }

  static constexpr std::int64_t most_nodes = 10'000'000;
  Setting root_;
  const Fleet& fleet_;
  std::optional<LevelId> isolation_;
  BareMetal terms_;
};

}  // namespace

std::optional<BareMetal> read_bare_metal(Setting root, const Fleet& fleet) {
  const auto map = root.find("bare_metal");
  return map ? std::optional(Reader(*map, fleet).read()) : std::nullopt;
}

}  // namespace berth
