#include <algorithm>

#include "topology/routing/shortest.hpp"

namespace berth {
namespace {

// Searched from the target outwards, so "up" is towards the roots as seen from the target. A switch
// remembers one direction only, that in which it was last put into the queue, and per port the
// fewest hops: in irregular fabrics that leaves out ways which a search over (switch, direction)
// would find, and OpenSM leaves them out too.
class UpDownWays final : public ShortestWays {
 public:
  UpDownWays(const Subnet& subnet, const std::vector<std::uint32_t>& rank) : subnet_(subnet) {
    for (std::uint32_t s = 0; s < subnet.switches(); ++s) {
      for (const Subnet::Port& port : subnet.ports(s)) {
        const bool peer = port.to_switch != Subnet::none;
        leads_up_.push_back(peer && upwards(rank, s, port.to_switch));
        back_.push_back(peer ? index_of(port.to_switch, port.peer_port) : Subnet::none);
      }
    }
  }

  void find(std::uint32_t target, PortSets& ways) override {
    search(target);
    ways.clear();
    for (std::uint32_t s = 0; s < subnet_.switches(); ++s) {
      for (std::uint32_t i = subnet_.first_port(s); i < subnet_.first_port(s + 1); ++i) {
        if (s != target && hops_by_[i] != unreached && hops_by_[i] == hops_[s]) {
          ways.add(i);
        }
      }
      ways.next_switch();
    }
  }

 private:
  [[nodiscard]] bool upwards(const std::vector<std::uint32_t>& rank, std::uint32_t from,
                             std::uint32_t to) const {
    if (rank[from] != rank[to]) {
      return rank[to] < rank[from];
    }
    return rank[from] == 0 || subnet_.guid(to) < subnet_.guid(from);
  }

  [[nodiscard]] std::uint32_t index_of(std::uint32_t s, PortNumber number) const {
    const auto ports = subnet_.ports(s);
    const auto at = std::lower_bound(
        ports.begin(), ports.end(), number,
        [](const Subnet::Port& port, PortNumber wanted) { return port.number < wanted; });
    return subnet_.first_port(s) + static_cast<std::uint32_t>(at - ports.begin());
  }

  void search(std::uint32_t target) {
    hops_.assign(subnet_.switches(), unreached);
    hops_by_.assign(subnet_.all_ports().size(), unreached);
    queued_.assign(subnet_.switches(), 0);
    climbing_.assign(subnet_.switches(), 1);
    hops_[target] = 0;
    queue_.assign(1, target);
    for (std::size_t next = 0; next < queue_.size(); ++next) {
      queued_[queue_[next]] = 0;
      spread(queue_[next]);
    }
  }

  void spread(std::uint32_t s) {
    for (std::uint32_t i = subnet_.first_port(s); i < subnet_.first_port(s + 1); ++i) {
      const std::uint32_t peer = subnet_.all_ports()[i].to_switch;
      if (peer == Subnet::none || (climbing_[s] == 0 && leads_up_[i] != 0)) {
        continue;
      }
      const int hops = hops_[s] + 1;
      if (hops >= hops_by_[back_[i]]) {
        continue;
      }
      hops_by_[back_[i]] = static_cast<std::uint8_t>(hops);
      hops_[peer] = std::min(hops_[peer], static_cast<std::uint8_t>(hops));
      if (queued_[peer] == 0) {
        queued_[peer] = 1;
        climbing_[peer] = leads_up_[i];
        queue_.push_back(peer);
      }
    }
  }

  const Subnet& subnet_;
  std::vector<std::uint8_t> leads_up_;  // by port
  std::vector<std::uint32_t> back_;     // by port: the port at the other end of its cable
  std::vector<std::uint8_t> hops_;      // by switch
  std::vector<std::uint8_t> hops_by_;   // by port
  std::vector<std::uint8_t> queued_;
  std::vector<std::uint8_t> climbing_;
  std::vector<std::uint32_t> queue_;
};

}  // namespace

std::unique_ptr<ShortestWays> up_down_ways(const Subnet& subnet,
                                           const std::vector<std::uint32_t>& rank) {
  return std::make_unique<UpDownWays>(subnet, rank);
}

}  // namespace berth
