#include "simulator/failures/nodes.hpp"

#include <array>
#include <utility>

#include "core/check.hpp"

namespace berth {
namespace {

constexpr double day_s = 86'400;
constexpr double most_per_1000_node_days = 1e6;  // a thousand a day each
constexpr double least_shape = 0.05;
constexpr double most_shape = 1000;
constexpr double most_times = 1e4;

class NodeSource final : public FailureSource {
 public:
  NodeSource(RunKey run, std::uint32_t process, const Fleet& fleet, const Anatomy& anatomy,
             const Lasting& lasting, const Unequal& unequal)
      : fleet_(fleet), anatomy_(anatomy), clocks_(run, process, fleet.nodes(), lasting, unequal) {}

  bool next(Failure& failure) override {
    auto tick = clocks_.next();
    if (!tick) {
      return false;
    }
    failure.at = tick->at;
    failure.nodes.assign(1, {tick->entity, tick->entity + 1});
    failure.of_domain = false;
    anatomy_.draw(tick->draws, fleet_.kind(NodeId(tick->entity)).gpus, failure);
    return true;
  }

 private:
  const Fleet& fleet_;
  const Anatomy& anatomy_;
  Clocks clocks_;
};

class NodesThatFail final : public FailureProcess {
 public:
  NodesThatFail(double per_node_s, Anatomy anatomy, std::unique_ptr<const Lasting> lasting,
                const Unequal& unequal)
      : per_node_s_(per_node_s),
        anatomy_(std::move(anatomy)),
        lasting_(std::move(lasting)),
        unequal_(unequal) {}

  [[nodiscard]] std::unique_ptr<FailureSource> open(RunKey run, std::uint32_t index,
                                                    const Topology& topology) const override {
    return std::make_unique<NodeSource>(run, index, topology.fleet, anatomy_, *lasting_, unequal_);
  }
  [[nodiscard]] std::vector<std::string> causes() const override { return anatomy_.causes(); }
  [[nodiscard]] double interruptions_per_node_second(const Topology& /*topology*/) const override {
    return per_node_s_ * anatomy_.interrupting();
  }

 private:
  double per_node_s_;
  Anatomy anatomy_;
  std::unique_ptr<const Lasting> lasting_;
  Unequal unequal_;
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

constexpr std::array one_cause{CauseLine{"node"}};

}  // namespace

std::unique_ptr<const FailureProcess> nodes_that_fail(Setting setting, const NodeRates& usual) {
  const double per_node_s = read_rate(setting, usual);
  auto lasting = read_lasting(setting, 1 / per_node_s);
  const Unequal unequal = read_unequal(setting, usual);
  return std::make_unique<NodesThatFail>(per_node_s, Anatomy::read(setting, usual.causes),
                                         std::move(lasting), unequal);
}

std::unique_ptr<const FailureProcess> exponential(Setting setting) {
  return nodes_that_fail(setting, {std::nullopt, one_cause});
}

std::unique_ptr<const FailureProcess> weibull(Setting setting) {
  return nodes_that_fail(setting, {std::nullopt, one_cause});
}

}  // namespace berth
