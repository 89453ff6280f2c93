#include "scheduler/placers/score_index.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

#include "core/samplers.hpp"

namespace berth {
namespace {

// Memory for rankings: this many numbers in all, at two a node.
constexpr std::size_t numbers_most = std::size_t{1} << 24U;

std::vector<NodeId> by_name(const Fleet& fleet) {
  std::vector<NodeId> nodes;
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    nodes.emplace_back(node);
  }
  std::ranges::sort(nodes, {},
                    [&fleet](NodeId node) -> const std::string& { return fleet.name(node); });
  return nodes;
}

// Fisher and Yates. No job has the number 0.
std::vector<NodeId> drawn(std::vector<NodeId> nodes, RunKey run) {
  Random draws(run, Stream::placement, 0);
  for (std::size_t left = nodes.size(); left > 1; --left) {
    std::swap(nodes[left - 1], nodes[uniform_below(draws, left)]);
  }
  return nodes;
}

std::vector<NodeId> in_order(Ties ties, const Fleet& fleet, RunKey run) {
  return ties == Ties::lowest_name ? by_name(fleet) : drawn(by_name(fleet), run);
}

}  // namespace

ScoreIndex::ScoreIndex(const Pipeline& pipeline, const View& view)
    : pipeline_(pipeline),
      rank_(view.free.fleet().nodes()),
      node_(in_order(pipeline.ties, view.free.fleet(), view.run)),
      kept_most_(std::max<std::size_t>(8, numbers_most / 2 / node_.size())),
      changed_(node_.size() / 64 + 1) {
  make_scores(view.free.fleet(), view.seen);
  for (std::uint32_t rank = 0; rank < node_.size(); ++rank) {
    rank_[node_[rank].index()] = rank;
  }
}

void ScoreIndex::make_scores(const Fleet& fleet, const SeenPods* seen) {
  scores_.clear();
  for (const WeightedScore& one : pipeline_.scores) {
    scores_.push_back(one.made.make(fleet, seen));
  }
  lessons_ = seen != nullptr ? seen->lessons() : 0;
}

void ScoreIndex::learn(const Fleet& fleet, const SeenPods* seen) {
  if (seen != nullptr && seen->lessons() != lessons_ && pipeline_.learns()) {
    make_scores(fleet, seen);
    classes_.clear();
    kept_ = 0;
  }
}

std::unique_ptr<Ranking> ScoreIndex::make_ranking() const {
  const auto nodes = static_cast<std::uint32_t>(node_.size());
  std::vector<std::int64_t> stretched;
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    if (scores_[i]->draws_lots()) {
      return rank_by_lot(nodes);
    }
    if (scores_[i]->stretched()) {
      stretched.push_back(pipeline_.scores[i].weight);
    }
  }
  return stretched.empty() || scores_.size() == 1 ? rank_by_sum(nodes)
                                                  : rank_stretched(std::move(stretched));
}

bool ScoreIndex::passes(const Pod& pod, NodeId node, const Occupancy& free) const {
  return std::ranges::all_of(pipeline_.filters,
                             [&](const Filter& filter) { return filter.passes(pod, node, free); });
}

void ScoreIndex::score(Class& one, NodeId node, const Occupancy& free) {
  const std::uint32_t rank = rank_[node.index()];
  if (!passes(one.pod, node, free)) {
    one.ranking->set(rank, nullptr);
    return;
  }
  Worth worth;
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    const std::int64_t score = scores_[i]->of(one.pod, node, free);
    if (scores_[i]->stretched()) {
      worth.stretched.push_back(score);
    } else {
      worth.sum += pipeline_.scores[i].weight * score;
    }
  }
  one.ranking->set(rank, &worth);
}

ScoreIndex::Class& ScoreIndex::class_of(const Pod& pod, const Occupancy& free) {
  ++asked_;
  const auto of_shape = classes_.find(pod.shape);
  if (of_shape != classes_.end()) {
    for (const auto& one : of_shape->second) {
      if (alike(one->pod, pod)) {
        one->last_asked = asked_;
        refresh(*one, free);
        return *one;
      }
    }
  }
  return add_class(pod, free);
}

ScoreIndex::Class& ScoreIndex::add_class(const Pod& pod, const Occupancy& free) {
  if (kept_ == kept_most_) {
    forget_oldest();
  }
  ++kept_;
  auto& one = classes_[pod.shape].emplace_back(std::make_unique<Class>());
  one->pod = pod;
  one->ranking = make_ranking();
  one->last_asked = asked_;
  one->read = free.changes().end();
  for (std::uint32_t node = 0; node < node_.size(); ++node) {
    score(*one, NodeId(node), free);
  }
  return *one;
}

void ScoreIndex::forget_oldest() {
  auto oldest = classes_.begin();
  std::size_t place = 0;
  std::uint64_t least = ~std::uint64_t{0};
  for (auto of_shape = classes_.begin(); of_shape != classes_.end(); ++of_shape) {
    for (std::size_t i = 0; i < of_shape->second.size(); ++i) {
      if (of_shape->second[i]->last_asked < least) {
        least = of_shape->second[i]->last_asked;
        oldest = of_shape;
        place = i;
      }
    }
  }
  oldest->second.erase(oldest->second.begin() + static_cast<std::ptrdiff_t>(place));
  if (oldest->second.empty()) {
    classes_.erase(oldest);
  }
  --kept_;
}

// A node that changed several times is scored once.
void ScoreIndex::refresh(Class& one, const Occupancy& free) {
  const ChangeLog& changes = free.changes();
  if (!changes.remembers(one.read)) {
    for (std::uint32_t node = 0; node < node_.size(); ++node) {
      score(one, NodeId(node), free);
    }
  } else {
    changes.since(one.read, [this](std::uint32_t word, std::uint64_t nodes) {
      if (changed_[word] == 0) {
        words_.push_back(word);
      }
      changed_[word] |= nodes;
    });
  }
  for (const std::uint32_t word : words_) {
    for (std::uint64_t nodes = std::exchange(changed_[word], 0); nodes != 0; nodes &= nodes - 1) {
      score(one, NodeId(64 * word + static_cast<std::uint32_t>(std::countr_zero(nodes))), free);
    }
  }
  words_.clear();
  one.read = changes.end();
}

std::optional<NodeId> ScoreIndex::best(const Pod& pod, const Occupancy& free, Random& draws) {
  const std::uint32_t rank = class_of(pod, free).ranking->best(draws);
  return rank == Ranking::none ? std::nullopt : std::optional(node_[rank]);
}

bool ScoreIndex::any(const Pod& pod, const Occupancy& free) {
  return !class_of(pod, free).ranking->empty();
}

std::optional<std::uint32_t> ScoreIndex::gpu_for(const Pod& pod, NodeId node, const Occupancy& free,
                                                 Random& draws) const {
  for (const auto& score : scores_) {
    if (const auto gpu = score->gpu_for(pod, node, free, draws)) {
      return gpu;
    }
  }
  return std::nullopt;
}

}  // namespace berth
