// What takes many nodes at once: a rack's power, a leaf, a CDU, a site.
//
//   {kind: domains, of: rack, mtbf: 2920d, repair: 4h, cause: rack_power}
//
// `of` is a level of the fleet (rack, leaf, site ...), or `pdu` or `cdu` of its plant. Each of them
// fails at a constant rate, is noticed after `noticed_after` (10 s) and lasts `repair`; whoever is
// out already stays out as long.
#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/check.hpp"
#include "core/distribution.hpp"
#include "simulator/failures/anatomy.hpp"
#include "simulator/failures/clocks.hpp"
#include "simulator/failures/failure_source.hpp"

namespace berth {
namespace {

using Ranges = std::vector<NodeRange>;

// The nodes of each; nothing where the cluster has none of that name.
std::optional<std::vector<Ranges>> entities(const Topology& topology, std::string_view of) {
  std::vector<Ranges> all;
  for (const SharedFate& fate : topology.plant.fates) {
    if (fate_name(fate.kind) == of && !fate.nodes.empty()) {
      all.push_back(fate.nodes);
    }
  }
  const Fleet& fleet = topology.fleet;
  const auto level = fleet.find_level(of);
  const std::uint32_t domains = all.empty() && level ? fleet.domains(*level) : 0;
  for (std::uint32_t i = 0; i < domains; ++i) {
    all.push_back({fleet.nodes_in(fleet.domain(*level, i))});
  }
  return all.empty() ? std::nullopt : std::optional(std::move(all));
}

struct Options {
  std::string of;
  double mean_s = 0;
  Distribution repair;
  Distribution noticed_after;
};

class DomainSource final : public FailureSource {
 public:
  DomainSource(RunKey run, std::uint32_t process, std::vector<Ranges> entities,
               const Options& options, const Lasting& lasting)
      : entities_(std::move(entities)),
        options_(options),
        clocks_(run, process, static_cast<std::uint32_t>(entities_.size()), lasting, {}) {}

  bool next(Failure& failure) override {
    auto tick = clocks_.next();
    if (!tick) {
      return false;
    }
    failure = Failure{};
    failure.at = tick->at;
    failure.nodes = entities_[tick->entity];
    failure.of_domain = true;
    failure.noticed_after = options_.noticed_after.sample(tick->draws);
    failure.course = {{NodeState::triage, options_.repair.sample(tick->draws)},
                      {NodeState::test, Duration{}}};
    return true;
  }

 private:
  std::vector<Ranges> entities_;
  const Options& options_;
  Clocks clocks_;
};

class Domains final : public FailureProcess {
 public:
  Domains(Setting setting, Options options, std::string cause)
      : setting_(setting.at("of").where()),
        options_(std::move(options)),
        cause_(std::move(cause)),
        lasting_(lasts_exponentially(options_.mean_s)) {}

  [[nodiscard]] std::unique_ptr<FailureSource> open(RunKey run, std::uint32_t index,
                                                    const Topology& topology) const override {
    auto all = entities(topology, options_.of);
    check(all.has_value(), "the cluster has such domains");
    return std::make_unique<DomainSource>(run, index, std::move(*all), options_, *lasting_);
  }
  [[nodiscard]] std::vector<std::string> causes() const override { return {cause_}; }
  // As if no job had two nodes in one of them: of what a larger one takes, that is too much.
  [[nodiscard]] double interruptions_per_node_second(const Topology& /*topology*/) const override {
    return 1 / options_.mean_s;
  }
  void check_topology(const Topology& topology) const override {
    if (entities(topology, options_.of)) {
      return;
    }
    std::string known;
    for (std::uint32_t level = 0; level < topology.fleet.levels(); ++level) {
      known += (level > 0 ? ", " : "") + topology.fleet.level_name(LevelId(level));
    }
    throw InputError(setting_, fmt::format("reliability: the cluster has no {}", options_.of),
                     known.empty() ? "it has no domains" : "it has: " + known);
  }

 private:
  Where setting_;
  Options options_;
  std::string cause_;
  std::unique_ptr<const Lasting> lasting_;
};

}  // namespace

std::unique_ptr<const FailureProcess> domains(Setting setting) {
  const std::string of = setting.at("of").text();
  const Setting mtbf = setting.at("mtbf");
  const double mean_s = static_cast<double>(mtbf.duration().count()) / 1e9;
  if (mean_s <= 0) {
    mtbf.fail("must be longer than 0");
  }
  const auto noticed = setting.find("noticed_after");
  Options options{of, mean_s, Distribution::read(setting.at("repair")),
                  noticed ? Distribution::read(*noticed) : noticed_after(Notice::crash)};
  return std::make_unique<Domains>(setting, std::move(options),
                                   setting.text_or("cause", of + "_outage"));
}

}  // namespace berth
