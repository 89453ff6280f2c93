#include "simulator/network/network_model.hpp"

#include <algorithm>
#include <numeric>

#include "core/check.hpp"
#include "simulator/network/tightest.hpp"

namespace berth {
namespace {

template <class Act>
void each_collective(const Communication& profile, const Act& act) {
  for (std::size_t i = 0; i < profile.mix.size(); ++i) {
    if (profile.mix.at(i) > 0) {
      act(i, static_cast<Collective>(i));
    }
  }
}

std::vector<std::int64_t> capacities(const Fleet& fleet, const Network& network) {
  std::vector<std::int64_t> all;
  for (std::uint32_t domain = 0; domain < fleet.domains(); ++domain) {
    const double realised = static_cast<double>(network.uplink(DomainId(domain))) * nic_efficiency;
    all.push_back(std::max(std::int64_t{1}, static_cast<std::int64_t>(realised)));
  }
  return all;
}

// The same wiring without oversubscription: every domain lets out all that its nodes can send.
Network unblocked(const Fleet& fleet, const Network& network) {
  NetworkParts parts;
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    parts.injections.push_back(network.injection(NodeId(node)));
  }
  for (std::uint32_t domain = 0; domain < fleet.domains(); ++domain) {
    const NodeRange nodes = fleet.nodes_in(DomainId(domain));
    const std::int64_t all =
        std::accumulate(parts.injections.begin() + nodes.first,
                        parts.injections.begin() + nodes.past, std::int64_t{0});
    parts.uplinks.push_back(std::max(network.uplink(DomainId(domain)), all));
  }
  for (std::uint32_t level = 0; level < fleet.levels(); ++level) {
    parts.hops.push_back(network.hops(LevelId(level)));
  }
  parts.nvlink_level = network.nvlink_level();
  return Network(std::move(parts));
}

}  // namespace

NetworkModel::NetworkModel(const Fleet& fleet, Network network, const Communications& profiles)
    : fleet_(fleet),
      profiles_(profiles),
      best_network_(unblocked(fleet, network)),
      best_layouts_(fleet, best_network_),
      network_(std::move(network)),
      layouts_(std::in_place, fleet, network_, best_network_),
      shares_(capacities(fleet, network_)) {}

bool NetworkModel::communicates(CommunicationId profile, const Shape& shape) const {
  return profiles_[profile].exposed > 0 && shape.total_gpus() > 1;
}

NetworkModel::Cost NetworkModel::cost(const Communication& profile, const Counts& counts,
                                      const Layout& layout) const {
  Cost cost{1 - profile.exposed, 0};
  each_collective(profile, [&](std::size_t i, Collective collective) {
    const auto time = time_of(collective, static_cast<double>(profile.message), layout);
    cost.fixed += counts.at(i) * time.latency;
    cost.transfer += counts.at(i) * time.transfer;
  });
  return cost;
}

// What crosses each narrow link while data is moved at the full rate. Alone, a job never wants more
// than there is: its transfers take as long as their slowest link needs.
LinkUses NetworkModel::uses(const Communication& profile, const Counts& counts,
                            const Layout& layout) const {
  const auto message = static_cast<double>(profile.message);
  Counts bytes{};  // sent for each byte of data, times the count
  double transfer = 0;
  each_collective(profile, [&](std::size_t i, Collective collective) {
    const auto time = time_of(collective, message, layout);
    bytes.at(i) = counts.at(i) * time.bytes;
    transfer += counts.at(i) * time.transfer;
  });
  LinkUses all;
  for (const Layout::Crossing& crossing : layout.crossings) {
    double out = 0;
    each_collective(profile, [&](std::size_t i, Collective collective) {
      out += bytes.at(i) * bytes_out(collective, message, layout, crossing);
    });
    const auto weight = static_cast<std::int64_t>(
        std::min(out / transfer, static_cast<double>(shares_->capacity(crossing.domain))));
    if (weight > 0) {
      all.push_back({crossing.domain, weight});
    }
  }
  return all;
}

const NetworkModel::Counts& NetworkModel::counts(CommunicationId profile, const Shape& shape) {
  const auto [known, fresh] = known_.try_emplace({profile, shape});
  if (fresh) {
    known->second = find_counts(profiles_[profile], shape);
  }
  return known->second;
}

// At the best of the tightest placements communication takes the exposed share, divided among the
// collectives as the profile says.
NetworkModel::Counts NetworkModel::find_counts(const Communication& profile, const Shape& shape) {
  const auto message = static_cast<double>(profile.message);
  std::optional<Counts> best;
  double shortest = 0;
  for (const Placement& placement : tightest_placements(fleet_, shape)) {
    const Layout& layout = best_layouts_.of(placement);
    Counts counts{};
    double time = 0;
    each_collective(profile, [&](std::size_t i, Collective collective) {
      const double once = time_of(collective, message, layout).total();
      counts.at(i) = profile.exposed * profile.mix.at(i) / once;
      time += profile.mix.at(i) * once;
    });
    if (!best || time < shortest) {
      best = counts;
      shortest = time;
    }
  }
  return *best;
}

double NetworkModel::slowdown(CommunicationId profile, const Shape& shape,
                              const Placement& placement) {
  if (!communicates(profile, shape)) {
    return 1;
  }
  const Counts& found = counts(profile, shape);
  return cost(profiles_[profile], found, layouts_->of(placement)).slowdown(1);
}

void NetworkModel::join(JobId job, const Shape& shape, const Placement& placement) {
  Running& running = jobs_[job.index()];
  const Communication& profile = profiles_[running.profile];
  const Counts& found = counts(running.profile, shape);
  const Layout& layout = layouts_->of(placement);
  running.cost = cost(profile, found, layout);
  shares_->add(job, uses(profile, found, layout));
}

void NetworkModel::start(JobId job, CommunicationId profile, const Shape& shape,
                         const Placement& placement) {
  if (job.index() >= jobs_.size()) {
    jobs_.resize(job.index() + 1);
  }
  Running& running = jobs_[job.index()];
  changed_.clear();
  running = {};
  running.profile = profile;
  running.communicates = communicates(profile, shape);
  if (running.communicates) {
    join(job, shape, placement);
    running.speed = RunSpeed::slowed(running.cost.slowdown(shares_->rate(job)));
    update(job);
  }
}

void NetworkModel::stop(JobId job) {
  Running& running = jobs_[job.index()];
  changed_.clear();
  if (running.communicates) {
    shares_->remove(job);
    running.communicates = false;
    update(job);
  }
}

void NetworkModel::update(JobId except) {
  for (const JobId id : shares_->changed()) {
    Running& running = jobs_[id.index()];
    const RunSpeed speed = RunSpeed::slowed(running.cost.slowdown(shares_->rate(id)));
    if (id != except && !(speed == running.speed)) {
      running.speed = speed;
      changed_.push_back(id);
    }
  }
}

// Outages are rare: everything is found anew.
void NetworkModel::set_network(Network network, const Cluster& cluster) {
  network_ = std::move(network);
  layouts_.emplace(fleet_, network_, best_network_);
  shares_.emplace(capacities(fleet_, network_));
  for (std::uint32_t i = 0; i < jobs_.size(); ++i) {
    if (jobs_[i].communicates) {
      const Holding& holding = cluster.holding(JobId(i));
      join(JobId(i), holding.shape, holding.placement);
    }
  }
  changed_.clear();
  for (std::uint32_t i = 0; i < jobs_.size(); ++i) {
    Running& running = jobs_[i];
    if (running.communicates) {
      const RunSpeed before = std::exchange(
          running.speed, RunSpeed::slowed(running.cost.slowdown(shares_->rate(JobId(i)))));
      if (!(before == running.speed)) {
        changed_.push_back(JobId(i));
      }
    }
  }
}

}  // namespace berth
