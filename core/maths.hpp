// log, exp, pow, gamma and the normal quantile from + - * / and sqrt only, so that every IEEE
// machine and compiler gives the same bits. libm does not promise that: glibc alone has two answers
// to log(), with and without fused multiply-add. "Exact" means exactly repeatable; the error is
// at most 1 ulp for log, exp and pow, and below 1e-14 of the value for the others.
#pragma once

#ifdef __FAST_MATH__
#error "-ffast-math lets the compiler change results; Berth promises the same bits everywhere"
#endif

namespace berth {

double exact_log(double x);                      // REQUIRES: x > 0, finite
double exact_exp(double x);                      // overflows to infinity, underflows to 0
double exact_pow(double base, double exponent);  // REQUIRES: base > 0; both finite
double exact_gamma(double x);                    // Euler's; REQUIRES: x > 0; infinity above 171.6
double normal_quantile(double p);  // REQUIRES: 0 < p < 1 (Wichura, AS 241, 1988: PPND16)

}  // namespace berth
