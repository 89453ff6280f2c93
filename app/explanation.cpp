#include "app/explanation.hpp"

#include <algorithm>
#include <map>

#include "scheduler/filter.hpp"
#include "scheduler/term_scopes.hpp"

namespace berth {
namespace {

// What of a node is too small.
std::string scarce(const Shape& shape, NodeId node, const Occupancy& free) {
  if (free.free_gpus(node) < shape.gpus) {
    return "gpus";
  }
  return free.free_cpu_milli(node) < shape.cpu_milli ? "cpu" : "memory";
}

// The filters of what nodes are come before that of what is free on them.
std::string kept_away_by(const Pod& pod, NodeId node, const Occupancy& free) {
  if (!free.available(node)) {
    return "out of service";
  }
  for (const Filter& filter : all_filters()) {
    if (filter.name != "resources" && !filter.passes(pod, node, free)) {
      return std::string(filter.name);
    }
  }
  return free.room(node, pod.shape) > 0 ? "" : scarce(pod.shape, node, free);
}

void count_nodes(Explanation& told, const PlaceAsk& ask, const Occupancy& free) {
  Pod pod{ask.shape, std::make_shared<const Terms>(ask.terms)};
  pod.shape.tasks = 1;
  std::map<std::string, std::uint32_t> counts;
  for (std::uint32_t i = 0; i < free.fleet().nodes(); ++i) {
    const std::string filter = kept_away_by(pod, NodeId(i), free);
    ++(filter.empty() ? told.with_room : counts[filter]);
  }
  told.kept_away.assign(counts.begin(), counts.end());
}

// By halves, as if who finds room for a job does for a smaller one; segments stay whole.
std::uint32_t most_tasks(const Placer& placer, const PlaceAsk& ask, const Occupancy& view) {
  const std::uint32_t step = std::max(1U, ask.terms.segment);
  std::uint32_t least = 0;
  std::uint32_t past = ask.shape.tasks / step;
  while (past - least > 1) {
    PlaceAsk smaller = ask;
    const std::uint32_t middle = least + (past - least) / 2;
    smaller.shape.tasks = middle * step;
    (fits(placer, smaller, view) ? least : past) = middle;
  }
  return least * step;
}

std::vector<std::string> options_in_the_way(const Placer& placer, const PlaceAsk& ask,
                                            const Occupancy& free) {
  std::vector<std::string> without;
  const auto attempt = [&](const char* option, bool given, auto forget) {
    PlaceAsk looser = ask;
    forget(looser.terms);
    if (given && place(placer, looser, free)) {
      without.emplace_back(option);
    }
  };
  const Terms& terms = ask.terms;
  attempt("--level", terms.level_required, [](Terms& of) { of.level_required = false; });
  attempt("--segment", terms.segment > 0, [](Terms& of) { of.segment = 0; });
  attempt("--switches", terms.switches.has_value(), [](Terms& of) { of.switches.reset(); });
  attempt("--gpu-model", !terms.gpu_models.empty(), [](Terms& of) { of.gpu_models.clear(); });
  attempt("--label", !terms.labels.empty(), [](Terms& of) { of.labels.clear(); });
  return without;
}

std::vector<NodeId> out_of_service(const PlaceAsk& ask, const Occupancy& free) {
  std::vector<NodeId> nodes;
  for (std::uint32_t i = 0; i < free.fleet().nodes(); ++i) {
    if (!free.available(NodeId(i)) && suits(free.fleet().kind(NodeId(i)), ask.terms)) {
      nodes.emplace_back(i);
    }
  }
  return nodes;
}

Occupancy with_back(const std::vector<NodeId>& back, const Occupancy& free) {
  Occupancy all(free.fleet());
  for (std::uint32_t i = 0; i < free.fleet().nodes(); ++i) {
    all.copy(NodeId(i), free);
  }
  for (const NodeId node : back) {
    all.set_available(node, true);
  }
  return all;
}

// Nodes that could come back, and whether the job would fit with some of them.
class Return {
 public:
  Return(const Placer& placer, const PlaceAsk& ask, const Occupancy& free)
      : placer_(placer),
        ask_(ask),
        out_(out_of_service(ask, free)),
        view_(view_of(ask, with_back(out_, free))) {
    set(out_, false);
  }

  // Those of the domain with the fewest of them out whose return is enough; else of all.
  std::vector<NodeId> fewest() {
    std::vector<NodeId> best;
    const Fleet& fleet = view_.fleet();
    for (std::uint32_t level = 0; level < fleet.levels(); ++level) {
      for (std::uint32_t i = 0; i < fleet.domains(LevelId(level)); ++i) {
        const auto nodes = out_in(fleet.nodes_in(fleet.domain(LevelId(level), i)));
        if (!nodes.empty() && (best.empty() || nodes.size() < best.size()) && enough(nodes)) {
          best = nodes;
        }
      }
    }
    if (best.empty() && enough(out_)) {
      best = out_;
    }
    return needed_of(best);
  }

 private:
  void set(const std::vector<NodeId>& nodes, bool available) {
    for (const NodeId node : nodes) {
      view_.set_available(node, available);
    }
  }
  bool enough(const std::vector<NodeId>& nodes) {
    set(nodes, true);
    const bool found = fits(placer_, ask_, view_);
    set(nodes, false);
    return found;
  }
  [[nodiscard]] std::vector<NodeId> out_in(NodeRange range) const {
    return {std::ranges::lower_bound(out_, NodeId(range.first)),
            std::ranges::lower_bound(out_, NodeId(range.past))};
  }
  // The last are spared first.
  std::vector<NodeId> needed_of(std::vector<NodeId> nodes) {
    for (std::size_t i = nodes.size(); i-- > 0;) {
      std::vector<NodeId> rest = nodes;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
      if (enough(rest)) {
        nodes = std::move(rest);
      }
    }
    return nodes;
  }

  const Placer& placer_;
  const PlaceAsk& ask_;
  std::vector<NodeId> out_;
  Occupancy view_;
};

}  // namespace

Explanation explain(const Placer& placer, const PlaceAsk& ask, const Occupancy& free) {
  Explanation told;
  count_nodes(told, ask, free);
  told.tasks_now = most_tasks(placer, ask, view_of(ask, free));
  told.without = options_in_the_way(placer, ask, free);
  told.back = Return(placer, ask, free).fewest();
  return told;
}

std::uint64_t room_in(const PlaceAsk& ask, const Occupancy& view, NodeRange nodes) {
  std::uint64_t room = 0;
  for (std::uint32_t i = nodes.first; i < nodes.past; ++i) {
    room += view.room(NodeId(i), ask.shape);
  }
  return room;
}

}  // namespace berth
