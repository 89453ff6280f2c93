#include <array>

#include "scheduler/maker.hpp"
#include "scheduler/placer.hpp"

namespace berth {
namespace {

constexpr std::array placers{
    Maker<const Placer>{"first_fit", [](Setting) { return first_fit(); }},
    Maker<const Placer>{"best_fit", [](Setting) { return best_fit(); }},
    Maker<const Placer>{"worst_fit", [](Setting) { return worst_fit(); }},
    Maker<const Placer>{"random", [](Setting) { return random(); }},
    Maker<const Placer>{"contiguous", [](Setting) { return contiguous(); }},
};

}  // namespace

std::unique_ptr<const Placer> make_placer(Setting setting) { return make(placers, setting); }
std::vector<std::string_view> placer_names() { return names(placers); }

}  // namespace berth
