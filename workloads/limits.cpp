#include "workloads/limits.hpp"

#include <algorithm>
#include <chrono>

#include "core/samplers.hpp"

namespace berth {
namespace {

constexpr double least_factor = 1e-3;
constexpr double most_factor = 1e6;

double in_seconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::duration<double>>(duration).count();
}

Duration rounded_up(Duration duration, Duration unit) {
  const Duration rest = duration % unit;
  return rest == Duration{} ? duration : duration + (unit - rest);
}

}  // namespace

Duration exact_limit(Duration work) {
  return work > Duration{} ? work : Duration(std::chrono::seconds(1));
}

Limits Limits::read(Setting workload) {
  Limits limits;
  const auto setting = workload.find("limits");
  if (!setting) {
    static_cast<void>(workload.text_or("limits", "exact"));  // for the resolved config
    return limits;
  }
  if (setting->kind_among({"exact", "inflated"}) == 0) {
    return limits;
  }
  limits.read_factor(setting->at("factor"));
  limits.round_up_to_ = setting->duration_or("round_up_to", Duration{});
  limits.least_ = setting->duration_or("least", Duration{});
  limits.most_ = setting->duration_or("most", longest_duration);
  if (limits.most_ == Duration{} || limits.most_ < limits.least_) {
    setting->fail("most is shorter than least", "a limit is longer than 0s");
  }
  return limits;
}

void Limits::read_factor(Setting factor) {
  if (factor.is_scalar()) {
    kind_ = Factor::uniform;
    first_ = second_ = factor.number(least_factor, most_factor);
    return;
  }
  if (factor.kind_among({"uniform", "lognormal"}) == 0) {
    kind_ = Factor::uniform;
    first_ = factor.at("low").number(least_factor, most_factor);
    second_ = factor.at("high").number(first_, most_factor);
  } else {
    kind_ = Factor::lognormal;
    first_ = factor.at("median").number(least_factor, most_factor);
    second_ = factor.at("sigma").number(0, 10);
  }
}

double Limits::factor(Random& draws) const {
  if (kind_ == Factor::lognormal) {
    return lognormal(draws, first_, second_);
  }
  return first_ + (second_ - first_) * uniform(draws);
}

Duration Limits::operator()(Duration work, Random& draws) const {
  if (kind_ == Factor::none) {
    draws.next();
    return exact_limit(work);
  }
  Duration limit = std::max(to_duration(in_seconds(work) * factor(draws)), least_);
  if (round_up_to_ > Duration{}) {
    limit = rounded_up(limit, round_up_to_);
  }
  return exact_limit(std::min(limit, most_));
}

}  // namespace berth
