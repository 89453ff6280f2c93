// {kind: replay, file: failures.csv, format: csv}: failures as they were recorded; see replay.hpp
// for the formats. How a repair goes and when a failure is noticed is as for other processes, where
// the log does not say it.
#include "simulator/failures/replay.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/check.hpp"
#include "simulator/failures/anatomy.hpp"
#include "simulator/failures/clocks.hpp"
#include "simulator/failures/failure_source.hpp"
#include "workloads/traces/log_options.hpp"

namespace berth {
namespace {

struct Played {
  FailureLog log;
  Repairs repairs;
  Distribution noticed_after;
  std::string path;
};

NodeId node_of(const Recorded& one, const Fleet& fleet) {
  return one.node.empty() ? NodeId(one.place) : fleet.find(one.node).value();
}

class ReplaySource final : public FailureSource {
 public:
  ReplaySource(RunKey run, std::uint32_t process, const Fleet& fleet, const Played& played)
      : run_(run), process_(process), fleet_(fleet), played_(played) {}

  bool next(Failure& failure) override {
    if (next_ == played_.log.failures.size()) {
      return false;
    }
    const Recorded& one = played_.log.failures[next_++];
    const NodeId node = node_of(one, fleet_);
    Random draws = Clocks::draws(run_, process_, next_, 1);
    failure = Failure{};
    failure.at = one.at;
    failure.nodes = {{node.index(), node.index() + 1}};
    failure.cause = one.cause;
    failure.noticed_after = played_.noticed_after.sample(draws);
    if (one.out) {
      failure.course = {{NodeState::triage, *one.out}, {NodeState::test, Duration{}}};
    } else {
      played_.repairs.draw(Mend::hardware, draws, failure.course);
    }
    return true;
  }

 private:
  RunKey run_;
  std::uint32_t process_;
  const Fleet& fleet_;
  const Played& played_;
  std::uint32_t next_ = 0;
};

class Replay final : public FailureProcess {
 public:
  explicit Replay(Played played) : played_(std::move(played)) {}

  [[nodiscard]] std::unique_ptr<FailureSource> open(RunKey run, std::uint32_t index,
                                                    const Topology& topology) const override {
    return std::make_unique<ReplaySource>(run, index, topology.fleet, played_);
  }
  [[nodiscard]] std::vector<std::string> causes() const override { return played_.log.causes; }
  // On average over the log and the nodes of the cluster.
  [[nodiscard]] double interruptions_per_node_second(const Topology& topology) const override {
    const auto& all = played_.log.failures;
    const double seconds =
        all.empty() ? 0 : static_cast<double>(all.back().at.time_since_epoch().count()) / 1e9;
    return seconds > 0 ? static_cast<double>(all.size()) / seconds / topology.fleet.nodes() : 0;
  }
  void check_topology(const Topology& topology) const override {
    const Fleet& fleet = topology.fleet;
    if (played_.log.places > fleet.nodes()) {
      throw InputError({played_.path},
                       fmt::format("has failures of {} places, more than the cluster's {} nodes",
                                   played_.log.places, fleet.nodes()));
    }
    for (const Recorded& one : played_.log.failures) {
      if (!one.node.empty() && !fleet.find(one.node)) {
        throw InputError({played_.path}, "the cluster has no node '" + one.node + "'");
      }
    }
  }
  [[nodiscard]] std::vector<std::string> files() const override { return {played_.path}; }

 private:
  Played played_;
};

std::vector<std::string> read_causes(Setting setting) {
  std::vector<std::string> causes;
  if (const auto written = setting.find("causes")) {
    for (const Setting& one : written->items()) {
      causes.push_back(one.text());
    }
  }
  return causes;
}

FailureLog read_log(Setting setting, const std::string& path) {
  switch (setting.choice_or("format", "csv", {"csv", "titan", "bamboo"})) {
    case 0:
      return read_failure_csv(path, read_causes(setting));
    case 1:
      return read_titan(path);
    default:
      return read_bamboo(path);
  }
}

}  // namespace

std::unique_ptr<const FailureProcess> replay(Setting setting) {
  const std::string path = read_log_path(setting);
  const auto noticed = setting.find("noticed_after");
  FailureLog log = read_log(setting, path);
  if (log.failures.empty()) {
    throw InputError({path}, "holds no failure");
  }
  return std::make_unique<Replay>(
      Played{std::move(log), Repairs::read(setting),
             noticed ? Distribution::read(*noticed) : noticed_after(Notice::crash), path});
}

}  // namespace berth
