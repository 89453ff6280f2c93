#include "scheduler/preemptions/trial.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"

namespace berth {
namespace {

// Two lists of parts, in any order: do they meet on a node, or on a GPU?
struct Meeting {
  bool on_node = false;
  bool on_gpu = false;
};

class ByNode {
 public:
  explicit ByNode(const Placement& placement) {
    for (const Part& part : placement) {
      if (!parts_.empty() && parts_.back().first == part.node) {
        parts_.back().second |= part.gpus;
      } else {
        parts_.emplace_back(part.node, part.gpus);
      }
    }
    std::sort(parts_.begin(), parts_.end());
  }
  [[nodiscard]] Meeting meets(const Placement& other) const {
    Meeting meeting;
    for (const Part& part : other) {
      const auto found =
          std::lower_bound(parts_.begin(), parts_.end(), std::pair(part.node, GpuMask{0}));
      if (found != parts_.end() && found->first == part.node) {
        meeting.on_node = true;
        meeting.on_gpu = meeting.on_gpu || (found->second & part.gpus) != 0;
      }
    }
    return meeting;
  }

 private:
  std::vector<std::pair<NodeId, GpuMask>> parts_;
};

}  // namespace

void Trial::stop_all(const std::vector<JobId>& jobs) {
  for (const JobId job : jobs) {
    stop(job);
  }
}

void Trial::back_to(std::size_t many) {
  while (stopped_.size() > many) {
    view_.draft.undo_stop();
    stopped_.pop_back();
  }
}

// Who holds one of its GPUs has to go, and who is in a domain that one of the two has for itself;
// others only where a node lacks CPU or memory.
std::vector<JobId> Trial::needed(const Placement& placement, const std::vector<JobId>& jobs,
                                 std::size_t before) {
  back_to(before);
  const ByNode wanted(placement);
  std::vector<JobId> others;
  const Fleet& fleet = view_.draft.cluster().fleet();
  std::optional<NodeSet> nodes;  // few jobs want to be alone
  const auto meet_alone = [&](const Holding& other) {
    if (request_.shape.alone == 0 && other.shape.alone == 0) {
      return false;
    }
    if (!nodes) {
      nodes = nodes_of(placement, fleet.nodes());
    }
    return in_the_way(other, request_, *nodes, fleet);
  };
  for (const JobId job : jobs) {
    const Meeting meeting = wanted.meets(holding(job).placement);
    if (meeting.on_gpu || meet_alone(holding(job))) {
      stop(job);
    } else if (meeting.on_node) {
      others.push_back(job);
    }
  }
  for (const JobId job : others) {
    if (has(placement)) {
      break;
    }
    stop(job);
  }
  check(has(placement), "a placement is free when those that it was made for have stopped");
  std::vector<JobId> all(stopped_.begin() + static_cast<std::ptrdiff_t>(before), stopped_.end());
  drop_those_in_vain(placement, all, before);
  std::vector<JobId> in_order;
  std::copy_if(jobs.begin(), jobs.end(), std::back_inserter(in_order),
               [&all](JobId job) { return std::count(all.begin(), all.end(), job) != 0; });
  return in_order;
}

// Those that share a GPU, or a node's CPUs, may not all have to go. The last go on first.
void Trial::drop_those_in_vain(const Placement& placement, std::vector<JobId>& jobs,
                               std::size_t before) {
  constexpr std::size_t worth_trying = 24;
  for (std::size_t i = jobs.size(); i-- > 0 && jobs.size() <= worth_trying;) {
    back_to(before);
    std::vector<JobId> rest = jobs;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    stop_all(rest);
    if (has(placement)) {
      jobs = std::move(rest);
    }
  }
  back_to(before);
}

std::vector<JobId> leaving_for(const Request& request, const PreemptionView& view) {
  std::vector<JobId> jobs;
  for (const JobId job : view.running.leaving()) {
    const auto& leaves_for = view.running.at(job).leaves_for;
    if (!leaves_for || *leaves_for == request.id) {
      jobs.push_back(job);
    }
  }
  return jobs;
}

NodeSet nodes_of(const Placement& placement, std::uint32_t nodes) {
  NodeSet set(nodes);
  for (const Part& part : placement) {
    if (!set.contains(part.node.index())) {
      set.insert(part.node.index());
    }
  }
  return set;
}

std::uint64_t frees_at_most(const Holding& holding, const Fleet& fleet) {
  if (holding.shape.alone > 0) {
    std::uint64_t gpus = 0;
    for (const NodeRange& nodes : kept_for(holding.shape, holding.placement, fleet)) {
      for (std::uint32_t node = nodes.first; node < nodes.past; ++node) {
        gpus += fleet.kind(NodeId(node)).gpus;
      }
    }
    return gpus;
  }
  return holding.shape.gpu_milli > 0 ? holding.placement.size() : holding.shape.total_gpus();
}

bool in_the_way(const Holding& holding, const Request& request, const NodeSet& nodes,
                const Fleet& fleet) {
  Shape wider = holding.shape;
  wider.alone = std::max(wider.alone, request.shape.alone);
  return overlap(holding.placement, nodes) > 0 ||
         overlap(kept_empty(wider, holding.placement, fleet), nodes) > 0;
}

std::size_t overlap(const Placement& placement, const NodeSet& nodes) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < placement.size(); ++i) {
    const bool first = i == 0 || placement[i].node != placement[i - 1].node;
    count += first && nodes.contains(placement[i].node.index()) ? 1U : 0U;
  }
  return count;
}

}  // namespace berth
