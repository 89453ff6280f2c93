// Nodes that fail one by one, each by a clock of its own. The options, over what a preset says:
//
//   rate_per_1000_node_days: 3.79        of the mean node, all causes and severities together
//   overdispersion: 2                    rates of nodes differ: gamma-distributed, of this shape
//   lemons: {share: 0.012, times: 20}    and these fail so many times as often as the others; the
//                                        mean over all nodes stays what it is
//   infancy: {times: 5, lasts: 30d}      the rate begins so many times higher, and falls with this
//                                        time constant to what is given (not for weibull)
//   silent: [silent_corruption]          of these causes nobody notices that they make work wrong,
//                                        but a test of the idle node (active_tests.hpp)
//   prediction: {precision: 0.5, recall: 0.3, lead: 2h, jobs: leave}   see prediction.hpp
//   shape: 0.7                           of weibull
//   load_factor: 3                       the rate is of a node under full load; an idle one fails
//                                        so many times more seldom, in between by the GPUs that
//                                        are held (not for weibull)
//
// Stragglers do not stop who runs there but slow them, and their gangs with them, until they are
// noticed:
//
//   slowdown: 1.3                        so many times longer; or {least: 1.1, most: 2}, evenly
//                                        between the two
//
// and what anatomy.hpp reads.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "simulator/failures/anatomy.hpp"
#include "simulator/failures/clocks.hpp"
#include "simulator/failures/failure_source.hpp"

namespace berth {

// What a preset, or a process without one, says where the config does not.
struct NodeRates {
  std::optional<double> per_1000_node_days;  // nothing: the config has to say
  std::span<const CauseLine> causes;
  double lemons = 0;
  double lemon_times = 1;
  bool slow = false;  // they slow jobs
};

std::unique_ptr<const FailureProcess> nodes_that_fail(Setting setting, const NodeRates& usual);

}  // namespace berth
