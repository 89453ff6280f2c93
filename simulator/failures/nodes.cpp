#include "simulator/failures/nodes.hpp"

#include <array>
#include <utility>

#include "cluster/gpu_shares.hpp"
#include "core/samplers.hpp"

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
};

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
    return true;
  }

 private:
  RunKey run_;
  std::uint32_t process_;
  const Fleet& fleet_;
  const NodeFailures& nodes_;
  Clocks clocks_;
};

class NodesThatFail final : public FailureProcess {
 public:
  explicit NodesThatFail(NodeFailures nodes) : nodes_(std::move(nodes)) {}

  [[nodiscard]] std::unique_ptr<FailureSource> open(RunKey run, std::uint32_t index,
                                                    const Topology& topology) const override {
    return std::make_unique<NodeSource>(run, index, topology.fleet, nodes_);
  }
  [[nodiscard]] std::vector<std::string> causes() const override { return nodes_.anatomy.causes(); }
  [[nodiscard]] double interruptions_per_node_second(const Topology& /*topology*/) const override {
    return nodes_.per_node_s * nodes_.anatomy.interrupting();
  }

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

constexpr std::array one_cause{CauseLine{"node"}};

}  // namespace

std::unique_ptr<const FailureProcess> nodes_that_fail(Setting setting, const NodeRates& usual) {
  const double per_node_s = read_rate(setting, usual);
  auto lasting = read_lasting(setting, 1 / per_node_s);
  const Unequal unequal = read_unequal(setting, usual);
  const double load_factor = read_load_factor(setting);
  return std::make_unique<NodesThatFail>(NodeFailures{
      per_node_s, Anatomy::read(setting, usual.causes), std::move(lasting), unequal, load_factor});
}

std::unique_ptr<const FailureProcess> exponential(Setting setting) {
  return nodes_that_fail(setting, {std::nullopt, one_cause});
}

std::unique_ptr<const FailureProcess> weibull(Setting setting) {
  return nodes_that_fail(setting, {std::nullopt, one_cause});
}

}  // namespace berth
