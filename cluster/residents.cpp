#include "cluster/residents.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace berth {

void Residents::came(JobId job, const Placement& placement) {
  for (const Part& part : placement) {
    by_node_[part.node.index()].push_back(job);
  }
}

void Residents::left(JobId job, const Placement& placement) {
  for (const Part& part : placement) {
    auto& here = by_node_[part.node.index()];
    const auto at = std::ranges::find(here, job);
    check(at != here.end(), "who leaves a node ran there");
    *at = here.back();
    here.pop_back();
  }
}

}  // namespace berth
