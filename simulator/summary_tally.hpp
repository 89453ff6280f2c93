// The running sums behind a Summary: one tally of all jobs, and one of each tenant, class and
// partition once there is more than one.
#pragma once

#include <algorithm>
#include <cstddef>
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
  if ((wait + run).count() <= over) {
    return slowdown_unit;
  }
  const Int128 scaled = Int128{(wait + run).count()} * slowdown_unit + over / 2;
  return static_cast<std::int64_t>(scaled / over);
}

// `values` in their unit, each divided by `unit`; nothing when there are none.
std::optional<Statistics> statistics_of(const QuantileSketch& values, double unit);

// A sketch that begins as a list: most of a thousand tenants have few jobs, and a sketch each would
// cost them a hundred times that.
class Values {
 public:
  void add(std::int64_t value) {
    if (few_.size() < few_at_most) [[unlikely]] {
      few_.push_back(value);
    } else {
      if (many_.empty()) [[unlikely]] {
        many_ = sketch();
      }
      many_.add(value);
    }
  }

  [[nodiscard]] QuantileSketch sketch() const {
    QuantileSketch all = many_;
    for (std::size_t i = 0; many_.empty() && i < few_.size(); ++i) {
      all.add(few_[i]);
    }
    return all;
  }

 private:
  static constexpr std::size_t few_at_most = 256;
  std::vector<std::int64_t> few_;
  QuantileSketch many_;  // of all values, once there are more than a few
};

struct Tally {
  JobCounts jobs;
  Int128 allocated = 0;
  Int128 network = 0;
  std::uint64_t interruptions = 0;
  WallAndWork wall_and_work;
  Values wait;        // nanoseconds
  Values turnaround;  // nanoseconds
  Values slowdown;    // 1e-9

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
