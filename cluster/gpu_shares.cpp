#include "cluster/gpu_shares.hpp"

#include <algorithm>
#include <bit>

#include "core/check.hpp"

namespace berth {
namespace {

std::uint32_t gpu_of(const Part& part) {
  check(std::has_single_bit(part.gpus), "a part of shares names one GPU");
  return static_cast<std::uint32_t>(std::countr_zero(part.gpus));
}

std::uint32_t left_of(std::uint32_t gpu, GpuMask whole, const GpuShares& shares) {
  if ((whole >> gpu & 1U) != 0) {
    return gpu_milli_all;
  }
  const auto at = std::ranges::find(shares, gpu, &SharedGpu::gpu);
  return at == shares.end() ? 0 : at->left;
}

}  // namespace

void GpuShares::set(std::uint32_t gpu, std::uint32_t left) {
  const auto at = std::ranges::lower_bound(gpus_, gpu, {}, &SharedGpu::gpu);
  if (at != gpus_.end() && at->gpu == gpu) {
    at->left = left;
  } else {
    gpus_.insert(at, {gpu, left});
  }
}

bool GpuShares::gives(const Part& part, std::uint32_t milli, GpuMask whole) const {
  return part.tasks <= left_of(gpu_of(part), whole, *this) / milli;
}

void GpuShares::take(const Part& part, std::uint32_t milli, GpuMask& whole) {
  const std::uint32_t gpu = gpu_of(part);
  const std::uint32_t left = left_of(gpu, whole, *this);
  check(part.tasks <= left / milli, "a placement takes only what is left of a GPU");
  set(gpu, left - part.tasks * milli);
  whole &= ~part.gpus;
}

void GpuShares::give_back(const Part& part, std::uint32_t milli, GpuMask& whole) {
  const auto at = std::ranges::find(gpus_, gpu_of(part), &SharedGpu::gpu);
  check(at != gpus_.end() && part.tasks <= (gpu_milli_all - at->left) / milli,
        "only shares that are held are given back");
  at->left += part.tasks * milli;
  if (at->left == gpu_milli_all) {
    gpus_.erase(at);
    whole |= part.gpus;
  }
}

void GpuShares::narrow(GpuMask& whole, GpuMask other_whole, const GpuShares& other) {
  for (SharedGpu& one : gpus_) {
    one.left = std::min(one.left, left_of(one.gpu, other_whole, other));
  }
  for (const SharedGpu& one : other) {
    if ((whole >> one.gpu & 1U) != 0) {
      set(one.gpu, one.left);
    }
  }
  whole &= other_whole;
}

}  // namespace berth
