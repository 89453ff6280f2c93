// What communication costs the jobs that run, by where they run and who shares their links: a speed
// for each, 1 where it is placed best and nobody is in its way. docs/model.md has the formulas.
#pragma once

#include <array>
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
  // All but the network outlive it. REQUIRES: the network is not empty.
  NetworkModel(const Fleet& fleet, Network network, const Communications& communications);

  // A job starts or stops. Afterwards changed() are the others whose speed is another now.
  // REQUIRES: a job is started once and stopped once.
  void start(JobId job, CommunicationId communication, const Shape& shape,
             const Placement& placement);
  void stop(JobId job);
  // The wiring gives this from now on: cables broke or were mended. What is best for a job stays
  // what it was on the network that the model was made with. `cluster` holds the jobs that run.
  void set_network(Network network, const Cluster& cluster);

  [[nodiscard]] Speed speed(JobId job) const { return jobs_[job.index()].speed; }
  // In order of id.
  [[nodiscard]] const std::vector<JobId>& changed() const { return changed_; }

  // How many times longer a job of this shape runs there than where it is placed best, with the
  // network to itself.
  [[nodiscard]] double slowdown(const Communication& communication, const Shape& shape,
                                const Placement& placement);

 private:
  using PerCollective = std::array<double, collective_names.size()>;
  // How long a job takes for what takes 1 where it is placed best: at rate r, fixed + transfer / r.
  struct Cost {
    double fixed = 1;
    double transfer = 0;
    LinkUses uses;
    [[nodiscard]] Speed at(double rate) const { return Speed::slowed(fixed + transfer / rate); }
  };
  struct Running {
    bool present = false;  // and more than one GPU, and communicates
    CommunicationId communication;
    double fixed = 1;
    double transfer = 0;
    Speed speed;
  };
  struct Wish {
    Shape shape;
    Communication communication;
  };

  Cost cost(const Communication& communication, const Shape& shape, const Placement& placement);
  // Collectives of each kind in a unit of time at the best placement.
  const PerCollective& collectives(const Communication& communication, const Shape& shape);
  PerCollective find_collectives(const Communication& communication, const Shape& shape);
  LinkUses uses_of(const Communication& communication, const PerCollective& collectives,
                   const Layout& layout, double transfer) const;
  void update();

  const Fleet& fleet_;
  const Communications& communications_;
  Network best_network_;
  Layouts best_layouts_;
  Network network_;
  std::optional<Layouts> layouts_;
  FairShare shares_;
  std::vector<Running> jobs_;  // by job
  std::vector<JobId> changed_;
  std::map<std::pair<std::vector<double>, Shape>, PerCollective> known_;
};

}  // namespace berth
