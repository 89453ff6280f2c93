#include <array>

#include "scheduler/maker.hpp"
#include "scheduler/order.hpp"

namespace berth {
namespace {

constexpr std::array orders{
    Maker<const JobOrder>{"fifo", [](Setting) { return fifo(); }},
    Maker<const JobOrder>{"priority", [](Setting) { return priority(); }},
    Maker<const JobOrder>{"shortest_estimate", [](Setting) { return shortest_estimate(); }},
    Maker<const JobOrder>{"smallest_first", [](Setting) { return smallest_first(); }},
};

}  // namespace

std::unique_ptr<const JobOrder> make_order(Setting setting) { return make(orders, setting); }
std::vector<std::string_view> order_names() { return names(orders); }

}  // namespace berth
