#include "simulator/network/collectives.hpp"

#include <algorithm>
#include <bit>

namespace berth {
namespace {

// Seconds to move the data of one collective.
struct Transfer {
  double nvlink = 0;   // inside groups
  double network = 0;  // between them; both happen at a time
};

double nvlink_rate(const Layout::Group& group) {
  return std::max(1.0, group.nvlink * nvlink_efficiency);
}
double nic_rate(double sold) { return std::max(1.0, sold * nic_efficiency); }

double count(std::uint64_t gpus) { return static_cast<double>(gpus); }

// All-gather once, all-reduce twice: there and back.
double passes(Collective collective) { return collective == Collective::all_reduce ? 2 : 1; }

// Each group sends as much to the next one as it has in all, but for its own share, whatever the
// number of its GPUs: a part over each rail.
double ring_bytes(Collective collective, double message, const Layout& layout) {
  const auto groups = static_cast<double>(layout.groups.size());
  return passes(collective) * (groups - 1) / groups * message;
}

// From each GPU inside to each outside one n-th of what each GPU sends.
double exchanged_bytes(double message, const Layout& layout, std::uint64_t inside) {
  return count(inside) * (count(layout.gpus - inside) / count(layout.gpus)) * message;
}

Transfer ring(Collective collective, double message, const Layout& layout) {
  Transfer time;
  const double out = ring_bytes(collective, message, layout);
  for (const Layout::Group& group : layout.groups) {
    const double inside =
        passes(collective) * (count(group.gpus - 1) / count(group.gpus)) * message;
    time.nvlink = std::max(time.nvlink, inside / nvlink_rate(group));
    time.network = std::max(time.network, out / nic_rate(group.out));
  }
  return time;
}

Transfer exchange(double message, const Layout& layout) {
  Transfer time;
  for (const Layout::Group& group : layout.groups) {
    const double inside = count(group.gpus - 1) / count(layout.gpus) * message;
    const double out = exchanged_bytes(message, layout, group.gpus);
    time.nvlink = std::max(time.nvlink, inside / nvlink_rate(group));
    time.network = std::max(time.network, out / nic_rate(group.out));
  }
  return time;
}

Transfer transfer_of(Collective collective, double message, const Layout& layout) {
  Transfer time = collective == Collective::all_to_all ? exchange(message, layout)
                                                       : ring(collective, message, layout);
  for (const Layout::Crossing& crossing : layout.crossings) {
    time.network = std::max(
        time.network, bytes_out(collective, message, layout, crossing) / nic_rate(crossing.uplink));
  }
  return time;
}

}  // namespace

double hop_latency(std::uint32_t switches) {
  struct Step {
    std::uint32_t switches;
    double seconds;
  };
  constexpr std::array steps{Step{1, 2e-6}, Step{3, 6e-6}, Step{5, 15e-6}};
  for (const Step& step : steps) {
    if (switches > 0 && switches <= step.switches) {
      return step.seconds;
    }
  }
  return 30e-6;
}

CollectiveTime time_of(Collective collective, double message, const Layout& layout) {
  const Transfer transfer = transfer_of(collective, message, layout);
  if (layout.groups.size() < 2) {
    return {nvlink_latency, transfer.nvlink, 1};
  }
  const auto steps = static_cast<double>(std::bit_width(layout.groups.size() - 1));
  const double hop = hop_latency(layout.hops);
  const CollectiveTime flagged{nvlink_latency + steps * hop,
                               std::max(transfer.nvlink, flagged_bytes * transfer.network),
                               flagged_bytes};
  const CollectiveTime plain{nvlink_latency + steps * (hop + synchronisation),
                             std::max(transfer.nvlink, transfer.network), 1};
  return flagged.total() < plain.total() ? flagged : plain;
}

double bytes_out(Collective collective, double message, const Layout& layout,
                 const Layout::Crossing& crossing) {
  return collective == Collective::all_to_all ? exchanged_bytes(message, layout, crossing.inside)
                                              : ring_bytes(collective, message, layout);
}

}  // namespace berth
