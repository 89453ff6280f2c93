// Links that flap: down for an instant, thousands of times a day in a large cluster, and each time
// a gang that uses the link stands still for a moment. Not played one by one: a gang of G GPUs on
// two nodes or more, each with a link of its own, works for 1 s and then stands still for G x rate
// x stall on average (a flap while it stands stops nobody more), so its speed is 1 / (1 + G x rate
// x stall).
//
// Alibaba (HPN, SIGCOMM 2024) saw 5,000 to 60,000 flaps a day in a pod of 15,000 GPUs, 0.33 to 4
// per GPU and day. Flaps that kill a link are failures: presets count them as such.
#pragma once

#include <cstdint>

#include "cluster/placement.hpp"
#include "cluster/shape.hpp"
#include "core/time.hpp"
#include "simulator/pace.hpp"

namespace berth {

struct Flaps {
  double per_gpu_day = 0.33;
  Duration stall{};  // of each

  [[nodiscard]] RunSpeed speed(const Shape& shape, const Placement& placement) const {
    if (count_nodes(placement) < 2) {
      return {};
    }
    constexpr double nanoseconds_per_day = 86'400e9;
    const auto gpus = static_cast<double>(shape.total_gpus());
    const auto length = static_cast<double>(stall.count());
    return RunSpeed::slowed(1 + gpus * per_gpu_day * length / nanoseconds_per_day);
  }
};

}  // namespace berth
