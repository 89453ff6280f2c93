// NICs and their cables, each with a clock of its own: one of a rail-optimised node fails, and the
// others are as they were.
//
//   {kind: links, repair: 4h}                       the node goes out of service until it is mended
//   {kind: links, repair: 4h, then: degraded}       the node stays, and has a link less until then
//
//   mtbf: 52632d        of each link; Alibaba (HPN, SIGCOMM 2024) lost 0.057 % of the links between
//                       NICs and leaves a month
//   noticed_after: 10m  where nodes go out: the time-out of a collective
//   cause: nic_or_cable
//
// Where the cluster has a fabric its links are the HCAs of each node, and a link that is down is
// missing in the network, so that communication costs more. Else a node has `per_node` links, one
// for each GPU if that is not written, and `slowdown` says how many times longer jobs on several
// nodes run while one of their nodes has a link down.
#include <algorithm>
#include <optional>
#include <utility>

#include "core/distribution.hpp"
#include "simulator/failures/anatomy.hpp"
#include "simulator/failures/clocks.hpp"
#include "simulator/failures/failure_source.hpp"

namespace berth {
namespace {

constexpr double month_s = 30 * 86'400;
constexpr double usual_mtbf_s = month_s / 0.00057;

struct Options {
  double mean_s = usual_mtbf_s;
  Distribution repair;
  Distribution noticed_after;
  bool degraded = false;
  std::optional<std::uint32_t> per_node{};
  double slowdown = 1;
  std::string cause{};
};

// All of a cluster, node by node.
std::vector<NodeLink> links_of(const Topology& topology, std::optional<std::uint32_t> per_node) {
  std::vector<NodeLink> links;
  for (std::uint32_t i = 0; i < topology.fleet.nodes(); ++i) {
    const NodeId node(i);
    const auto count = topology.fabric.empty()
                           ? per_node.value_or(topology.fleet.kind(node).gpus)
                           : static_cast<std::uint32_t>(topology.seats.hcas(node).size());
    for (std::uint32_t link = 0; link < count; ++link) {
      links.push_back({node, link});
    }
  }
  return links;
}

class LinkSource final : public FailureSource {
 public:
  LinkSource(RunKey run, std::uint32_t process, std::vector<NodeLink> links, const Options& options,
             const Lasting& lasting)
      : links_(std::move(links)),
        options_(options),
        clocks_(run, process, static_cast<std::uint32_t>(links_.size()), lasting, {}) {}

  bool next(Failure& failure) override {
    auto tick = clocks_.next();
    if (!tick) {
      return false;
    }
    const NodeLink& which = links_[tick->entity];
    failure = Failure{};
    failure.at = tick->at;
    failure.nodes = {{which.node.index(), which.node.index() + 1}};
    failure.link = which.link;
    const Duration noticed_after = options_.noticed_after.sample(tick->draws);
    const Duration repair = options_.repair.sample(tick->draws);
    if (options_.degraded) {
      failure.effect = Effect::narrows;
      failure.slowed_to = RunSpeed::slowed(options_.slowdown);
      failure.mended_after = repair;
    } else {
      failure.noticed_after = noticed_after;
    }
    failure.course = {{NodeState::triage, repair, true}, {NodeState::test, Duration{}}};
    return true;
  }

 private:
  std::vector<NodeLink> links_;
  const Options& options_;
  Clocks clocks_;
};

class Links final : public FailureProcess {
 public:
  Links(Setting setting, Options options)
      : setting_(setting),
        options_(std::move(options)),
        lasting_(lasts_exponentially(options_.mean_s)) {}

  [[nodiscard]] std::unique_ptr<FailureSource> open(RunKey run, std::uint32_t index,
                                                    const Topology& topology) const override {
    return std::make_unique<LinkSource>(run, index, links_of(topology, options_.per_node), options_,
                                        *lasting_);
  }
  [[nodiscard]] std::vector<std::string> causes() const override { return {options_.cause}; }
  [[nodiscard]] double interruptions_per_node_second(const Topology& topology) const override {
    const auto links = static_cast<double>(links_of(topology, options_.per_node).size());
    return options_.degraded ? 0 : links / topology.fleet.nodes() / options_.mean_s;
  }
  [[nodiscard]] bool slows() const override { return options_.degraded; }
  void check_topology(const Topology& topology) const override {
    const bool wired = !topology.fabric.empty();
    for (const char* key : {"per_node", "slowdown"}) {
      if (const auto written = setting_.is_map() ? setting_.find(key) : std::nullopt;
          written && wired) {
        written->fail("follows from the fabric of the cluster", "leave it out");
      }
    }
    if (links_of(topology, options_.per_node).empty()) {
      setting_.fail("the nodes of the cluster have no links", "say how many with per_node");
    }
    if (options_.degraded && !wired) {
      static_cast<void>(setting_.at("slowdown"));  // nothing else says what a link less costs
    }
  }

 private:
  Setting setting_;
  Options options_;
  std::unique_ptr<const Lasting> lasting_;
};

}  // namespace

std::unique_ptr<const FailureProcess> links(Setting setting) {
  constexpr double slowdown_most = 1000;
  constexpr std::int64_t links_most = 255;
  const auto noticed = setting.find("noticed_after");
  Options options{usual_mtbf_s, Distribution::read(setting.at("repair")),
                  noticed ? Distribution::read(*noticed) : noticed_after(Notice::hang)};
  options.degraded = setting.choice_or("then", "out", {"out", "degraded"}) == 1;
  if (options.degraded && noticed) {
    noticed->fail("is of nodes that go out, and these stay", "leave it out");
  }
  if (const auto mtbf = setting.find("mtbf")) {
    options.mean_s = static_cast<double>(mtbf->duration().count()) / 1e9;
    if (options.mean_s < 60) {
      mtbf->fail("must be at least 1m");
    }
  }
  if (const auto per_node = setting.find("per_node")) {
    options.per_node = static_cast<std::uint32_t>(per_node->count(1, links_most));
  }
  if (const auto slowdown = setting.find("slowdown")) {
    options.slowdown = slowdown->number(1, slowdown_most);
    if (!options.degraded) {
      slowdown->fail("is of nodes that stay with a link less", "write then: degraded");
    }
  }
  options.cause = setting.text_or("cause", "nic_or_cable");
  return std::make_unique<Links>(setting, std::move(options));
}

}  // namespace berth
