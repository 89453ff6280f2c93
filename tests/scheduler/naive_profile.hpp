// The availability profile as a list of slots, gone through afresh for each question.
#pragma once

#include <algorithm>
#include <bit>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "scheduler/profile.hpp"
#include "tests/cluster/fleets.hpp"

namespace berth::testing {

class NaiveProfile {
 public:
  NaiveProfile(const Fleet& fleet, const Placer& placer) : fleet_(&fleet), placer_(&placer) {
    const auto one_gpu = [](const NodeKind& kind) { return kind == gpu_node(1); };
    counts =
        std::all_of(fleet.kinds().begin(), fleet.kinds().end(), one_gpu) && placer.takes_any_room();
  }

  // Which nodes a request may have for a start then, and when that changes; null: all, and never.
  std::function<bool(NodeId, const Request&, SimTime)> may_have{};
  std::vector<SimTime> changes{};
  bool counts;  // nodes of one GPU are interchangeable: their number decides, not their names

  void take(const Shape& shape, const Slot& slot) { slots_.emplace_back(shape, slot); }

  // From `from` on; a slot is named by its shape, start and placement.
  void give_back(const Shape& shape, const Slot& slot, SimTime from) {
    for (auto& [taken_shape, taken] : slots_) {
      if (taken_shape == shape && taken.start == slot.start && taken.end == slot.end &&
          taken.placement == slot.placement) {
        taken.end = from;
        return;
      }
    }
  }

  // A start is earliest only now or where another slot ends.
  [[nodiscard]] Slot earliest(const Request& request, RunKey run, SimTime now) const {
    std::set<SimTime> starts{now};
    std::ranges::copy_if(changes, std::inserter(starts, starts.end()),
                         [now](SimTime at) { return at > now; });
    for (const auto& [shape, slot] : slots_) {
      if (slot.end > now) {
        starts.insert(slot.end);
      }
    }
    for (const SimTime start : starts) {
      const SimTime end = start + request.estimate;
      if (counts && enough_throughout(start, end, request.shape)) {
        return {start, end, {}};
      }
      if (auto placement = counts ? std::nullopt : place_at(start, end, request, run)) {
        return {start, end, std::move(*placement)};
      }
    }
    return {never, never, {}};
  }

 private:
  struct Used {
    GpuMask gpus = 0;                              // those that one job holds
    std::map<std::uint32_t, std::uint32_t> milli;  // held of those that are shared
    std::int64_t cpu_milli = 0;
    std::int64_t memory = 0;
  };

  [[nodiscard]] std::optional<Placement> place_at(SimTime start, SimTime end,
                                                  const Request& request, RunKey run) const {
    Occupancy index = free_throughout(start, end);
    for (std::uint32_t node = 0; may_have && node < fleet_->nodes(); ++node) {
      index.set_available(NodeId(node), may_have(NodeId(node), request, start));
    }
    return placer_->place(request, {index, start, run});
  }

  [[nodiscard]] bool enough_throughout(SimTime start, SimTime end, const Shape& shape) const {
    bool enough = count_at(start) + shape.total_gpus() <= fleet_->gpus();
    for (const auto& [taken, slot] : slots_) {
      enough = enough && (slot.start <= start || slot.start >= end ||
                          count_at(slot.start) + shape.total_gpus() <= fleet_->gpus());
    }
    return enough;
  }
  [[nodiscard]] std::uint64_t count_at(SimTime at) const {
    std::uint64_t gpus = 0;
    for (const auto& [shape, slot] : slots_) {
      gpus += slot.start <= at && at < slot.end ? shape.total_gpus() : 0;
    }
    return gpus;
  }

  // What is used at one instant, by node.
  [[nodiscard]] std::vector<Used> used_at(SimTime at) const {
    std::vector<Used> used(fleet_->nodes());
    for (const auto& [shape, slot] : slots_) {
      if (slot.start <= at && at < slot.end) {
        for (const Part& part : slot.placement) {
          Used& node = used[part.node.index()];
          if (shape.gpu_milli > 0) {
            node.milli[static_cast<std::uint32_t>(std::countr_zero(part.gpus))] +=
                part.tasks * shape.gpu_milli;
          } else {
            node.gpus |= part.gpus;
          }
          node.cpu_milli += part.tasks * shape.cpu_milli;
          node.memory += part.tasks * shape.memory;
        }
      }
    }
    return used;
  }

  // The most that is used of each node at any instant in between: use grows only where one starts.
  [[nodiscard]] std::vector<Used> most_used(SimTime start, SimTime end) const {
    std::vector<Used> most = used_at(start);
    for (const auto& [shape, slot] : slots_) {
      if (start < slot.start && slot.start < end) {
        const auto used = used_at(slot.start);
        for (std::size_t i = 0; i < most.size(); ++i) {
          most[i].gpus |= used[i].gpus;
          for (const auto& [gpu, milli] : used[i].milli) {
            most[i].milli[gpu] = std::max(most[i].milli[gpu], milli);
          }
          most[i].cpu_milli = std::max(most[i].cpu_milli, used[i].cpu_milli);
          most[i].memory = std::max(most[i].memory, used[i].memory);
        }
      }
    }
    return most;
  }

  [[nodiscard]] Occupancy free_throughout(SimTime start, SimTime end) const {
    Occupancy index(*fleet_);
    const auto most = most_used(start, end);
    for (std::uint32_t i = 0; i < fleet_->nodes(); ++i) {
      const NodeId node(i);
      GpuMask whole = index.free(node) & ~most[i].gpus;
      GpuShares shares;
      for (const auto& [gpu, milli] : most[i].milli) {
        if ((whole >> gpu & 1U) != 0) {
          shares.take({node, 1, GpuMask{1} << gpu}, milli, whole);
        }
      }
      index.assume(node, whole, index.free_cpu_milli(node) - most[i].cpu_milli,
                   index.free_memory(node) - most[i].memory, shares);
    }
    return index;
  }

  const Fleet* fleet_;
  const Placer* placer_;
  std::vector<std::pair<Shape, Slot>> slots_;
};

}  // namespace berth::testing
