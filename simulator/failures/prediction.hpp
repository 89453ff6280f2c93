// Failures that are foreseen: so long before, a warning says that the node will fail. It is drained
// at once, and repaired when it is empty; what was mended by then does not happen. Jobs on it stay
// until they end, or leave when their next checkpoint is written.
//
// `recall` is the part of all failures of nodes (not of software, nor of those that are silent)
// that are foreseen, `precision` the part of all warnings that are of such a failure: the others,
// false alarms, come at a rate of their own to all nodes alike, and each costs the drain, a reboot
// and a test.
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "simulator/failures/clocks.hpp"
#include "simulator/failures/failure_source.hpp"

namespace berth {

struct Prediction {
  double precision = 0.5;
  double recall = 0.3;
  Duration lead{};
  bool jobs_leave = false;
  double false_per_node_s = 0;  // recall x rate x (1 - precision) / precision
};

// Failures of an inner source with the warnings of those that are `foretold` before them, in order
// of time, warnings first.
class Foretelling final : public FailureSource {
 public:
  Foretelling(std::unique_ptr<FailureSource> inner, const Prediction& prediction)
      : inner_(std::move(inner)), lead_(prediction.lead), jobs_leave_(prediction.jobs_leave) {}
  bool next(Failure& failure) override;

 private:
  void pull();
  std::deque<Failure>* first();

  std::unique_ptr<FailureSource> inner_;
  Duration lead_;
  bool jobs_leave_;
  std::deque<Failure> warnings_;
  std::deque<Failure> failures_;
  SimTime pulled_up_to_{};  // no failure comes before it any more
  bool more_ = true;
};

}  // namespace berth
