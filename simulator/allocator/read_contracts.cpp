#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "core/units.hpp"
#include "simulator/allocator/capacity.hpp"
#include "simulator/allocator/contract.hpp"
#include "simulator/allocator/read_provider.hpp"

namespace berth {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

std::string of_list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

class Reader {
 public:
  Reader(Setting root, const Fleet& fleet, std::optional<Duration> horizon)
      : root_(root), fleet_(fleet), horizon_(horizon) {}

  BareMetal read() {
    read_tenants();
    if (fleet_.gpus_per_node() == 0) {
      root_.fail("leases nodes with GPUs, but the cluster has none");
    }
    terms_.when_full = root_.choice_or("when_full", "refuse", {"refuse", "queue"}) == 0
                           ? BareMetal::WhenFull::refuse
                           : BareMetal::WhenFull::queue;
    if (const auto level = root_.find("isolation")) {
      isolation_ = read_level(*level);
    }
    read_provider(root_, fleet_, horizon_, terms_);
    read_contracts();
    return std::move(terms_);
  }

 private:
  void read_tenants() {
    for (const Setting& tenant : root_.at("tenants").items()) {
      std::string name = read_name(tenant);
      if (std::ranges::count(terms_.tenants, name) > 0) {
        tenant.fail("'" + name + "' is named twice", "keep one of them");
      }
      terms_.tenants.push_back(std::move(name));
    }
    if (terms_.tenants.empty()) {
      root_.at("tenants").fail("lists no tenant", "tenants: [NAME, ...]");
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
      refuse_second(map.at("name"), one.name, terms_.contracts);
      terms_.contracts.push_back(std::move(one));
    }
    if (const auto list = root_.find("drawn")) {
      for (const Setting& map : list->items()) {
        Drawn drawn = read_drawn(map);
        refuse_second(map.at("name"), drawn.name, terms_.drawn);
        refuse_name_to_come(map.at("name"), drawn.name);
        terms_.drawn.push_back(std::move(drawn));
      }
    }
    if (terms_.contracts.empty() && terms_.drawn.empty()) {
      root_.fail("has no contracts", "contracts: [{name, tenant, nodes, term}], or drawn: ...");
    }
    for (std::size_t i = 0; i < settings.size(); ++i) {
      refuse_beyond_capacity(settings[i], terms_.contracts[i]);
    }
  }
  template <class Named>
  static void refuse_second(Setting at, const std::string& name,
                            const std::vector<Named>& earlier) {
    if (std::ranges::find(earlier, name, &Named::name) != earlier.end()) {
      at.fail("'" + name + "' is the name of an earlier one", "each needs a name of its own");
    }
  }
  // Leases that are drawn are called NAME1, NAME2 and so on.
  void refuse_name_to_come(Setting at, const std::string& drawn) const {
    const auto would_be = [&](const std::string& name) {
      return name.size() > drawn.size() && name.starts_with(drawn) &&
             name.find_first_not_of("0123456789", drawn.size()) == std::string::npos;
    };
    for (const Contract& one : terms_.contracts) {
      if (would_be(one.name)) {
        at.fail("a lease that is drawn would be called '" + one.name + "', as a contract is",
                "another name");
      }
    }
    for (const Drawn& other : terms_.drawn) {
      if (would_be(other.name) ||
          (drawn.starts_with(other.name) &&
           drawn.find_first_not_of("0123456789", other.name.size()) == std::string::npos)) {
        at.fail("its leases may be called as those of '" + other.name + "'", "another name");
      }
    }
  }
  Contract read_contract(Setting map) {
    Contract one;
    one.name = read_name(map.at("name"));
    one.tenant = read_tenant(map.at("tenant"));
    one.kind = read_kind(map, "reserved");
    one.start = SimTime{map.duration_or("start", Duration{})};
    if (horizon_ && one.start >= SimTime{*horizon_}) {
      map.at("start").fail("is when the run is over: its horizon is " + format_duration(*horizon_),
                           "an earlier start, or a longer horizon");
    }
    one.term = map.at("term").duration();
    if (one.term == Duration{}) {
      map.at("term").fail("must be longer than 0", "like 30d");
    }
    read_rest(map, one);
    one.nodes = static_cast<std::uint32_t>(map.at("nodes").count(1, most_nodes));
    refuse_larger_than_fleet(map.at("nodes"), one);
    if (const auto leaves = map.find("leaves_after")) {
      one.leaves_after = leaves->duration();
      if (*one.leaves_after == Duration{}) {
        leaves->fail("must be longer than 0", "leave out a contract that nobody uses");
      }
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
      map.at("tenants").fail("lists no tenant", "tenants: [NAME, ...]");
    }
    drawn.kind = read_kind(map, "on_demand");
    drawn.mean_gap = map.at("mean_gap").duration();
    if (drawn.mean_gap < seconds(1)) {
      map.at("mean_gap").fail("must be at least 1s", "like 12h");
    }
    drawn.term = Distribution::read(map.at("term"));
    if (drawn.term.mean() == Duration{}) {
      map.at("term").fail("must be longer than 0", "like 2d, or {kind: exponential, mean: 2d}");
    }
    read_rest(map, drawn.like);
    const auto nodes = map.at("nodes").items();
    if (nodes.size() != 2) {
      map.at("nodes").fail("is not [LEAST, MOST]", "like [1, 8]");
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
      at.fail("must be a name without commas, quotes and line breaks", "like lab_1");
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
      one.within = read_level(*level, false);
    }
    one.alone_in = isolation_;
    if (const auto level = map.find("alone_in")) {
      one.alone_in = read_level(*level);
    }
    one.replace_within = map.duration_or("replace_within", hours(4));
    if (const auto patience = map.find("replace_after")) {
      one.replace_after = patience->duration();
    }
    if (const auto lead = map.find("lead_time")) {
      one.lead_time = Distribution::read(*lead);
    }
    one.extends = map.duration_or("extends", Duration{});
  }
  // Of the largest nodes with this model.
  std::uint32_t gpus_of(Setting map, const std::string& model) {
    std::uint32_t gpus = 0;
    for (const NodeKind& kind : fleet_.kinds()) {
      gpus = model.empty() || kind.gpu_model == model ? std::max(gpus, kind.gpus) : gpus;
    }
    if (gpus == 0) {
      std::vector<std::string> known;
      for (const NodeKind& kind : fleet_.kinds()) {
        if (!kind.gpu_model.empty() && std::ranges::count(known, kind.gpu_model) == 0) {
          known.push_back(kind.gpu_model);
        }
      }
      map.at("model").fail("no node has GPUs of the model '" + model + "'",
                           known.empty() ? "its nodes say nothing of theirs: leave it out"
                                         : "it has: " + of_list(known));
    }
    return gpus;
  }
  // Nothing for "none", where that is one of the answers.
  std::optional<LevelId> read_level(Setting at, bool or_none = true) {
    const std::string name = at.text();
    if (const auto level = fleet_.find_level(name)) {
      return level;
    }
    if (or_none && name == "none") {
      return std::nullopt;
    }
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < fleet_.levels(); ++i) {
      names.push_back(fleet_.level_name(LevelId(i)));
    }
    at.fail("the cluster has no level '" + name + "'",
            names.empty() ? "it has no domains" : "it has: " + of_list(names));
  }

  // --- what the fleet can give ------------------------------------------------------------------
  void refuse_larger_than_fleet(Setting at, const Contract& one) const {
    const std::uint32_t all = capacity().suiting(one, {0, fleet_.nodes()});
    if (one.nodes > all) {
      at.fail(fmt::format("a lease of {} nodes is larger than the cluster", one.nodes),
              fmt::format("it has {} such nodes", all));
    }
    if (!one.within) {
      return;
    }
    const std::uint32_t most = capacity().most_within(one);
    if (one.nodes > most) {
      at.fail(fmt::format("no {} has {} such nodes", fleet_.level_name(*one.within), one.nodes),
              fmt::format("the largest has {}{}", most,
                          terms_.spares.count > 0 ? " that are not kept back" : ""));
    }
  }
  [[nodiscard]] Capacity capacity() const { return Capacity(fleet_, terms_.spares); }
  // Spares, in all.
  [[nodiscard]] std::uint64_t kept_back() const {
    const LeaseSpares& spares = terms_.spares;
    return std::uint64_t{spares.count} * (spares.per ? fleet_.domains(*spares.per) : 1);
  }
  static SimTime usual_begin(const Contract& one) {
    return after(one.start, one.lead_time ? one.lead_time->mean() : Duration{});
  }
  // What is promised at the time that this one starts, of nodes like its own, may not be more than
  // there will be. Those that come and go (on demand, spot) find room or not.
  void refuse_beyond_capacity(Setting map, const Contract& one) const {
    if (one.kind != LeaseKind::reserved || terms_.when_full == BareMetal::WhenFull::queue) {
      return;
    }
    std::vector<Contract> at_once;
    std::uint64_t promised = 0;
    for (const Contract& other : terms_.contracts) {
      const SimTime begins = usual_begin(other);
      const SimTime end = after(begins, other.leaves_after.value_or(other.term));
      if (other.kind == LeaseKind::reserved && begins <= usual_begin(one) &&
          usual_begin(one) < end) {
        promised += may_share(other, one) ? other.nodes : 0U;
        at_once.push_back(other);
      }
    }
    std::uint64_t there = capacity().suiting(one, {0, fleet_.nodes()});
    there -= std::min(there, kept_back());
    for (const Delivery& late : terms_.deliveries) {
      if (late.at > usual_begin(one)) {
        there -= static_cast<std::uint64_t>(std::ranges::count_if(late.nodes, [&](NodeId node) {
          return capacity().suiting(one, {node.index(), node.index() + 1}) > 0;
        }));
      }
    }
    if (promised > there) {
      map.at("nodes").fail(
          fmt::format("{} nodes are reserved then, but there are {}", promised, there),
          "fewer nodes, another start, or when_full: queue");
    }
    if (const auto why = capacity().too_many(at_once)) {
      map.at("nodes").fail("together with what is reserved then: " + *why,
                           "fewer nodes, another start, or when_full: queue");
    }
  }

  static constexpr std::int64_t most_nodes = 10'000'000;
  Setting root_;
  const Fleet& fleet_;
  std::optional<Duration> horizon_;
  std::optional<LevelId> isolation_;
  BareMetal terms_;
};

}  // namespace

std::optional<BareMetal> read_bare_metal(Setting root, const Fleet& fleet) {
  const auto map = root.find("bare_metal");
  const auto horizon = root.find("horizon");
  return map ? std::optional(
                   Reader(*map, fleet, horizon ? std::optional(horizon->duration()) : std::nullopt)
                       .read())
             : std::nullopt;
}

}  // namespace berth
