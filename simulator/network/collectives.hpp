// Closed forms for the time of a collective on a layout when nobody else is on the network:
// hierarchical, NVLink inside groups and one ring per rail between them. docs/model.md derives them
// and says how far they are from what was measured. There is one set of parameters.
#pragma once

#include "simulator/network/layout.hpp"
#include "workloads/communication.hpp"

namespace berth {

// Parts of the sold bandwidth that collectives realise.
inline constexpr double nvlink_efficiency = 0.82;  // H100: 370 of 450 GB/s
inline constexpr double nic_efficiency = 0.73;     // of 0.73 to 0.85 in production
// Seconds of one step of a tree.
inline constexpr double nvlink_latency = 0.1e-6;  // through the NVSwitch, once
double hop_latency(std::uint32_t switches);       // 2 us on a leaf, 6 through a spine, 15, else 30
// The protocol that uses all bandwidth synchronises in each step; the one that does not sends a
// flag with every word, so half of its bytes are data. Each message takes the faster one.
inline constexpr double synchronisation = 44e-6;
inline constexpr double flagged_bytes = 2;

// The time of one collective: `latency` whatever the bandwidth, `transfer` at the full rate.
struct CollectiveTime {
  double latency = 0;
  double transfer = 0;
  double bytes = 1;  // that are sent for each byte of data
  [[nodiscard]] double total() const { return latency + transfer; }
};

// `message` bytes of each GPU: summed (all-reduce), gathered in all (all-gather), or sent to the
// others in equal parts (all-to-all). REQUIRES: at least two GPUs.
CollectiveTime time_of(Collective collective, double message, const Layout& layout);

// Bytes that leave the domain during it.
double bytes_out(Collective collective, double message, const Layout& layout,
                 const Layout::Crossing& crossing);

}  // namespace berth
