#include <algorithm>
#include <string>

#include "scheduler/filter.hpp"
#include "scheduler/spread_limits.hpp"

namespace berth {
namespace {

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

bool resources(const Pod& pod, NodeId node, const Occupancy& free) {
  return free.room(node, pod.shape) > 0;
}

bool gpu_model(const Pod& pod, NodeId node, const Occupancy& free) {
  return !pod.terms || pod.terms->gpu_models.empty() ||
         has(pod.terms->gpu_models, free.fleet().kind(node).gpu_model);
}

bool labels(const Pod& pod, NodeId node, const Occupancy& free) {
  return !pod.terms || std::ranges::all_of(pod.terms->labels, [&](const std::string& label) {
    return has(free.fleet().kind(node).labels, label);
  });
}

bool taints(const Pod& pod, NodeId node, const Occupancy& free) {
  const auto& taints = free.fleet().kind(node).taints;
  return std::ranges::all_of(taints, [&](const std::string& taint) {
    return pod.terms && has(pod.terms->tolerates, taint);
  });
}

bool anti_affinity(const Pod& pod, NodeId node, const Occupancy& free) {
  return !free.pods().keep_away(pod.shape, node);
}

bool topology_spread(const Pod& pod, NodeId node, const Occupancy& free) {
  return !pod.is_spread() || SpreadLimits(pod, free).allow(node);
}

}  // namespace

const std::vector<Filter>& all_filters() {
  static const std::vector<Filter> filters{
#define FILTER(name, does) {#name, does, name},
#include "scheduler/filters.inc"
#undef FILTER
  };
  return filters;
}

bool alike(const Pod& a, const Pod& b) {
  if (!(a.shape == b.shape)) {
    return false;
  }
  static const Terms none;
  const Terms& one = a.terms ? *a.terms : none;
  const Terms& other = b.terms ? *b.terms : none;
  return &one == &other || (one.gpu_models == other.gpu_models && one.labels == other.labels &&
                            one.tolerates == other.tolerates && one.spread == other.spread);
}

std::vector<Filter> read_filters(Setting placer, std::string_view key) {
  const auto written = placer.is_map() ? placer.find(key) : std::nullopt;
  if (!written) {
    return all_filters();
  }
  std::vector<std::string_view> names;
  for (const Filter& filter : all_filters()) {
    names.push_back(filter.name);
  }
  std::vector<Filter> filters;
  for (const Setting item : written->items()) {
    const Filter& filter = all_filters()[item.choice(names)];
    if (std::ranges::find(filters, filter.name, &Filter::name) != filters.end()) {
      item.fail("stands twice in the list");
    }
    filters.push_back(filter);
  }
  if (std::ranges::find(filters, names.front(), &Filter::name) == filters.end()) {
    written->fail("leaves out resources", "a pod only runs where it fits: add resources");
  }
  return filters;
}

}  // namespace berth
