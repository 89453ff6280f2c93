// When each of many entities fails next: a heap by time, then entity. A failure costs O(log
// entities), and what does not fail costs nothing but its place in the heap.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/random.hpp"
#include "core/time.hpp"

namespace berth {

// How long an entity lasts. Pure: what it answers depends on its arguments alone.
class Lasting {
 public:
  virtual ~Lasting() = default;
  // The time of the failure after the one at `last` (or after the begin of the run, when all
  // entities are new). `times` is how much more often than usual this entity fails. Takes one draw.
  [[nodiscard]] virtual SimTime next(SimTime last, double times, Random& draws) const = 0;
};
// A constant rate. REQUIRES: mean > 0 seconds, here and below.
std::unique_ptr<const Lasting> lasts_exponentially(double mean_s);
// A Weibull time after each repair, with this mean: 'times' is taken off it.
std::unique_ptr<const Lasting> lasts_weibull(double mean_s, double shape);
// The rate begins `times_first` times as high and falls to the constant one with the time constant
// tau: h0 (1 + (a - 1) exp(-age / tau)), of the age of the cluster.
std::unique_ptr<const Lasting> lasts_after_infancy(double mean_s, double times_first, double tau_s);

// Entities that are not equal: each fails `times` as often as the usual one.
struct Unequal {
  std::optional<double> gamma_shape;  // times drawn from a gamma distribution of mean 1
  double lemons = 0;                  // this part of them ...
  double lemon_times = 1;             // ... fails so many times as often as the others
};

class Clocks {
 public:
  // The draws of the k-th failure of an entity, from 1 on; k = 0: what the entity is like.
  // REQUIRES: process < 256, k < 2^24.
  static Random draws(RunKey run, std::uint32_t process, std::uint32_t entity, std::uint32_t k,
                      Stream stream = Stream::failures) {
    const std::uint64_t whose = (std::uint64_t{process} << 56U) | (std::uint64_t{entity} << 24U);
    return {run, stream, whose | k};
  }

  // `lasting` outlives it.
  Clocks(RunKey run, std::uint32_t process, std::uint32_t entities, const Lasting& lasting,
         const Unequal& unequal, Stream stream = Stream::failures);

  [[nodiscard]] bool is_lemon(std::uint32_t entity) const;

  struct Tick {
    SimTime at{};
    std::uint32_t entity = 0;
    Random draws;  // of this failure, but the first, which was its time
    std::uint32_t k = 0;
  };
  // The next one, and sets the clock of that entity anew; nothing when none fails within a run.
  std::optional<Tick> next();

 private:
  struct Due {
    SimTime at{};
    std::uint32_t entity = 0;
    std::uint32_t k = 0;
    [[nodiscard]] static bool later(const Due& a, const Due& b) {
      return a.at != b.at ? a.at > b.at : a.entity > b.entity;
    }
  };
  [[nodiscard]] double times(std::uint32_t entity) const;
  [[nodiscard]] Due due(std::uint32_t entity, std::uint32_t k, SimTime last) const;

  RunKey run_;
  std::uint32_t process_;
  const Lasting& lasting_;
  Unequal unequal_;
  Stream stream_;
  double ordinary_ = 1;  // so that the mean over all entities is 1
  std::vector<Due> heap_;
};

}  // namespace berth
