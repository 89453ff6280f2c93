// Speeds of running jobs, found anew at the end of every instant from nothing but who runs where: a
// run's own, which it keeps from change to change, must be the same.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulator/failures/flaps.hpp"
#include "simulator/network/network_model.hpp"
#include "simulator/records.hpp"

namespace berth::test {

class SpeedTwin final : public Sink {
 public:
  // All but the network outlive it.
  SpeedTwin(const Fleet& fleet, const Network& network, const Communications& profiles);

  // The same that the run was told.
  void rewire(SimTime at, const Network& network) { wirings_.emplace(at, network); }

  void on(SimTime now, const Record& record) override;
  std::optional<Flaps> flaps;  // of links, in this run

  // The first difference; empty when there is none.
  [[nodiscard]] const std::string& broken() const { return broken_; }

 private:
  struct Running {
    CommunicationId profile;
    Shape shape;
    Placement placement;
    RunSpeed speed;
  };
  void compare();

  const Fleet& fleet_;
  Network best_;
  const Communications& profiles_;
  std::multimap<SimTime, Network> wirings_;
  std::map<std::uint64_t, Running> jobs_;  // by sequence
  SimTime now_{};
  bool done_ = false;
  std::string broken_;
};

}  // namespace berth::test
