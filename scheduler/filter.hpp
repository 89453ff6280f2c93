// May this pod run on this node at all? What a pod is, and the filters that nodes have to pass
// before they are scored, as Kubernetes' scheduler has them. One filter is one function in
// filters.cpp and one line in filters.inc.
#pragma once

#include <string_view>
#include <vector>

#include "cluster/occupancy.hpp"
#include "core/settings.hpp"
#include "scheduler/request.hpp"

namespace berth {

// One task of a request, which is placed by itself, and what it says of nodes.
struct Pod {
  Shape shape;                         // its number of tasks is 1
  std::shared_ptr<const Terms> terms;  // null: it says nothing

  static Pod of(const Request& request) {
    Pod pod{request.shape, request.terms};
    pod.shape.tasks = 1;
    return pod;
  }
  [[nodiscard]] bool is_spread() const { return terms && !terms->spread.empty(); }
  [[nodiscard]] bool wants_gpu() const { return shape.gpus > 0 || shape.gpu_milli > 0; }
  [[nodiscard]] std::int64_t gpu_milli() const {
    return std::int64_t{shape.gpus} * gpu_milli_all + shape.gpu_milli;
  }
};

// Whether the two are of one class: a node that is good for the one is as good for the other.
bool alike(const Pod& a, const Pod& b);

struct Filter {
  std::string_view name;
  std::string_view does;  // in a line
  bool (*passes)(const Pod& pod, NodeId node, const Occupancy& free);
};

const std::vector<Filter>& all_filters();
// The list at `key` of a placer, or all of them when none is written. A node that has no room for
// the pod never passes, so the one that looks for it is among them.
std::vector<Filter> read_filters(Setting placer, std::string_view key);

}  // namespace berth
