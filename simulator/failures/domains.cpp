// What takes many nodes at once: a rack's power, a leaf, a CDU, a site.
//
//   {kind: domains, of: rack, mtbf: 2920d, repair: 4h, cause: rack_power}
//
// `of` is a level of the fleet (rack, leaf, site ...), or `pdu` or `cdu` of its plant. Each of them
// fails at a constant rate, is noticed after `noticed_after` (10 s) and lasts `repair`; whoever is
// out already stays out as long.
//
//   {kind: domains, of: nvlink, parts: 9, tolerates: 1, mtbf: 3650d, repair: 4h, cause: nvswitch}
//
// hangs each on so many `parts`, as a rack of NVL72 on its nine NVLink switch trays: `mtbf` is of
// each of them, and the domain goes out when more have failed than it `tolerates` (0). To swap them
// it has to be out, so those that it did without are swapped then, too.
#include <set>
#include <utility>
#include <vector>

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
  std::uint32_t parts = 1;
  std::uint32_t tolerates = 0;
};

class DomainSource final : public FailureSource {
 public:
  DomainSource(RunKey run, std::uint32_t process, std::vector<Ranges> entities,
               const Options& options, const Lasting& lasting)
      : entities_(std::move(entities)),
        options_(options),
        clocks_(run, process, static_cast<std::uint32_t>(entities_.size()) * options.parts, lasting,
                {}),
        domains_(entities_.size()) {}

  // The clocks have no memory, so those of parts that failed may go on.
  bool next(Failure& failure) override {
    auto tick = clocks_.next();
    while (tick && options_.parts > 1 && !brings_down(*tick)) {
      tick = clocks_.next();
    }
    if (!tick) {
      return false;
    }
    const std::uint32_t which = tick->entity / options_.parts;
    failure = Failure{};
    failure.at = tick->at;
    failure.nodes = entities_[which];
    failure.of_domain = true;
    failure.noticed_after = options_.noticed_after.sample(tick->draws);
    failure.course = {{NodeState::triage, options_.repair.sample(tick->draws)},
                      {NodeState::test, Duration{}}};
    domains_[which].until =
        after(after(tick->at, failure.noticed_after), failure.course.front().lasts);
    domains_[which].failed.clear();
    return true;
  }

 private:
  struct Domain {
    std::set<std::uint32_t> failed;  // parts, since it was out last
    SimTime until{};                 // it is out
  };
  bool brings_down(const Clocks::Tick& tick) {
    Domain& domain = domains_[tick.entity / options_.parts];
    if (tick.at < domain.until) {
      return false;
    }
    domain.failed.insert(tick.entity % options_.parts);
    return domain.failed.size() > options_.tolerates;
  }

  std::vector<Ranges> entities_;
  const Options& options_;
  Clocks clocks_;
  std::vector<Domain> domains_;
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
    double lasts_s = 0;
    for (std::uint32_t failed = 0; failed <= options_.tolerates; ++failed) {
      lasts_s += options_.mean_s / (options_.parts - failed);
    }
    return 1 / lasts_s;
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
  if (mean_s < 60) {
    mtbf.fail("must be at least 1m");
  }
  const auto noticed = setting.find("noticed_after");
  Options options{of, mean_s, Distribution::read(setting.at("repair")),
                  noticed ? Distribution::read(*noticed) : noticed_after(Notice::crash)};
  constexpr std::int64_t parts_most = 255;
  options.parts = static_cast<std::uint32_t>(setting.count_or("parts", 1, 1, parts_most));
  options.tolerates =
      static_cast<std::uint32_t>(setting.count_or("tolerates", 0, 0, options.parts - 1));
  return std::make_unique<Domains>(setting, std::move(options),
                                   setting.text_or("cause", of + "_outage"));
}

}  // namespace berth
