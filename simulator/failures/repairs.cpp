#include <algorithm>
#include <chrono>
#include <cmath>

#include "simulator/failures/anatomy.hpp"

namespace berth {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

Distribution lognormal_of(Duration median) {
  constexpr double sigma = 0.8;
  return Distribution(Distribution::Lognormal{median, sigma});
}
Distribution always(Duration value) { return Distribution(Distribution::Constant{value}); }

constexpr std::array<std::string_view, 4> class_names{"reset", "reboot", "swap", "rma"};

void read_over(Setting map, std::string_view key, Distribution& lasts) {
  if (const auto written = map.find(key)) {
    lasts = Distribution::read(*written);
  }
}

}  // namespace

Repairs::Repairs()
    : shares_{0.35, 0.25, 0.30, 0.10},
      lasts_{lognormal_of(minutes(5)), lognormal_of(minutes(20)), lognormal_of(hours(4)),
             lognormal_of(hours(14 * 24))},
      triage_(always(minutes(10))),
      onboard_(always(minutes(12))),
      seatrial_(always(minutes(20))),
      zap_(always(minutes(2))),
      test_(always(minutes(20))),
      again_after_(Distribution::Exponential{hours(24)}) {}

Repairs Repairs::read(Setting process) {
  Repairs repairs;
  const auto written = process.find("repair");
  if (!written) {
    return repairs;
  }
  if (!written->is_map() || written->find("kind")) {
    repairs.whole_ = Distribution::read(*written);
  } else {
    repairs.read_classes(*written);
  }
  return repairs;
}

void Repairs::read_classes(Setting map) {
  if (const auto classes = map.find("classes")) {
    shares_.fill(0);
    double sum = 0;
    for (const auto& [name, share] : classes->entries()) {
      const std::size_t which = static_cast<std::size_t>(
          std::ranges::find(class_names, std::string_view(name)) - class_names.begin());
      if (which == class_names.size()) {
        share.fail("no such repair", "known: reset, reboot, swap, rma");
      }
      sum += shares_.at(which) = share.number(0, 1);
    }
    if (std::abs(sum - 1) > 1e-6) {
      classes->fail("shares must add up to 1");
    }
  }
  for (std::size_t which = 0; which < class_names.size(); ++which) {
    read_over(map, class_names.at(which), lasts_.at(which));
  }
  read_over(map, "triage", triage_);
  read_over(map, "onboard", onboard_);
  read_over(map, "seatrial", seatrial_);
  read_over(map, "zap", zap_);
  read_over(map, "test", test_);
  constexpr double most = 0.99;
  fails_test_ = map.number_or("fails_test", 0, 0, most);
  if (const auto again = map.find("fails_again")) {
    fails_again_ = again->at("share").number(0, most);
    read_over(*again, "after", again_after_);
  }
}

void Repairs::add(NodeState state, const Distribution& lasts, Random& draws,
                  std::vector<Stage>& course) const {
  const bool by_hand =
      state == NodeState::triage || state == NodeState::debug || state == NodeState::onboard;
  course.push_back({state, lasts.sample(draws), by_hand});
}

void Repairs::draw_class(Class which, Random& draws, std::vector<Stage>& course) const {
  const Distribution& lasts = lasts_.at(static_cast<std::size_t>(which));
  if (which == Class::reset || which == Class::reboot) {
    add(NodeState::reboot, lasts, draws, course);
  } else {
    add(NodeState::triage, triage_, draws, course);
    add(which == Class::swap ? NodeState::debug : NodeState::rma, lasts, draws, course);
    add(NodeState::onboard, onboard_, draws, course);
    add(NodeState::seatrial, seatrial_, draws, course);
    add(NodeState::zap, zap_, draws, course);
  }
  add(NodeState::test, test_, draws, course);
}

void Repairs::draw(Mend mend, Random& draws, std::vector<Stage>& course) const {
  if (mend == Mend::software) {
    return;
  }
  if (whole_) {
    add(NodeState::triage, *whole_, draws, course);
    course.push_back({NodeState::test, Duration{}});
    return;
  }
  if (mend == Mend::reboot) {
    draw_class(Class::reboot, draws, course);
  } else {
    double left = uniform(draws);
    std::size_t which = 0;
    while (which + 1 < shares_.size() && left >= shares_.at(which)) {
      left -= shares_.at(which++);
    }
    draw_class(static_cast<Class>(which), draws, course);
  }
  while (fails_test_ > 0 && uniform(draws) < fails_test_) {
    draw_class(Class::swap, draws, course);
  }
}

bool Repairs::in_vain(Random& draws) const {
  return fails_again_ > 0 && uniform(draws) < fails_again_;
}

std::vector<Stage> Repairs::replacement(Duration comes_after) {
  return {{NodeState::triage, minutes(10), true},
          {NodeState::rma, comes_after},
          {NodeState::onboard, minutes(12), true},
          {NodeState::seatrial, minutes(20)},
          {NodeState::zap, minutes(2)},
          {NodeState::test, minutes(20)}};
}

Duration Repairs::mean() const {
  if (whole_) {
    return whole_->mean();
  }
  const auto seconds = [](const Distribution& of) {
    return static_cast<double>(of.mean().count()) / 1e9;
  };
  const double gates = seconds(triage_) + seconds(onboard_) + seconds(seatrial_) + seconds(zap_);
  const double swap = gates + seconds(lasts_[2]) + seconds(test_);
  double all = seconds(test_);
  for (std::size_t which = 0; which < shares_.size(); ++which) {
    all += shares_.at(which) * (seconds(lasts_.at(which)) + (which >= 2 ? gates : 0.0));
  }
  return to_duration(all + swap * fails_test_ / (1 - fails_test_));
}

}  // namespace berth
