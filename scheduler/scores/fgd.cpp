// Fragmentation Gradient Descent (Weng et al., ATC 2023). The fragment of a node for a typical pod
// is the free GPU that this pod cannot use there: all of it when the pod wants no GPU, takes no GPU
// of that model, or does not fit by CPU or GPU; else what is left of GPUs that do not give it its
// share. Weighted by how typical the pods are, that is F. A pod is scored by how F changes when it
// comes: 100 times the logistic function of (before - after) / 1000 thousandths, truncated.
//
// All of it is done in whole numbers, with counts of pods as weights. Typical pods that ask for the
// same of GPUs are one group, in which only the number that fit by CPU matters.
#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <utility>
#include <vector>

#include "core/maths.hpp"
#include "scheduler/score.hpp"
#include "scheduler/typical_pods.hpp"

namespace berth::scores {
namespace {

// Free GPUs of a node: thousandths left of those that are shared, and how many are wholly free.
struct FreeGpus {
  std::array<std::uint32_t, gpus_per_node_most> shared{};
  std::uint32_t shares = 0;  // GPUs in `shared`
  std::uint32_t whole = 0;

  static FreeGpus of(NodeId node, const Occupancy& free) {
    FreeGpus gpus;
    gpus.whole = static_cast<std::uint32_t>(std::popcount(free.free(node)));
    for (const SharedGpu& one : free.shares(node)) {
      gpus.shared[gpus.shares++] = one.left;
    }
    return gpus;
  }
  // With a share taken of a shared GPU, or of a whole one.
  [[nodiscard]] FreeGpus less_share_of(std::uint32_t which, std::uint32_t milli) const {
    FreeGpus gpus = *this;
    gpus.shared[which] -= milli;
    return gpus;
  }
  [[nodiscard]] FreeGpus less_share_of_whole(std::uint32_t milli) const {
    FreeGpus gpus = *this;
    --gpus.whole;
    gpus.shared[gpus.shares++] = gpu_milli_all - milli;
    return gpus;
  }
};

// Typical pods that ask for the same of GPUs.
struct Group {
  std::uint32_t gpus = 1;
  std::uint32_t milli = gpu_milli_all;  // of each
  std::vector<bool> takes;              // kinds of nodes whose GPU model they take
  std::int64_t count = 0;
  std::vector<std::int64_t> up_to_cpu;  // pods that ask for at most so much, by place in Fgd::cpus_
};

// What the score of one pod compares: see score_of().
std::vector<double> thresholds(std::int64_t pods) {
  std::vector<double> from;
  for (int percent = 1; percent < 100; ++percent) {
    from.push_back(gpu_milli_all * static_cast<double>(pods) *
                   exact_log(percent / (100.0 - percent)));
  }
  return from;
}

class Fgd final : public Score {
 public:
  Fgd(const std::vector<TypicalPod>& typical, const Fleet& fleet) {
    for (const TypicalPod& pod : typical) {
      cpus_.push_back(pod.cpu_milli);
    }
    std::ranges::sort(cpus_);
    cpus_.erase(std::unique(cpus_.begin(), cpus_.end()), cpus_.end());
    for (const TypicalPod& pod : typical) {
      pods_ += static_cast<std::int64_t>(pod.count);
      if (pod.wants_gpu()) {
        add(pod, fleet);
      } else {
        without_gpu_ += static_cast<std::int64_t>(pod.count);
      }
    }
    from_ = thresholds(pods_);
  }

  [[nodiscard]] std::int64_t of(const Pod& pod, NodeId node, const Occupancy& free) const override {
    if (pods_ == 0) {
      return like(pod, free).of(pod, node, free);
    }
    const State state = state_of(node, free);
    const std::int64_t before = fragment(state, state.gpus);
    if (pod.shape.gpu_milli > 0) {
      return best_share(pod, state, before).score;
    }
    FreeGpus after = state.gpus;
    after.whole -= pod.shape.gpus;
    return score_of(before - fragment(state.less(pod), after));
  }
  // The lowest of equals.
  [[nodiscard]] std::optional<std::uint32_t> gpu_for(const Pod& pod, NodeId node,
                                                     const Occupancy& free,
                                                     Random& draws) const override {
    if (pods_ == 0) {
      return like(pod, free).gpu_for(pod, node, free, draws);
    }
    const State state = state_of(node, free);
    const Best best = best_share(pod, state, fragment(state, state.gpus));
    std::uint32_t gpu = static_cast<std::uint32_t>(std::countr_zero(free.free(node)));
    std::int64_t score = best.of_whole;
    std::uint32_t which = 0;
    for (const SharedGpu& one : free.shares(node)) {
      const std::int64_t its = best.of_shared[which++];
      if (its > score || (its == score && one.gpu < gpu)) {
        gpu = one.gpu;
        score = its;
      }
    }
    return gpu;
  }

 private:
  // As long as nothing is known of others, pods are taken to be like the one at hand.
  [[nodiscard]] const Fgd& like(const Pod& pod, const Occupancy& free) const {
    const TypicalPod typical = TypicalPod::of(pod.shape, pod.terms.get());
    if (!like_ || like_pod_ != typical) {
      like_pod_ = typical;
      like_ = std::make_unique<Fgd>(std::vector<TypicalPod>{typical}, free.fleet());
    }
    return *like_;
  }

  struct State {
    std::size_t kind = 0;
    std::int64_t cpu_milli = 0;
    FreeGpus gpus;
    [[nodiscard]] State less(const Pod& pod) const {
      State state = *this;
      state.cpu_milli -= pod.shape.cpu_milli;
      return state;
    }
  };
  static State state_of(NodeId node, const Occupancy& free) {
    const Fleet& fleet = free.fleet();
    return {static_cast<std::size_t>(&fleet.kind(node) - fleet.kinds().data()),
            free.free_cpu_milli(node), FreeGpus::of(node, free)};
  }

  // Scores by the GPU that the share goes to; -1 where it does not fit.
  struct Best {
    std::int64_t score = -1;
    std::int64_t of_whole = -1;
    std::array<std::int64_t, gpus_per_node_most> of_shared{};
  };

  void add(const TypicalPod& pod, const Fleet& fleet) {
    const std::uint32_t gpus = std::max(pod.gpus, 1U);
    const std::uint32_t milli = pod.gpu_milli > 0 ? pod.gpu_milli : gpu_milli_all;
    std::vector<bool> takes;
    for (const NodeKind& kind : fleet.kinds()) {
      const auto& models = pod.gpu_models;
      takes.push_back(models.empty() || std::ranges::count(models, kind.gpu_model) > 0);
    }
    auto group = std::ranges::find_if(groups_, [&](const Group& one) {
      return one.gpus == gpus && one.milli == milli && one.takes == takes;
    });
    if (group == groups_.end()) {
      groups_.push_back({gpus, milli, takes, 0, std::vector<std::int64_t>(cpus_.size() + 1)});
      group = groups_.end() - 1;
    }
    group->count += static_cast<std::int64_t>(pod.count);
    const auto place =
        static_cast<std::size_t>(std::ranges::lower_bound(cpus_, pod.cpu_milli) - cpus_.begin());
    for (std::size_t i = place + 1; i <= cpus_.size(); ++i) {
      group->up_to_cpu[i] += static_cast<std::int64_t>(pod.count);
    }
  }

  // F of the node, times the number of typical pods.
  [[nodiscard]] std::int64_t fragment(const State& state, const FreeGpus& gpus) const {
    std::int64_t left = 0;
    for (std::uint32_t i = 0; i < gpus.shares; ++i) {
      left += gpus.shared[i];
    }
    const std::int64_t all = std::int64_t{gpus.whole} * gpu_milli_all + left;
    const auto by_cpu =
        static_cast<std::size_t>(std::ranges::upper_bound(cpus_, state.cpu_milli) - cpus_.begin());
    std::int64_t sum = without_gpu_ * all;
    for (const Group& group : groups_) {
      const std::int64_t fit = group.takes[state.kind] ? group.up_to_cpu[by_cpu] : 0;
      std::int64_t unused = 0;  // by those that fit
      std::uint32_t giving = gpus.whole;
      for (std::uint32_t i = 0; i < gpus.shares; ++i) {
        const bool gives = gpus.shared[i] >= group.milli;
        giving += gives ? 1 : 0;
        unused += gives ? 0 : gpus.shared[i];
      }
      sum += giving >= group.gpus ? fit * unused + (group.count - fit) * all : group.count * all;
    }
    return sum;
  }

  // `gain` is of thousandths, times the number of typical pods: 100 / (1 + exp(-gain/1000/pods)).
  [[nodiscard]] std::int64_t score_of(std::int64_t gain) const {
    const auto past = std::ranges::upper_bound(from_, static_cast<double>(gain));
    return past - from_.begin();
  }

  [[nodiscard]] Best best_share(const Pod& pod, const State& state, std::int64_t before) const {
    const std::uint32_t milli = pod.shape.gpu_milli;
    const State after = state.less(pod);
    Best best;
    for (std::uint32_t i = 0; i < state.gpus.shares; ++i) {
      best.of_shared[i] = -1;
      if (state.gpus.shared[i] >= milli) {
        best.of_shared[i] = score_of(before - fragment(after, state.gpus.less_share_of(i, milli)));
        best.score = std::max(best.score, best.of_shared[i]);
      }
    }
    if (state.gpus.whole > 0) {
      best.of_whole = score_of(before - fragment(after, state.gpus.less_share_of_whole(milli)));
      best.score = std::max(best.score, best.of_whole);
    }
    return best;
  }

  std::vector<std::int64_t> cpus_;  // that typical pods ask for, ascending
  std::vector<Group> groups_;
  std::int64_t pods_ = 0;
  std::int64_t without_gpu_ = 0;
  std::vector<double> from_;  // gains from which on the score is 1, 2 .. 99
  mutable TypicalPod like_pod_;
  mutable std::unique_ptr<const Fgd> like_;  // of that pod; null: nobody asked
};

}  // namespace

// Without a list of typical pods those are typical that were seen so far.
MakeScore fgd(Setting options) {
  const auto typical = read_typical_pods(options);
  return {[typical](const Fleet& fleet, const SeenPods* seen) -> std::unique_ptr<const Score> {
            if (typical) {
              return std::make_unique<Fgd>(*typical, fleet);
            }
            return std::make_unique<Fgd>(seen != nullptr
                                             ? most_frequent(seen->pods(), typical_coverage)
                                             : std::vector<TypicalPod>{},
                                         fleet);
          },
          !typical};
}

}  // namespace berth::scores
