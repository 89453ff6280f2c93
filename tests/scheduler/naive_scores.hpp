// Filters and scores as a scan of all nodes and of all that runs, and fleets to try them on.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/maths.hpp"
#include "core/samplers.hpp"
#include "scheduler/score.hpp"
#include "scheduler/view.hpp"
#include "tests/cluster/fleets.hpp"
#include "tests/workloads/flow_settings.hpp"

namespace berth::testing {

// Names in another order than ids; models, labels and taints here and there.
inline Fleet some_fleet(Dice& dice) {
  FleetBuilder builder({"hall", "rack"});
  const bool with_cpus = !dice.one_in(3);
  std::set<std::string> names;
  std::uint32_t racks = 0;
  for (std::uint32_t i = 2 + dice.below(90); i > 0; --i) {
    if (racks == 0 || dice.one_in(5)) {
      const bool new_hall = racks == 0 || dice.one_in(4);
      if (racks > 0) {
        builder.leave();
      }
      if (racks > 0 && new_hall) {
        builder.leave();
      }
      if (new_hall) {
        builder.enter("hall" + std::to_string(racks));
      }
      builder.enter("rack" + std::to_string(racks++));
    }
    NodeKind kind = gpu_node(dice.one_in(3) ? dice.below(9) : 8, with_cpus ? 8000 : 0,
                             with_cpus && dice.one_in(2) ? 1000 : 0);
    kind.gpu_model = dice.one_in(2) ? "a" : "b";
    if (dice.one_in(4)) {
      kind.labels = {"zone=x"};
    }
    if (dice.one_in(6)) {
      kind.taints = {"keep"};
    }
    std::string name;
    do {
      name = "n" + std::to_string(dice.below(1000));
    } while (!names.insert(name).second);
    builder.add_node(name, kind);
  }
  builder.leave();
  builder.leave();
  return builder.build();
}

inline std::shared_ptr<const Terms> some_terms(Dice& dice) {
  if (dice.one_in(2)) {
    return nullptr;
  }
  Terms terms;
  if (dice.one_in(2)) {
    terms.gpu_models = {"a", "c"};
  }
  if (dice.one_in(3)) {
    terms.labels = {"zone=x"};
  }
  if (dice.one_in(2)) {
    terms.tolerates = {"keep", "other"};
  }
  return std::make_shared<const Terms>(std::move(terms));
}

inline bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::count(words, word) > 0;
}

struct Held {
  Shape shape;
  Placement placement;
};

// What it takes from scores is one node's score; all the rest is done anew for each pod.
class NaiveScores {
 public:
  NaiveScores(const std::string& scores, const Fleet& fleet) : fleet_(&fleet) {
    const SettingsTree tree = flow("{" + scores + "}");
    for (const auto& [name, each] : tree.root().entries()) {
      scores_.push_back(make_score(name, each).make(fleet, nullptr));
      weights_.push_back(each.is_map() ? each.at("weight").count(1, 9) : each.count(1, 9));
    }
    for (std::uint32_t i = 0; i < fleet.nodes(); ++i) {
      by_name_.emplace(fleet.name(NodeId(i)), NodeId(i));
    }
  }

  // One pod after the other, each taken of the index at once; the index is as before afterwards.
  // `running` is all that runs.
  std::optional<Placement> place(const Request& request, const View& view, Occupancy& free,
                                 std::vector<Held> running) {
    running_ = std::move(running);
    Random draws(view.run, Stream::placement, request.sequence);
    const Pod pod = Pod::of(request);
    Placement tasks;
    while (tasks.size() < request.shape.tasks) {
      const auto part = place_one(pod, free, draws);
      if (!part) {
        break;
      }
      tasks.push_back(*part);
      free.take(pod.shape, {*part});
      running_.push_back({pod.shape, {*part}});
    }
    for (const Part& part : tasks) {
      free.give_back(pod.shape, {part});
    }
    return tasks.size() < request.shape.tasks ? std::nullopt : std::optional(joined(tasks, pod));
  }

 private:
  [[nodiscard]] bool may(const Pod& pod, NodeId node, const Occupancy& free) const {
    const NodeKind& kind = fleet_->kind(node);
    bool passes = free.room(node, pod.shape) > 0;
    for (const std::string& taint : kind.taints) {
      passes = passes && pod.terms && has(pod.terms->tolerates, taint);
    }
    if (pod.terms) {
      passes =
          passes && (pod.terms->gpu_models.empty() || has(pod.terms->gpu_models, kind.gpu_model));
      for (const std::string& label : pod.terms->labels) {
        passes = passes && has(kind.labels, label);
      }
    }
    return passes && !too_near(pod.shape, node) && spread_allows(pod, node);
  }

  [[nodiscard]] bool selected(const Pod& pod, NodeId node) const {
    const NodeKind& kind = fleet_->kind(node);
    return (pod.terms->gpu_models.empty() || has(pod.terms->gpu_models, kind.gpu_model)) &&
           std::ranges::all_of(pod.terms->labels, [&kind](const std::string& label) {
             return has(kind.labels, label);
           });
  }
  // Domains are told apart by a node of theirs, the first.
  [[nodiscard]] NodeId first_of(NodeId node, const std::string& level) const {
    return level == "node"
               ? node
               : NodeId(
                     fleet_->nodes_in(fleet_->domain_of(node, *fleet_->find_level(level))).first);
  }
  // With one more there, no domain that has a selected node has so many fewer of its group on them.
  [[nodiscard]] bool spread_allows(const Pod& pod, NodeId node) const {
    for (const SpreadRule& rule : pod.terms ? pod.terms->spread : std::vector<SpreadRule>{}) {
      std::map<NodeId, std::uint32_t> pods;
      for (std::uint32_t i = 0; i < fleet_->nodes(); ++i) {
        if (selected(pod, NodeId(i))) {
          pods.try_emplace(first_of(NodeId(i), rule.level), 0U);
        }
      }
      for (const Held& other : running_) {
        for (const Part& part : other.placement) {
          if (other.shape.group == pod.shape.group && selected(pod, part.node)) {
            pods[first_of(part.node, rule.level)] += part.tasks;
          }
        }
      }
      std::uint32_t least = ~0U;
      for (const auto& [domain, count] : pods) {
        least = std::min(least, count);
      }
      least = pods.size() < rule.min_domains ? 0 : least;
      if (pods[first_of(node, rule.level)] + 1 > least + rule.max_skew) {
        return false;
      }
    }
    return true;
  }

  // Whether the two are in one place as `apart` counts places.
  [[nodiscard]] bool together(NodeId a, NodeId b, std::uint32_t apart) const {
    bool same = apart == apart_nodes && a == b;
    for (std::uint32_t level = 0; level < fleet_->levels(); ++level) {
      const LevelId id(level);
      same =
          same || (apart == apart_in(id) && fleet_->domain_of(a, id) == fleet_->domain_of(b, id));
    }
    return same;
  }
  [[nodiscard]] bool too_near(const Shape& pod, NodeId node) const {
    return std::ranges::any_of(running_, [&](const Held& other) {
      return pod.group > 0 && other.shape.group == pod.group &&
             std::ranges::any_of(other.placement, [&](const Part& part) {
               return together(node, part.node, pod.apart) ||
                      together(node, part.node, other.shape.apart);
             });
    });
  }
  [[nodiscard]] std::int64_t pods_around(const Shape& pod, NodeId node, const Spread& over) const {
    std::int64_t pods = 0;
    for (const Held& other : running_) {
      for (const Part& part : other.placement) {
        const bool near =
            together(node, part.node, over.level ? apart_in(*over.level) : apart_nodes);
        pods += near && other.shape.group == pod.group ? part.tasks : 0;
      }
    }
    return pods;
  }
  // 100 x (most + least - crowd) / most, where a crowd is the rounded sum of pods x ln(domains + 2)
  // + max_skew - 1.
  [[nodiscard]] std::vector<std::int64_t> spread(const std::vector<NodeId>& nodes, const Pod& pod,
                                                 const std::vector<Spread>& spreads) const {
    std::vector<double> crowds(nodes.size());
    for (const Spread& over : spreads) {
      std::set<std::uint32_t> domains;
      for (const NodeId node : nodes) {
        domains.insert(over.level ? fleet_->domain_of(node, *over.level).index() : node.index());
      }
      const double weight = exact_log(static_cast<double>(domains.size()) + 2);
      for (std::size_t n = 0; n < nodes.size(); ++n) {
        crowds[n] += static_cast<double>(pods_around(pod.shape, nodes[n], over)) * weight +
                     static_cast<double>(over.max_skew - 1);
      }
    }
    std::vector<std::int64_t> rounded;
    for (const double crowd : crowds) {
      rounded.push_back(static_cast<std::int64_t>(std::floor(crowd + 0.5)));
    }
    const std::int64_t low = *std::ranges::min_element(rounded);
    const std::int64_t high = *std::ranges::max_element(rounded);
    for (std::int64_t& crowd : rounded) {
      crowd = pod.shape.group == 0 ? 0 : high == 0 ? 100 : 100 * (high + low - crowd) / high;
    }
    return rounded;
  }

  std::optional<Part> place_one(const Pod& pod, const Occupancy& free, Random& draws) const {
    std::vector<NodeId> nodes;  // in order of name
    for (const auto& [name, node] : by_name_) {
      if (may(pod, node, free)) {
        nodes.push_back(node);
      }
    }
    if (nodes.empty()) {
      return std::nullopt;
    }
    const NodeId node = scores_.front()->draws_lots() ? nodes[uniform_below(draws, nodes.size())]
                                                      : best_of(nodes, pod, free);
    std::optional<std::uint32_t> gpu;
    for (const auto& score : scores_) {
      if (!gpu && pod.shape.gpu_milli > 0) {
        gpu = score->gpu_for(pod, node, free, draws);
      }
    }
    Placement usual;
    free.give_out(node, pod.shape, 1, usual);
    return gpu ? Part{node, 1, GpuMask{1} << *gpu} : usual.front();
  }

  [[nodiscard]] NodeId best_of(const std::vector<NodeId>& nodes, const Pod& pod,
                               const Occupancy& free) const {
    std::vector<std::int64_t> sums(nodes.size());
    for (std::size_t i = 0; i < scores_.size(); ++i) {
      if (const auto spreads = scores_[i]->spreads(); !spreads.empty()) {
        const std::vector<std::int64_t> points = spread(nodes, pod, spreads);
        for (std::size_t n = 0; n < nodes.size(); ++n) {
          sums[n] += weights_[i] * points[n];
        }
        continue;
      }
      std::vector<std::int64_t> values;
      for (const NodeId node : nodes) {
        values.push_back(scores_[i]->of(pod, node, free));
      }
      const std::int64_t low = *std::ranges::min_element(values);
      const std::int64_t high = *std::ranges::max_element(values);
      for (std::size_t n = 0; n < nodes.size(); ++n) {
        const std::int64_t stretched = high == low ? 0 : 100 * (values[n] - low) / (high - low);
        sums[n] += weights_[i] * (scores_[i]->stretched() ? stretched : values[n]);
      }
    }
    return nodes[static_cast<std::size_t>(std::ranges::max_element(sums) - sums.begin())];
  }

  static Placement joined(const Placement& tasks, const Pod& pod) {
    std::map<std::pair<NodeId, GpuMask>, Part> parts;
    for (const Part& part : tasks) {
      Part& all = parts[{part.node, pod.shape.gpu_milli > 0 ? part.gpus : 0}];
      all = {part.node, all.tasks + 1, all.gpus | part.gpus};
    }
    Placement placement;
    for (const auto& [key, part] : parts) {
      placement.push_back(part);
    }
    return placement;
  }

  const Fleet* fleet_;
  std::vector<Held> running_;
  std::vector<std::unique_ptr<const Score>> scores_;
  std::vector<std::int64_t> weights_;
  std::map<std::string, NodeId> by_name_;
};

}  // namespace berth::testing
