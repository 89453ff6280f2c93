// log, exp, pow and the normal quantile from + - * / and sqrt only, so that every IEEE machine and
// compiler gives the same bits (libm does not promise that; see docs/decisions).
#pragma once

namespace berth {

double exact_log(double x);            // REQUIRES: x > 0, finite
double exact_exp(double x);            // overflows to infinity, underflows to 0
double exact_pow(double base, double exponent);  // REQUIRES: base > 0
double normal_quantile(double p);      // REQUIRES: 0 < p < 1 (Wichura, AS 241, 1988)

}  // namespace berth
