// What tas is told, and what that comes to for one request: a job may name a level of its own and
// how many of its tasks stay together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "scheduler/placers/level_option.hpp"
#include "scheduler/placers/tas_domains.hpp"
#include "scheduler/request.hpp"

namespace berth {

// All pods in one domain of a level; there if that can be; anywhere.
enum class TasMode : std::uint8_t { required, preferred, unconstrained };

// By mode, as Kueue's feature gates have it: `mixed` (its default since 0.15) is best_fit where a
// level is asked for and least_free elsewhere; `balanced` the same, but preferred levels are filled
// evenly; the others know no mode.
enum class TasGate : std::uint8_t { mixed, best_fit, least_free, balanced };

// One request.
struct TasAsk {
  TasMode mode = TasMode::unconstrained;
  TasProfile profile = TasProfile::best_fit;
  bool balanced = false;
  std::uint32_t level = 0;        // nodes stand inside the innermost
  std::uint32_t slice_level = 0;  // the same level, or one inside it
  std::uint32_t slice_size = 1;   // pods
  std::uint32_t slices = 0;
};

struct TasOptions {
  LevelOption level;
  TasMode mode = TasMode::unconstrained;
  TasGate gate = TasGate::mixed;
  LevelOption slice_level;
  std::uint32_t slice_size = 1;

  static TasOptions read(Setting part);

  // InputError when the options name what the fleet does not have.
  void check_fleet(const Fleet& fleet) const;
  // What is wrong when the request contradicts the fleet or the options; "" when nothing is.
  [[nodiscard]] std::string contradiction(const Request& request, const Fleet& fleet) const;
  // Nothing when there is a contradiction.
  [[nodiscard]] std::optional<TasAsk> ask(const Request& request, const Fleet& fleet) const;

 private:
  [[nodiscard]] TasAsk unchecked(const Request& request, const Fleet& fleet) const;
};

}  // namespace berth
