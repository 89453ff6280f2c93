// What communication costs the jobs that run, by where they run and who shares their links: a speed
// for each, 1 where it is placed best, nothing is oversubscribed and nobody is in its way.
// docs/model.md has the formulas.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "cluster/cluster.hpp"
#include "simulator/network/collectives.hpp"
#include "simulator/network/fair_share.hpp"
#include "simulator/network/layout.hpp"
#include "simulator/pace.hpp"
#include "workloads/communication.hpp"

namespace berth {

class NetworkModel {
 public:
  // `fleet` and `profiles` outlive it. REQUIRES: the network is not empty.
  NetworkModel(const Fleet& fleet, Network network, const Communications& profiles);
  NetworkModel(const NetworkModel&) = delete;
  NetworkModel& operator=(const NetworkModel&) = delete;

  // A job starts or stops. Afterwards changed() are the others that have another speed now.
  void start(JobId job, CommunicationId profile, const Shape& shape, const Placement& placement);
  // REQUIRES: it was started.
  void stop(JobId job);
  // The wiring gives this from now on: cables broke or were mended. What is best for a job stays
  // what it was on the network that the model was made with, oversubscription apart. `cluster`
  // holds the jobs started.
  void set_network(Network network, const Cluster& cluster);

  // REQUIRES: it was started.
  [[nodiscard]] RunSpeed speed(JobId job) const { return jobs_[job.index()].speed; }
  // In order of id.
  [[nodiscard]] const std::vector<JobId>& changed() const { return changed_; }

  // How many times longer a job runs there, with the network to itself, than where it is placed
  // best on the same wiring without oversubscription.
  [[nodiscard]] double slowdown(CommunicationId profile, const Shape& shape,
                                const Placement& placement);

 private:
  // By collective: how many of each kind a job does in the time that takes 1 at its best.
  using Counts = std::array<double, collective_names.size()>;
  // How long it takes: fixed + transfer / rate.
  struct Cost {
    double fixed = 1;
    double transfer = 0;
    [[nodiscard]] double slowdown(double rate) const { return fixed + transfer / rate; }
  };
  struct Running {
    Cost cost;
    CommunicationId profile;
    bool communicates = false;
    RunSpeed speed;
  };

  [[nodiscard]] bool communicates(CommunicationId profile, const Shape& shape) const;
  Cost cost(const Communication& profile, const Counts& counts, const Layout& layout) const;
  LinkUses uses(const Communication& profile, const Counts& counts, const Layout& layout) const;
  const Counts& counts(CommunicationId profile, const Shape& shape);
  Counts find_counts(const Communication& profile, const Shape& shape);
  void join(JobId job, const Shape& shape, const Placement& placement);
  void update(JobId except);

  const Fleet& fleet_;
  const Communications& profiles_;
  Network best_network_;
  Layouts best_layouts_;
  Network network_;
  std::optional<Layouts> layouts_;
  std::optional<LinkShares> shares_;
  std::vector<Running> jobs_;  // by job
  std::vector<JobId> changed_;
  std::map<std::pair<CommunicationId, Shape>, Counts> known_;
};

}  // namespace berth
