// When jobs arrive: the rhythm of a synthetic workload.
#pragma once

#include <memory>

#include "core/random.hpp"
#include "core/settings.hpp"

namespace berth {

class Arrivals {
 public:
  virtual ~Arrivals() = default;
  // The arrival that follows one at `now`; both in seconds since the start of the run. Real
  // seconds, rounded to the millisecond only for the job, so that short gaps keep their mean.
  virtual double after(double now, Random& draws) const = 0;
  // Whether time passes between arrivals; without, a source that never ends would never leave 0s.
  [[nodiscard]] virtual bool takes_time() const { return true; }
};

// {kind: poisson, mean_gap: 90s}            independent arrivals
// {kind: diurnal, mean_gap: 90s, swing: 0.4, peak: 14h, weekend: 0.5}
//     Poisson with a rate that goes up and down by `swing` as a cosine with its top at `peak`, and
//     is `weekend` times as high on the days 6 and 7 of each week; mean_gap is that of a whole week
// {kind: fixed, gap: 10s}                   the first after one gap
// {kind: renewal, gap: {kind: gamma, ...}}  independent gaps of any distribution
std::unique_ptr<const Arrivals> read_arrivals(Setting setting);

}  // namespace berth
