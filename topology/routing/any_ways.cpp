#include "topology/routing/shortest.hpp"

namespace berth {

void PortSets::clear() {
  first_.assign(1, 0);
  ports_.clear();
}

void hops_to(const Subnet& subnet, std::uint32_t target, std::vector<std::uint8_t>& hops) {
  hops.assign(subnet.switches(), unreached);
  hops[target] = 0;
  std::vector<std::uint32_t> wave{target};
  for (std::size_t next = 0; next < wave.size(); ++next) {
    const std::uint32_t s = wave[next];
    for (const Subnet::Port& port : subnet.ports(s)) {
      if (port.to_switch != Subnet::none && hops[port.to_switch] == unreached &&
          hops[s] + 1 < unreached) {
        hops[port.to_switch] = static_cast<std::uint8_t>(hops[s] + 1);
        wave.push_back(port.to_switch);
      }
    }
  }
}

namespace {

class AnyWays final : public ShortestWays {
 public:
  explicit AnyWays(const Subnet& subnet) : subnet_(subnet) {}

  void find(std::uint32_t target, PortSets& ways) override {
    hops_to(subnet_, target, hops_);
    ways.clear();
    for (std::uint32_t s = 0; s < subnet_.switches(); ++s) {
      std::uint32_t index = subnet_.first_port(s);
      for (const Subnet::Port& port : subnet_.ports(s)) {
        if (port.to_switch != Subnet::none && hops_[port.to_switch] + 1 == hops_[s]) {
          ways.add(index);
        }
        ++index;
      }
      ways.next_switch();
    }
  }

 private:
  const Subnet& subnet_;
  std::vector<std::uint8_t> hops_;
};

}  // namespace

std::unique_ptr<ShortestWays> any_ways(const Subnet& subnet) {
  return std::make_unique<AnyWays>(subnet);
}

}  // namespace berth
