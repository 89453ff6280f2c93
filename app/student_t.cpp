#include "app/student_t.hpp"

#include <boost/math/distributions/students_t.hpp>

namespace berth {

double student_t_975(std::size_t degrees_of_freedom) {
  const boost::math::students_t_distribution<double> t(static_cast<double>(degrees_of_freedom));
  return boost::math::quantile(t, 0.975);
}

}  // namespace berth
