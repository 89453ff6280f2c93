#include "scheduler/preemptions/cheapest_domains.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace berth {
namespace {

// Of a node, what is free or would be; GPUs in thousandths.
struct Amount {
  std::int64_t gpus = 0;
  std::int64_t cpu_milli = 0;
  std::int64_t memory = 0;

  Amount& operator+=(const Amount& other) {
    gpus += other.gpus;
    cpu_milli += other.cpu_milli;
    memory += other.memory;
    return *this;
  }
  // So many of `task` are in it.
  [[nodiscard]] std::int64_t room(const Amount& task) const {
    constexpr std::int64_t many = 1'000'000;
    std::int64_t tasks = many;
    for (const auto& [has, wants] :
         {std::pair{gpus, task.gpus}, {cpu_milli, task.cpu_milli}, {memory, task.memory}}) {
      tasks = wants > 0 ? std::min(tasks, has / wants) : tasks;
    }
    return tasks;
  }
};

constexpr std::int64_t whole_gpu = 1000;

Amount task_of(const Shape& shape) {
  return {std::int64_t{shape.gpus} * whole_gpu + shape.gpu_milli, shape.cpu_milli, shape.memory};
}

// The best thing to do on a node: stop these, and so many more tasks have room.
struct Step {
  Price price;
  std::int64_t gain = 0;
  std::uint32_t node = 0;
  std::vector<std::uint32_t> stops;

  // Cheaper by the task.
  [[nodiscard]] bool beats(const Step& other) const {
    const Int128 mine = price.gpu_time * other.gain;
    const Int128 its = other.price.gpu_time * gain;
    return mine != its ? mine < its : price.jobs * other.gain < other.price.jobs * gain;
  }
};

class Room {
 public:
  Room(const Request& request, const Occupancy& free, const std::vector<Stoppable>& candidates)
      : free_(free), candidates_(candidates), task_(task_of(request.shape)) {
    tasks_ = request.shape.tasks;
    on_node_.resize(free.fleet().nodes());
    for (std::uint32_t i = 0; i < candidates.size(); ++i) {
      for (const Part& part : candidates[i].holding->placement) {
        auto& here = on_node_[part.node.index()];
        if (free.available(part.node) && (here.empty() || here.back() != i)) {
          here.push_back(i);
        }
      }
    }
    stopped_.resize(candidates.size());
  }

  // Whom to stop so that the job has room on these nodes; nothing when there is no way.
  std::optional<Proposal> in(NodeRange nodes) {
    nodes_ = nodes;
    std::fill(stopped_.begin(), stopped_.end(), 0);
    std::int64_t room = 0;
    std::int64_t most = 0;
    for (std::uint32_t node = nodes.first; node < nodes.past; ++node) {
      room += now(node).room(task_);
      most += with_all_gone(node).room(task_);
    }
    if (most < tasks_ || room >= tasks_) {
      return std::nullopt;
    }
    steps_.clear();
    for (std::uint32_t node = nodes.first; node < nodes.past; ++node) {
      offer(node, tasks_ - room);
    }
    while (room < tasks_ && !steps_.empty()) {
      room = take(*steps_.begin(), room);
    }
    return room >= tasks_ ? std::optional(chosen(room)) : std::nullopt;
  }

 private:
  struct ByPrice {
    bool operator()(const Step& a, const Step& b) const {
      return a.beats(b) || (!b.beats(a) && a.node < b.node);
    }
  };

  [[nodiscard]] Amount part_on(std::uint32_t candidate, std::uint32_t node) const {
    const Holding& holding = *candidates_[candidate].holding;
    const Amount each = task_of(holding.shape);
    Amount all;
    for (const Part& part : holding.placement) {
      if (part.node.index() == node) {
        all += {each.gpus * part.tasks, each.cpu_milli * part.tasks, each.memory * part.tasks};
      }
    }
    return all;
  }
  [[nodiscard]] Amount now(std::uint32_t node) const {
    const NodeId id(node);
    if (!free_.available(id)) {
      return {};
    }
    Amount amount{std::int64_t{free_.free_gpu_milli(id)}, free_.free_cpu_milli(id),
                  free_.free_memory(id)};
    for (const std::uint32_t candidate : on_node_[node]) {
      amount += stopped_[candidate] != 0 ? part_on(candidate, node) : Amount{};
    }
    return amount;
  }
  [[nodiscard]] Amount with_all_gone(std::uint32_t node) const {
    Amount amount = now(node);
    for (const std::uint32_t candidate : on_node_[node]) {
      amount += stopped_[candidate] == 0 ? part_on(candidate, node) : Amount{};
    }
    return amount;
  }

  // The best step on the node, where there is one.
  void offer(std::uint32_t node, std::int64_t wanted) {
    std::vector<std::uint32_t> here;
    for (const std::uint32_t candidate : on_node_[node]) {
      if (stopped_[candidate] == 0) {
        here.push_back(candidate);
      }
    }
    std::stable_sort(here.begin(), here.end(), [this](std::uint32_t a, std::uint32_t b) {
      return candidates_[a].price < candidates_[b].price;
    });
    const Amount before = now(node);
    Step best;
    constexpr std::size_t all_subsets_of = 8;
    const std::size_t few = std::min(here.size(), all_subsets_of);
    for (std::uint32_t subset = 1; subset < (1U << few); ++subset) {
      consider(node, here, subset, before, wanted, best);
    }
    for (std::size_t many = few + 1; many <= here.size(); ++many) {  // the cheapest of them all
      consider(node, {here.begin(), here.begin() + static_cast<std::ptrdiff_t>(many)}, ~0U, before,
               wanted, best);
    }
    if (best.gain > 0) {
      steps_.insert(std::move(best));
    }
  }
  void consider(std::uint32_t node, const std::vector<std::uint32_t>& here, std::uint32_t subset,
                const Amount& before, std::int64_t wanted, Step& best) const {
    Step step;
    step.node = node;
    Amount amount = before;
    for (std::uint32_t i = 0; i < here.size(); ++i) {
      if (i >= 32 || (subset >> i & 1U) != 0) {
        step.stops.push_back(here[i]);
        step.price += candidates_[here[i]].price;
        amount += part_on(here[i], node);
      }
    }
    step.gain = std::min(amount.room(task_) - before.room(task_), wanted);
    if (step.gain > 0 && (best.gain == 0 || step.beats(best))) {
      best = std::move(step);
    }
  }

  // Those of the range that it is on.
  [[nodiscard]] std::set<std::uint32_t> nodes_of(std::uint32_t candidate) const {
    std::set<std::uint32_t> nodes;
    for (const Part& part : candidates_[candidate].holding->placement) {
      const std::uint32_t node = part.node.index();
      if (node >= nodes_.first && node < nodes_.past) {
        nodes.insert(node);
      }
    }
    return nodes;
  }

  // Takes the step; what it frees on other nodes makes theirs cheaper.
  std::int64_t take(const Step& step, std::int64_t room) {
    std::set<std::uint32_t> touched{step.node};
    for (const std::uint32_t candidate : step.stops) {
      touched.merge(nodes_of(candidate));
    }
    const std::vector<std::uint32_t> stops = step.stops;
    for (const std::uint32_t node : touched) {
      room -= now(node).room(task_);
    }
    for (const std::uint32_t candidate : stops) {
      stopped_[candidate] = 1;
    }
    for (const std::uint32_t node : touched) {
      room += now(node).room(task_);
    }
    std::erase_if(steps_, [&](const Step& one) { return touched.contains(one.node); });
    for (const std::uint32_t node : touched) {
      offer(node, std::max<std::int64_t>(tasks_ - room, 1));
    }
    return room;
  }

  // The dearest that turn out not to be needed go on.
  Proposal chosen(std::int64_t room) {
    Proposal proposal;
    for (std::uint32_t i = 0; i < stopped_.size(); ++i) {
      if (stopped_[i] != 0) {
        proposal.stops.push_back(i);
      }
    }
    std::vector<std::uint32_t> dearest = proposal.stops;
    std::stable_sort(dearest.begin(), dearest.end(), [this](std::uint32_t a, std::uint32_t b) {
      return candidates_[a].price > candidates_[b].price;
    });
    for (const std::uint32_t one : dearest) {
      const std::int64_t less = lost_without(one);
      if (room - less >= tasks_) {
        room -= less;
        std::erase(proposal.stops, one);
      } else {
        stopped_[one] = 1;
      }
    }
    for (const std::uint32_t one : proposal.stops) {
      proposal.price += candidates_[one].price;
    }
    return proposal;
  }
  // So many tasks fewer have room when it goes on after all, as it does from here on.
  std::int64_t lost_without(std::uint32_t candidate) {
    std::int64_t change = 0;
    const auto nodes = nodes_of(candidate);
    const auto count = [&](std::int64_t sign) {
      for (const std::uint32_t node : nodes) {
        change += sign * now(node).room(task_);
      }
    };
    count(1);
    stopped_[candidate] = 0;
    count(-1);
    return change;
  }

  const Occupancy& free_;
  const std::vector<Stoppable>& candidates_;
  Amount task_;
  std::int64_t tasks_ = 0;
  std::vector<std::vector<std::uint32_t>> on_node_;  // candidates, by node
  std::vector<char> stopped_;                        // by candidate
  NodeRange nodes_;
  std::set<Step, ByPrice> steps_;
};

}  // namespace

std::vector<Proposal> proposals(const Request& request, const Occupancy& free,
                                const std::vector<Stoppable>& candidates) {
  const Fleet& fleet = free.fleet();
  Room room(request, free, candidates);
  std::vector<Proposal> all;
  const auto propose = [&](NodeRange nodes) {
    if (auto proposal = room.in(nodes)) {
      proposal->rank = static_cast<std::uint32_t>(all.size());
      all.push_back(std::move(*proposal));
    }
  };
  const Terms* terms = request.terms.get();
  const auto only = terms != nullptr && terms->level_required ? fleet.find_level(terms->level)
                                                              : std::optional<LevelId>();
  for (std::uint32_t level = fleet.levels(); level-- > 0;) {
    if (only && only->index() != level) {
      continue;
    }
    for (std::uint32_t i = 0; i < fleet.domains(LevelId(level)); ++i) {
      propose(fleet.nodes_in(fleet.domain(LevelId(level), i)));
    }
  }
  if (!only) {
    propose({0, fleet.nodes()});
  }
  std::sort(all.begin(), all.end(), [](const Proposal& a, const Proposal& b) {
    return std::pair(a.price, a.rank) < std::pair(b.price, b.rank);
  });
  return all;
}

}  // namespace berth
