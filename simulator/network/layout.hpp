// What collectives see of a placement: groups of GPUs that NVLink joins, what each can send to the
// others, and the oversubscribed domains that traffic between the groups has to leave.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "cluster/placement.hpp"
#include "topology/fleet.hpp"
#include "topology/network.hpp"

namespace berth {

// Bytes per second as the hardware is sold; what of it is realised, collectives.hpp says.
struct Layout {
  struct Group {
    std::uint64_t gpus = 0;
    double nvlink = 0;  // of one GPU to its peers
    double out = 0;     // of its GPUs together, through their share of the HCAs
  };
  // A domain with some GPUs of the job, but not all, whose nodes can send more than may leave it.
  struct Crossing {
    DomainId domain;
    std::uint64_t inside = 0;  // GPUs of the job
    double uplink = 0;
  };
  std::uint64_t gpus = 0;
  std::vector<Group> groups;
  std::vector<Crossing> crossings;  // in order of domain
  std::uint32_t hops = 0;           // switches between groups at the most; 0: no common switch
};

class Layouts {
 public:
  // Both outlive it. REQUIRES: the network is not empty.
  Layouts(const Fleet& fleet, const Network& network) : Layouts(fleet, network, network) {}
  // `whole` is the network before anything broke: what GPUs of a node have among themselves does
  // not hang on the cables outside.
  Layouts(const Fleet& fleet, const Network& network, const Network& whole);

  // Good until the next call.
  const Layout& of(const Placement& placement);

  // True when the nodes of the domain can send more than may leave it: else its uplinks are never
  // what holds anybody up.
  [[nodiscard]] bool oversubscribed(DomainId domain) const {
    return oversubscribed_[domain.index()];
  }

 private:
  using NodeGpus = std::pair<NodeId, std::uint64_t>;
  void group();
  void cross(LevelId level);
  [[nodiscard]] std::uint32_t hops() const;
  [[nodiscard]] std::uint32_t levels_between_groups() const;

  const Fleet& fleet_;
  const Network& network_;
  const Network& whole_;
  std::vector<bool> oversubscribed_;  // by domain
  std::vector<LevelId> narrow_;       // levels with such domains, no deeper than NVLink
  std::vector<NodeGpus> nodes_;       // scratch: of one placement, in order of node
  Layout layout_;
};

}  // namespace berth
