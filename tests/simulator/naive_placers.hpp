// What every placer has to answer, said naively: each node is looked at through the occupancy's
// data of single nodes, nothing comes from an index. The words of scheduler/placer.hpp are the
// specification of both.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "scheduler/placer.hpp"

namespace berth::test {

using NaivePlacer = std::optional<Placement> (*)(const Request&, const View&);

std::optional<Placement> naive_first_fit(const Request& request, const View& view);
std::optional<Placement> naive_best_fit(const Request& request, const View& view);
std::optional<Placement> naive_worst_fit(const Request& request, const View& view);
std::optional<Placement> naive_random(const Request& request, const View& view);
std::optional<Placement> naive_contiguous(const Request& request, const View& view);

// What the index says of the fleet and its domains that a scan of the nodes contradicts, or "".
std::string wrong_in_index(const Occupancy& free);

// `placer`, with each answer compared with its naive twin and each index it is shown with a scan.
// The first difference goes to `complaint`, which outlives it.
std::unique_ptr<const Placer> with_twin(std::unique_ptr<const Placer> placer, NaivePlacer twin,
                                        std::string& complaint);

}  // namespace berth::test
