#include <array>

#include "scheduler/maker.hpp"
#include "scheduler/order.hpp"

namespace berth {
namespace {

#define ORDER(name, does) Maker<JobOrder>{#name, does, [](Setting) { return name(); }},
#define ORDER_WITH_OPTIONS(name, does) Maker<JobOrder>{#name, does, name},
constexpr std::array orders{
#include "scheduler/orders.inc"
};
#undef ORDER_WITH_OPTIONS
#undef ORDER

}  // namespace

std::unique_ptr<JobOrder> make_order(Setting setting) { return make(orders, setting); }
std::vector<std::string_view> order_names() { return names(orders); }
std::string_view order_summary(std::string_view name) { return summary(orders, name); }

}  // namespace berth
