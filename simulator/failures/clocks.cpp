#include "simulator/failures/clocks.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "core/maths.hpp"
#include "core/samplers.hpp"

namespace berth {
namespace {

double seconds(SimTime time) { return static_cast<double>(time.time_since_epoch().count()) / 1e9; }

class Exponentially final : public Lasting {
 public:
  explicit Exponentially(double mean_s) : mean_s_(mean_s) {}
  [[nodiscard]] SimTime next(SimTime last, double times, Random& draws) const override {
    return after(last, to_duration(exponential(draws, mean_s_ / times)));
  }

 private:
  double mean_s_;
};

class AsWeibull final : public Lasting {
 public:
  AsWeibull(double mean_s, double shape)
      : shape_(shape), scale_s_(mean_s / exact_gamma(1 + 1 / shape)) {}
  [[nodiscard]] SimTime next(SimTime last, double times, Random& draws) const override {
    return after(last, to_duration(weibull(draws, shape_, scale_s_ / times)));
  }

 private:
  double shape_;
  double scale_s_;
};

// The failures of a constant rate, met where the cumulated hazard H(t) = t + (a - 1) tau (1 -
// exp(-t / tau)) says: it never grows slower than time (or, where a < 1, than a times that).
class AfterInfancy final : public Lasting {
 public:
  AfterInfancy(double mean_s, double times_first, double tau_s)
      : mean_s_(mean_s), more_(times_first - 1), tau_s_(tau_s) {}

  [[nodiscard]] SimTime next(SimTime last, double times, Random& draws) const override {
    const double gap = exponential(draws, mean_s_ / times);
    const double from = seconds(last);
    const double target = hazard(from) + gap;
    double low = from;
    double high = from + gap / std::min(1.0, 1 + more_);
    for (int halving = 0; halving < halvings && low < high; ++halving) {
      const double middle = (low + high) / 2;
      (hazard(middle) < target ? low : high) = middle;
    }
    return after(last, to_duration(high - from));
  }

 private:
  static constexpr int halvings = 60;
  [[nodiscard]] double hazard(double at) const {
    return at + more_ * tau_s_ * (1 - exact_exp(-at / tau_s_));
  }

  double mean_s_;
  double more_;
  double tau_s_;
};

}  // namespace

std::unique_ptr<const Lasting> lasts_exponentially(double mean_s) {
  return std::make_unique<Exponentially>(mean_s);
}
std::unique_ptr<const Lasting> lasts_weibull(double mean_s, double shape) {
  return std::make_unique<AsWeibull>(mean_s, shape);
}
std::unique_ptr<const Lasting> lasts_after_infancy(double mean_s, double times_first,
                                                   double tau_s) {
  return std::make_unique<AfterInfancy>(mean_s, times_first, tau_s);
}

Clocks::Clocks(RunKey run, std::uint32_t process, std::uint32_t entities, const Lasting& lasting,
               const Unequal& unequal, Stream stream)
    : run_(run), process_(process), lasting_(lasting), unequal_(unequal), stream_(stream) {
  check(process < 256, "fewer than 256 failure processes");
  ordinary_ = 1 / (1 + unequal.lemons * (unequal.lemon_times - 1));
  heap_.reserve(entities);
  for (std::uint32_t entity = 0; entity < entities; ++entity) {
    heap_.push_back(due(entity, 1, SimTime{}));
  }
  std::make_heap(heap_.begin(), heap_.end(), Due::later);
}

bool Clocks::is_lemon(std::uint32_t entity) const {
  if (unequal_.lemons <= 0) {
    return false;
  }
  Random draws = Clocks::draws(run_, process_, entity, 0, stream_);
  return uniform(draws) < unequal_.lemons;
}

double Clocks::times(std::uint32_t entity) const {
  if (!unequal_.gamma_shape && unequal_.lemons <= 0) {
    return 1;
  }
  Random draws = Clocks::draws(run_, process_, entity, 0, stream_);
  const bool lemon = uniform(draws) < unequal_.lemons;
  const double by_chance =
      unequal_.gamma_shape ? gamma(draws, *unequal_.gamma_shape, 1 / *unequal_.gamma_shape) : 1;
  return std::max(ordinary_ * by_chance * (lemon ? unequal_.lemon_times : 1), 1e-12);
}

Clocks::Due Clocks::due(std::uint32_t entity, std::uint32_t k, SimTime last) const {
  check(k < (1U << 24U), "an entity fails fewer than 2^24 times");
  Random draws = Clocks::draws(run_, process_, entity, k, stream_);
  return {lasting_.next(last, times(entity), draws), entity, k};
}

std::optional<Clocks::Tick> Clocks::next() {
  if (heap_.empty() || heap_.front().at.time_since_epoch() > longest_duration) {
    return std::nullopt;
  }
  std::pop_heap(heap_.begin(), heap_.end(), Due::later);
  Due& fires = heap_.back();
  Tick tick{fires.at, fires.entity, Clocks::draws(run_, process_, fires.entity, fires.k, stream_),
            fires.k};
  tick.draws.next();
  fires = due(fires.entity, fires.k + 1, fires.at);
  std::push_heap(heap_.begin(), heap_.end(), Due::later);
  return tick;
}

}  // namespace berth
