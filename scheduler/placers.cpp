#include <array>

#include "scheduler/maker.hpp"
#include "scheduler/placer.hpp"
#include "scheduler/placers/score.hpp"

namespace berth {
namespace {

#define PLACER(name, does) Maker<const Placer>{#name, does, [](Setting) { return name(); }},
#define PLACER_WITH_OPTIONS(name, does) Maker<const Placer>{#name, does, name},
constexpr std::array placers{
#include "scheduler/placers.inc"
#define SCORE(name, does) \
  Maker<const Placer>{#name, does, [](Setting setting) { return score_alone(#name, setting); }},
#define SCORE_WITH_OPTIONS(name, does) SCORE(name, does)
#define SCORE_ONLY(name, does)
#include "scheduler/scores.inc"
};
#undef SCORE_ONLY
#undef SCORE_WITH_OPTIONS
#undef SCORE
#undef PLACER_WITH_OPTIONS
#undef PLACER

}  // namespace

std::unique_ptr<const Placer> make_placer(Setting setting) { return make(placers, setting); }
std::vector<std::string_view> placer_names() { return names(placers); }
std::string_view placer_summary(std::string_view name) { return summary(placers, name); }

}  // namespace berth
