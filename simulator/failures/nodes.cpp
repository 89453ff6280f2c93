#include "simulator/failures/nodes.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "cluster/gpu_shares.hpp"
#include "core/samplers.hpp"
#include "simulator/failures/prediction.hpp"

namespace berth {
namespace {

constexpr double day_s = 86'400;
constexpr double most_per_1000_node_days = 1e6;  // a thousand a day each
constexpr double least_shape = 0.05;
constexpr double most_shape = 1000;
constexpr double most_times = 1e4;

// Failures come as often as they do under full load. An idle node is spared all but 1 / factor of
// them (thinning: Lewis and Shedler 1979), and between the two it goes by the GPUs that are held:
// P(needs <= s) = (1 + s (factor - 1)) / factor.
std::uint32_t needs_held(double load_factor, std::uint32_t gpus, Random& signs) {
  const double drawn = uniform(signs);
  if (load_factor <= 1) {
    return 0;
  }
  const double part = (drawn * load_factor - 1) / (load_factor - 1);
  return part <= 0 ? 0 : static_cast<std::uint32_t>(part * gpus * gpu_milli_all) + 1;
}

struct NodeFailures {
  double per_node_s = 0;
  Anatomy anatomy;
  std::unique_ptr<const Lasting> lasting;
  Unequal unequal;
  double load_factor = 1;
  std::vector<bool> silent{};  // by cause
  bool slow = false;
  double least_slowdown = 1;
  double most_slowdown = 1;
  std::optional<Prediction> prediction{};

  [[nodiscard]] bool foreseeable(std::size_t cause) const {
    return !slow && !silent[cause] && !anatomy.of_software(cause);
  }
  // At the same draws whatever there is of it.
  void hide(Random& signs, Failure& failure) const;
};

void NodeFailures::hide(Random& signs, Failure& failure) const {
  failure.luck = uniform(signs);
  const double slowdown = least_slowdown + uniform(signs) * (most_slowdown - least_slowdown);
  failure.until_tested = silent[failure.cause];
  failure.effect = failure.until_tested ? Effect::corrupts : Effect::stops;
  if (slow) {
    failure.effect = Effect::slows;
    failure.slowed_to = RunSpeed::slowed(slowdown);
  }
  const double seen = uniform(signs);
  failure.foretold = prediction && seen < prediction->recall && foreseeable(failure.cause);
}

class NodeSource final : public FailureSource {
 public:
  NodeSource(RunKey run, std::uint32_t process, const Fleet& fleet, const NodeFailures& nodes)
      : run_(run),
        process_(process),
        fleet_(fleet),
        nodes_(nodes),
        clocks_(run, process, fleet.nodes(), *nodes.lasting, nodes.unequal) {}

  bool next(Failure& failure) override {
    auto tick = clocks_.next();
    if (!tick) {
      return false;
    }
    failure.at = tick->at;
    failure.nodes.assign(1, {tick->entity, tick->entity + 1});
    failure.of_domain = false;
    const std::uint32_t gpus = fleet_.kind(NodeId(tick->entity)).gpus;
    nodes_.anatomy.draw(tick->draws, gpus, failure);
    Random signs = Clocks::draws(run_, process_, tick->entity, tick->k, Stream::signs);
    failure.needs_held_milli = needs_held(nodes_.load_factor, gpus, signs);
    nodes_.hide(signs, failure);
    // Of an ordinary node one in lemon_times of its failures.
    failure.of_lemon =
        uniform(signs) * nodes_.unequal.lemon_times >= 1 && clocks_.is_lemon(tick->entity);
    return true;
  }

 private:
  RunKey run_;
  std::uint32_t process_;
  const Fleet& fleet_;
  const NodeFailures& nodes_;
  Clocks clocks_;
};

class FalseAlarms final : public FailureSource {
 public:
  FalseAlarms(RunKey run, std::uint32_t process, const Fleet& fleet, const NodeFailures& nodes)
      : nodes_(nodes),
        cause_(static_cast<std::uint32_t>(nodes.anatomy.causes().size())),
        lasting_(lasts_exponentially(1 / nodes.prediction->false_per_node_s)),
        clocks_(run, process, fleet.nodes(), *lasting_, {}, Stream::false_alarms) {}

  bool next(Failure& failure) override {
    auto tick = clocks_.next();
    if (!tick) {
      return false;
    }
    failure = Failure{};
    failure.at = tick->at;
    failure.nodes.assign(1, {tick->entity, tick->entity + 1});
    failure.cause = cause_;
    failure.severity = Severity::low;
    failure.warns = true;
    failure.clears = nodes_.prediction->jobs_leave;
    nodes_.anatomy.repairs().draw(Mend::reboot, tick->draws, failure.course);
    return true;
  }

 private:
  const NodeFailures& nodes_;
  std::uint32_t cause_;
  std::unique_ptr<const Lasting> lasting_;
  Clocks clocks_;
};

class NodesThatFail final : public FailureProcess {
 public:
  explicit NodesThatFail(NodeFailures nodes) : nodes_(std::move(nodes)) {}

  [[nodiscard]] std::unique_ptr<FailureSource> open(RunKey run, std::uint32_t index,
                                                    const Topology& topology) const override {
    auto failures = std::make_unique<NodeSource>(run, index, topology.fleet, nodes_);
    if (!nodes_.prediction) {
      return failures;
    }
    std::vector<std::unique_ptr<FailureSource>> all;
    all.push_back(std::make_unique<Foretelling>(std::move(failures), *nodes_.prediction));
    if (nodes_.prediction->false_per_node_s > 0) {
      all.push_back(std::make_unique<FalseAlarms>(run, index, topology.fleet, nodes_));
    }
    return merge_failures(std::move(all));
  }
  [[nodiscard]] std::vector<std::string> causes() const override {
    std::vector<std::string> causes = nodes_.anatomy.causes();
    if (nodes_.prediction) {
      causes.emplace_back("false_alarm");
    }
    return causes;
  }
  [[nodiscard]] double interruptions_per_node_second(const Topology& /*topology*/) const override {
    return nodes_.per_node_s * nodes_.anatomy.interrupting();
  }
  [[nodiscard]] bool slows() const override { return nodes_.slow; }

 private:
  NodeFailures nodes_;
};

// Per node and second; more than 0.
double read_rate(Setting process, const NodeRates& usual) {
  constexpr std::string_view key = "rate_per_1000_node_days";
  constexpr double least = 1e-9;
  const double rate =
      usual.per_1000_node_days
          ? process.number_or(key, *usual.per_1000_node_days, least, most_per_1000_node_days)
          : process.at(key).number(least, most_per_1000_node_days);
  return rate / 1000 / day_s;
}

Unequal read_unequal(Setting process, const NodeRates& usual) {
  Unequal unequal;
  unequal.lemons = usual.lemons;
  unequal.lemon_times = usual.lemon_times;
  if (const auto shape = process.find("overdispersion")) {
    unequal.gamma_shape = shape->number(least_shape, most_shape);
  }
  if (const auto lemons = process.find("lemons")) {
    unequal.lemons = lemons->at("share").number(0, 1);
    unequal.lemon_times = lemons->at("times").number(1, most_times);
  }
  return unequal;
}

std::unique_ptr<const Lasting> read_lasting(Setting process, double mean_s) {
  if (process.kind() == "weibull") {
    return lasts_weibull(mean_s, process.at("shape").number(least_shape, most_shape));
  }
  const auto infancy = process.find("infancy");
  if (!infancy) {
    return lasts_exponentially(mean_s);
  }
  const Setting lasts = infancy->at("lasts");
  const double tau_s = static_cast<double>(lasts.duration().count()) / 1e9;
  if (tau_s <= 0) {
    lasts.fail("must be longer than 0");
  }
  constexpr double least_times = 1e-3;
  return lasts_after_infancy(mean_s, infancy->at("times").number(least_times, most_times), tau_s);
}

double read_load_factor(Setting process) {
  const double factor = process.number_or("load_factor", 1, 1, most_times);
  if (factor > 1 && process.kind() == "weibull") {
    process.at("load_factor")
        .fail("is of nodes that fail at a rate, and those of weibull wear", "take exponential");
  }
  return factor;
}

// By cause of the anatomy.
std::vector<bool> read_silent(Setting process, const Anatomy& anatomy) {
  const std::vector<std::string> causes = anatomy.causes();
  std::vector<bool> silent(causes.size());
  const auto written = process.find("silent");
  for (const Setting& one : written ? written->items() : std::vector<Setting>{}) {
    const auto which =
        static_cast<std::size_t>(std::ranges::find(causes, one.text()) - causes.begin());
    if (which == causes.size()) {
      std::string known;
      for (const std::string& cause : causes) {
        known += (known.empty() ? "" : ", ") + cause;
      }
      one.fail("no such cause '" + one.text() + "'", "known: " + known);
    }
    if (!anatomy.evicts(which)) {
      one.fail("tests find what is wrong with a node, and who runs there leaves at once",
               "a cause of high severity that is not of software");
    }
    silent[which] = true;
  }
  return silent;
}

std::optional<Prediction> read_prediction(Setting process, const NodeFailures& nodes) {
  const auto map = process.find("prediction");
  if (!map) {
    return std::nullopt;
  }
  constexpr double least_precision = 0.001;
  Prediction prediction;
  prediction.precision = map->number_or("precision", prediction.precision, least_precision, 1);
  prediction.recall = map->number_or("recall", prediction.recall, 0, 1);
  prediction.lead = map->duration_or("lead", std::chrono::hours(2));
  prediction.jobs_leave = map->choice_or("jobs", "stay", {"stay", "leave"}) == 1;
  double foreseeable = 0;
  for (std::size_t cause = 0; cause < nodes.silent.size(); ++cause) {
    foreseeable += nodes.foreseeable(cause) ? nodes.anatomy.share(cause) : 0;
  }
  if (foreseeable <= 0) {
    map->fail("nothing of what fails can be foreseen",
              "failures of nodes can, of software, of stragglers and what is silent not");
  }
  prediction.false_per_node_s = nodes.per_node_s * foreseeable * prediction.recall *
                                (1 - prediction.precision) / prediction.precision;
  return prediction;
}

void read_slowdown(Setting process, NodeFailures& nodes) {
  const Setting written = process.at("slowdown");
  constexpr double most = 1000;
  if (written.is_map()) {
    nodes.least_slowdown = written.at("least").number(1, most);
    nodes.most_slowdown = written.at("most").number(nodes.least_slowdown, most);
  } else {
    nodes.least_slowdown = nodes.most_slowdown = written.number(1, most);
  }
  if (std::ranges::count(nodes.silent, false) > 0) {
    static_cast<void>(process.at("noticed_after"));  // no usual one is known
  }
}

constexpr std::array one_cause{CauseLine{"node"}};
constexpr std::array slow_cause{CauseLine{"straggler"}};

}  // namespace

std::unique_ptr<const FailureProcess> nodes_that_fail(Setting setting, const NodeRates& usual) {
  const double per_node_s = read_rate(setting, usual);
  auto lasting = read_lasting(setting, 1 / per_node_s);
  const Unequal unequal = read_unequal(setting, usual);
  NodeFailures nodes{per_node_s, Anatomy::read(setting, usual.causes), std::move(lasting), unequal,
                     read_load_factor(setting)};
  nodes.silent = read_silent(setting, nodes.anatomy);
  nodes.slow = usual.slow;
  if (usual.slow) {
    read_slowdown(setting, nodes);
  }
  nodes.prediction = read_prediction(setting, nodes);
  return std::make_unique<NodesThatFail>(std::move(nodes));
}

std::unique_ptr<const FailureProcess> exponential(Setting setting) {
  return nodes_that_fail(setting, {std::nullopt, one_cause});
}

std::unique_ptr<const FailureProcess> stragglers(Setting setting) {
  NodeRates usual{std::nullopt, slow_cause};
  usual.slow = true;
  return nodes_that_fail(setting, usual);
}

std::unique_ptr<const FailureProcess> weibull(Setting setting) {
  return nodes_that_fail(setting, {std::nullopt, one_cause});
}

}  // namespace berth
