#include "workloads/arrivals.hpp"

#include <chrono>
#include <cmath>
#include <string_view>

#include "core/distribution.hpp"
#include "core/samplers.hpp"
#include "core/time.hpp"

namespace berth {
namespace {

constexpr double day = 24 * 3600;
constexpr double week = 7 * day;
constexpr Duration least_gap = std::chrono::microseconds(1);  // what a double of 146 years resolves

double in_seconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::duration<double>>(duration).count();
}

double read_gap(Setting map, std::string_view key) {
  const Setting setting = map.at(key);
  const Duration gap = setting.duration();
  if (gap < least_gap) {
    setting.fail("is too short", "the shortest gap is 1us");
  }
  return in_seconds(gap);
}

// The cosine of a whole turn times `turns`, by Taylor's series: libm's differs between machines.
double cosine_of_turns(double turns) {
  constexpr double pi = 3.14159265358979323846;
  double part = turns - std::floor(turns);  // 0..1
  part = part > 0.5 ? 1 - part : part;      // 0..0.5, the cosine is even
  const double sign = part > 0.25 ? -1 : 1;
  const double angle = 2 * pi * (part > 0.25 ? 0.5 - part : part);  // 0..pi/2
  double term = 1;
  double sum = 1;
  for (int n = 2; n <= 20; n += 2) {
    term *= -angle * angle / (n * (n - 1));
    sum += term;
  }
  return sign * sum;
}

class Poisson final : public Arrivals {
 public:
  explicit Poisson(Setting setting) : mean_gap_(read_gap(setting, "mean_gap")) {}
  double after(double now, Random& draws) const override {
    return now + exponential(draws, mean_gap_);
  }

 private:
  double mean_gap_;
};

// By thinning (Lewis and Shedler, 1979): candidates come at the highest rate, and each is kept with
// the probability rate / highest rate.
class Diurnal final : public Arrivals {
 public:
  explicit Diurnal(Setting setting)
      : swing_(setting.number_or("swing", 0, 0, 1)),
        weekend_(setting.number_or("weekend", 1, 0, 1)),
        peak_(in_seconds(setting.duration_or("peak", std::chrono::hours(14)))) {
    const double mean_of_weights = (5 + 2 * weekend_) / 7;
    candidate_gap_ = read_gap(setting, "mean_gap") * mean_of_weights / (1 + swing_);
  }
  double after(double now, Random& draws) const override {
    do {
      now += exponential(draws, candidate_gap_);
    } while (uniform(draws) * (1 + swing_) >= weight(now));
    return now;
  }

 private:
  [[nodiscard]] double weight(double now) const {
    const double in_week = now - week * std::floor(now / week);
    const double of_day = in_week >= 5 * day ? weekend_ : 1;
    return of_day * (1 + swing_ * cosine_of_turns((in_week - peak_) / day));
  }

  double swing_;
  double weekend_;
  double peak_;
  double candidate_gap_ = 0;
};

class Fixed final : public Arrivals {
 public:
  explicit Fixed(Setting setting) {
    const Setting gap = setting.at("gap");
    gap_ = gap.duration() == Duration{} ? 0 : read_gap(setting, "gap");
  }
  double after(double now, Random&) const override { return now + gap_; }
  [[nodiscard]] bool takes_time() const override { return gap_ > 0; }

 private:
  double gap_ = 0;
};

class Renewal final : public Arrivals {
 public:
  explicit Renewal(Setting setting) : gap_(Distribution::read(setting.at("gap"))) {}
  double after(double now, Random& draws) const override {
    return now + in_seconds(gap_.sample(draws));
  }
  [[nodiscard]] bool takes_time() const override {
    return gap_.mean() >= std::chrono::milliseconds(1);
  }

 private:
  Distribution gap_;
};

template <class Kind>
std::unique_ptr<const Arrivals> make(Setting setting) {
  return std::make_unique<Kind>(setting);
}

}  // namespace

std::unique_ptr<const Arrivals> read_arrivals(Setting setting) {
  switch (setting.kind_among({"poisson", "diurnal", "fixed", "renewal"})) {
    case 0:
      return make<Poisson>(setting);
    case 1:
      return make<Diurnal>(setting);
    case 2:
      return make<Fixed>(setting);
    default:
      return make<Renewal>(setting);
  }
}

}  // namespace berth
