// The GPUs of one node that are given out in shares: how much of each is left. A GPU is wholly free
// (a bit of the mask beside this), wholly taken by one job (neither), or shared, and then it is in
// here until nobody holds a share of it. On most nodes nobody does, and this is empty.
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/placement.hpp"

namespace berth {

inline constexpr std::uint32_t gpu_milli_all = 1000;  // a whole GPU, in thousandths

// Shares of so many thousandths that a whole GPU gives. REQUIRES: milli > 0.
constexpr std::uint32_t shares_per_gpu(std::uint32_t milli) { return gpu_milli_all / milli; }

struct SharedGpu {
  std::uint32_t gpu = 0;
  std::uint32_t left = 0;  // thousandths that nobody holds, 0 to 999

  bool operator==(const SharedGpu&) const = default;
};

class GpuShares {
 public:
  [[nodiscard]] bool empty() const { return gpus_.empty(); }
  // In ascending order of GPU.
  [[nodiscard]] auto begin() const { return gpus_.begin(); }
  [[nodiscard]] auto end() const { return gpus_.end(); }
  // Shares of so many thousandths that what is left of them gives. REQUIRES: milli > 0.
  [[nodiscard]] std::uint32_t room(std::uint32_t milli) const {
    std::uint32_t shares = 0;
    for (const SharedGpu& one : gpus_) {
      shares += one.left / milli;
    }
    return shares;
  }

  // Whether the tasks of a part can take so much each of its GPU; `whole` are the wholly free GPUs
  // of the node.
  [[nodiscard]] bool gives(const Part& part, std::uint32_t milli, GpuMask whole) const;
  // The tasks of a part take so much each of its GPU; `whole` are the wholly free GPUs of the node.
  // REQUIRES: so much is left.
  void take(const Part& part, std::uint32_t milli, GpuMask& whole);
  // REQUIRES: they hold it.
  void give_back(const Part& part, std::uint32_t milli, GpuMask& whole);

  // What is free here and there: `whole` and this become what both have of each GPU.
  void narrow(GpuMask& whole, GpuMask other_whole, const GpuShares& other);

  bool operator==(const GpuShares&) const = default;

 private:
  void set(std::uint32_t gpu, std::uint32_t left);

  std::vector<SharedGpu> gpus_;
};

}  // namespace berth
