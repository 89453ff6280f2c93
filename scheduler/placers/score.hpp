// The placer that filters and scores, for those who bring pipelines of their own.
#pragma once

#include <memory>
#include <string_view>

#include "scheduler/placer.hpp"
#include "scheduler/placers/score_index.hpp"

namespace berth {

std::unique_ptr<const Placer> score_placer(Pipeline pipeline);

// The placer that scores by that score alone, with its options and `filters` in `setting`.
std::unique_ptr<const Placer> score_alone(std::string_view name, Setting setting);

}  // namespace berth
