// The running sums behind a Summary: one tally of all jobs, and one of each tenant, class and
// partition once there is more than one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/check.hpp"
#include "core/quantile_sketch.hpp"
#include "simulator/summary.hpp"

namespace berth {

// Slowdowns are integers of this part, so that their sums are exact.
inline constexpr std::int64_t slowdown_unit = 1'000'000'000;
inline constexpr Duration slowdown_bound = std::chrono::seconds(10);

// max(1, (wait + run) / max(run, 10 s)) in units of 1e-9, to the nearest.
inline std::int64_t bounded_slowdown(Duration wait, Duration run) {
  const std::int64_t over = std::max(run, slowdown_bound).count();
  const Int128 scaled = Int128{(wait + run).count()} * slowdown_unit + over / 2;
  return std::max(static_cast<std::int64_t>(scaled / over), slowdown_unit);
}

// `values` in their unit, each divided by `unit`; nothing when there are none.
std::optional<Statistics> statistics_of(const QuantileSketch& values, double unit);

struct Tally {
  JobCounts jobs;
  Int128 allocated = 0;
  QuantileSketch wait;        // nanoseconds
  QuantileSketch turnaround;  // nanoseconds
  QuantileSketch slowdown;    // 1e-9

  [[nodiscard]] JobNumbers numbers() const;
};

// Tallies by a dense id, kept from the moment there is a second name; until then the tally of all
// jobs is that of the first.
template <class IdType>
class Groups {
 public:
  Groups(const Names<IdType>& names, const Tally& all) : names_(&names), all_(&all) {}

  // The tally of `id`, or null while one name is all there is.
  Tally* of(IdType id) {
    if (names_->size() <= 1) {
      return nullptr;
    }
    if (tallies_.empty()) [[unlikely]] {
      tallies_.push_back(std::make_unique<Tally>(*all_));
    }
    if (id.index() >= tallies_.size()) [[unlikely]] {
      tallies_.resize(id.index() + 1);
    }
    auto& tally = tallies_[id.index()];
    if (!tally) [[unlikely]] {
      tally = std::make_unique<Tally>();
    }
    return tally.get();
  }

  // Of the groups that had jobs, in order of id; empty when fewer than two had.
  [[nodiscard]] std::vector<NamedNumbers> numbers() const {
    std::vector<NamedNumbers> all;
    for (std::uint32_t i = 0; i < tallies_.size(); ++i) {
      if (tallies_[i] && tallies_[i]->jobs.submitted > 0) {
        all.push_back({names_->name(IdType(i)), tallies_[i]->numbers()});
      }
    }
    return all.size() > 1 ? all : std::vector<NamedNumbers>{};
  }

 private:
  const Names<IdType>* names_;
  const Tally* all_;
  std::vector<std::unique_ptr<Tally>> tallies_;
};

}  // namespace berth
