// Wichura (1988), "The percentage points of the normal distribution", Applied Statistics 37,
// algorithm AS 241, routine PPND16: about 1 part in 10^16.
#include <array>
#include <cmath>
#include <cstddef>

#include "core/check.hpp"
#include "core/maths.hpp"

namespace berth {
namespace {

// A quotient of two polynomials, the lowest power first.
struct Rational {
  std::array<double, 8> above;
  std::array<double, 8> below;

  [[nodiscard]] double at(double x) const { return value(above, x) / value(below, x); }

  static double value(const std::array<double, 8>& coefficients, double x) {
    double sum = 0;
    for (std::size_t i = coefficients.size(); i-- > 0;) {
      sum = sum * x + coefficients[i];
    }
    return sum;
  }
};

// |p - 1/2| <= 0.425.
constexpr Rational centre{
    {3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3,
     1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
     3.3430575583588128105e+4, 2.5090809287301226727e+3},
    {1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
     2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4,
     5.2264952788528545610e+3}};

// min(p, 1 - p) down to exp(-25).
constexpr Rational shoulder{
    {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
     3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
     2.27238449892691845833e-2, 7.74545014278341407640e-4},
    {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
     1.05075007164441684324e-9}};

// Beyond.
constexpr Rational tail{
    {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
     2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
     2.71155556874348757815e-5, 2.01033439929228813265e-7},
    {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
     2.04426310338993978564e-15}};

}  // namespace

double normal_quantile(double p) {
  check(p > 0 && p < 1, "a quantile is asked for a probability between 0 and 1");
  const double from_centre = p - 0.5;
  if (from_centre >= -0.425 && from_centre <= 0.425) {
    return from_centre * centre.at(0.180625 - from_centre * from_centre);
  }
  const double r = std::sqrt(-exact_log(from_centre < 0 ? p : 1 - p));
  const double distance = r <= 5 ? shoulder.at(r - 1.6) : tail.at(r - 5);
  return from_centre < 0 ? -distance : distance;
}

}  // namespace berth
