#include "simulator/failures/anatomy.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace berth {

Distribution noticed_after(Notice notice) {
  using std::chrono::minutes;
  using std::chrono::seconds;
  switch (notice) {
    case Notice::crash:
      return Distribution(Distribution::Constant{seconds(10)});
    case Notice::poll:
      return Distribution(Distribution::Uniform{Duration{}, minutes(5)});
    case Notice::hang:
      return Distribution(Distribution::Constant{minutes(10)});
    default:
      return Distribution(Distribution::Constant{});
  }
}

Anatomy::Anatomy(std::vector<Cause> causes, Repairs repairs)
    : causes_(std::move(causes)),
      pick_([this] {
        std::vector<double> weights;
        for (const Cause& cause : causes_) {
          weights.push_back(cause.weight);
        }
        return weights;
      }()),
      repairs_(std::move(repairs)) {}

Anatomy::Cause Anatomy::read_cause(const std::string& name, Setting written) {
  Cause cause{name, 0, Severity::high, Mend::hardware, noticed_after(Notice::poll)};
  if (written.is_scalar()) {
    cause.weight = written.number(0, 1);
    return cause;
  }
  cause.weight = written.at("share").number(0, 1);
  cause.severity =
      written.choice_or("severity", "high", {"high", "low"}) == 0 ? Severity::high : Severity::low;
  constexpr std::array mends{Mend::hardware, Mend::reboot, Mend::software};
  cause.mend =
      mends.at(written.choice_or("repair", "hardware", {"hardware", "reboot", "software"}));
  if (cause.mend == Mend::software && cause.severity == Severity::low) {
    written.at("severity").fail("of software nothing but the job is hit", "leave it out");
  }
  if (const auto noticed = written.find("noticed_after")) {
    cause.noticed_after = Distribution::read(*noticed);
  }
  return cause;
}

std::vector<Anatomy::Cause> Anatomy::read_mix(Setting mix) {
  std::vector<Cause> causes;
  double sum = 0;
  for (const auto& [name, written] : mix.entries()) {
    causes.push_back(read_cause(name, written));
    sum += causes.back().weight;
  }
  if (std::abs(sum - 1) > 1e-6) {
    mix.fail("shares must add up to 1");
  }
  return causes;
}

Anatomy Anatomy::read(Setting process, std::span<const CauseLine> usual) {
  std::vector<Cause> causes;
  if (const auto mix = process.find("mix")) {
    causes = read_mix(*mix);
  } else {
    for (const CauseLine& line : usual) {
      causes.push_back({std::string(line.name), line.weight, Severity::high, line.mend,
                        berth::noticed_after(line.notice)});
    }
  }
  if (const auto noticed = process.find("noticed_after")) {
    const Distribution always = Distribution::read(*noticed);
    for (Cause& cause : causes) {
      cause.noticed_after = always;
    }
  }
  return {std::move(causes), Repairs::read(process)};
}

// The same draws at the same places whatever the cause: one for it, one for the GPU; the rest is
// the last of its failure.
void Anatomy::draw(Random& draws, std::uint32_t gpus, Failure& failure) const {
  const std::size_t which = pick_(draws);
  const Cause& cause = causes_[which];
  failure.cause = static_cast<std::uint32_t>(which);
  failure.severity = cause.severity;
  const double gpu = uniform(draws) * static_cast<double>(gpus);
  failure.gpu = static_cast<std::uint32_t>(gpu);
  failure.noticed_after = cause.noticed_after.sample(draws);
  failure.course.clear();
  repairs_.draw(cause.mend, draws, failure.course);
  failure.relapses.clear();
  while (!failure.of_software() && repairs_.in_vain(draws)) {
    Relapse again{repairs_.shows_after(draws), cause.noticed_after.sample(draws), {}};
    repairs_.draw(cause.mend, draws, again.course);
    failure.relapses.push_back(std::move(again));
  }
}

std::vector<std::string> Anatomy::causes() const {
  std::vector<std::string> names;
  for (const Cause& cause : causes_) {
    names.push_back(cause.name);
  }
  return names;
}

double Anatomy::share(std::size_t cause) const {
  double all = 0;
  for (const Cause& one : causes_) {
    all += one.weight;
  }
  return causes_[cause].weight / all;
}

double Anatomy::interrupting() const {
  double all = 0;
  double high = 0;
  for (const Cause& cause : causes_) {
    all += cause.weight;
    const double times = cause.mend == Mend::software ? 1 : 1 / (1 - repairs_.in_vain());
    high += cause.severity == Severity::high ? cause.weight * times : 0;
  }
  return high / all;
}

}  // namespace berth
