// Who may start, where, and how large; what is held by whom.
#include <algorithm>
#include <bit>
#include <set>
#include <utility>

#include "tests/simulator/laws.hpp"

namespace berth::test {
namespace {

std::uint64_t count(GpuMask mask) { return static_cast<std::uint64_t>(std::popcount(mask)); }

// What a part holds of each GPU that it names.
std::uint32_t held_of_each(const Part& part, const Shape& shape) {
  return shape.gpu_milli > 0 ? part.tasks * shape.gpu_milli : 1000;
}

}  // namespace

void Laws::check_doors(const Placement& placement, const LiveJob& live) {
  const bool exclusive = live.job.terms && live.job.terms->exclusive;
  for (const Part& part : placement) {
    const std::uint32_t node = part.node.index();
    if (node >= fleet_.nodes()) {
      return;  // a law of its own
    }
    demand(!closed_[node], "nobody starts on a closed node");
    const bool may_borrow = live.job.job_class == promises_.borrows;
    demand(
        states_[node] == NodeState::production || (states_[node] == NodeState::lent && may_borrow),
        "nobody starts on a node out of production, or that is not lent to him");
    const auto lock = jobs_.find(locked_by_[node]);
    const bool locked = lock != jobs_.end() && lock->second.phase == Phase::running &&
                        std::ranges::count(lock->second.placement, part.node, &Part::node) > 0;
    demand(!locked || lock->first == live.sequence, "nobody starts beside an exclusive job");
    locked_by_[node] = 0;
    if (exclusive) {
      demand(free_[node] == all_[node], "an exclusive job starts on nodes without others");
      locked_by_[node] = live.sequence;
    }
  }
}

// Who has its blocks for itself shares none with anybody who runs, whoever came first.
void Laws::check_blocks(const Placement& placement, const LiveJob& live) {
  anybody_alone_ = anybody_alone_ || live.shape.alone > 0;
  if (!anybody_alone_) {
    return;
  }
  for (const auto& [sequence, other] : jobs_) {
    const std::uint32_t level = std::max(live.shape.alone, other.shape.alone);
    if (sequence == live.sequence || other.phase != Phase::running || level == 0) {
      continue;
    }
    for (const Part& one : placement) {
      for (const Part& theirs : other.placement) {
        demand(level != alone_in_fleet && fleet_.domain_of(one.node, LevelId(level - 2)) !=
                                              fleet_.domain_of(theirs.node, LevelId(level - 2)),
               "nobody is in a block that a job has for itself");
      }
    }
  }
}

// The first start chooses the size of a moldable job, and each one that of an elastic one; its GPU
// time stays the same, but for what is rounded up each time.
void Laws::molds(Known& job, const LiveJob& live) {
  job.tasks_before = job.shape.tasks;
  const bool elastic = live.job.terms && live.job.terms->on_failure == OnFailure::shrink;
  if (!live.job.terms || live.job.terms->tasks_least == 0 || (job.starts > 0 && !elastic) ||
      job.suspended) {
    return;
  }
  resizes(job, live);
}

void Laws::resizes(Known& job, const LiveJob& live) {
  if (!live.job.terms || live.job.terms->tasks_least == 0) {
    return;
  }
  const std::uint32_t tasks = live.shape.tasks;
  demand(tasks <= job.whole, "a job has no more tasks than it asked for");
  demand(tasks >= std::min(live.job.terms->tasks_least, job.whole),
         "a job has the tasks that it needs at least");
  const auto same = [&](Duration before, std::uint32_t of, Duration now) {
    const Int128 was = Int128{before.count()} * of;
    const Int128 is = Int128{now.count()} * tasks;
    return is >= was && is < was + Int128{2 * job.starts + 1} * job.whole;
  };
  demand(same(job.work, job.whole, live.job.work), "a smaller job takes as much GPU time");
  demand(same(job.before, job.shape.tasks, live.kept), "a smaller job has kept as much GPU time");
  demand(live.counted_from == job.from || live.counted_from == live.kept,
         "checkpoints are counted from where the size changed");
  if (job.right) {
    demand(same(*job.right, job.shape.tasks, live.right),
           "a smaller job has as much that is right");
    job.right = live.right;
  }
  job.before = live.kept;
  job.from = live.counted_from;
  job.shape.tasks = tasks;
}

void Laws::check_promise(SimTime now, const Known& job) {
  if (promises_.first_kept && job.first_promise) {
    demand(now <= *job.first_promise, "a job starts by the first promise made to it");
  }
  if (promises_.never_later && job.last_promise) {
    demand(now <= *job.last_promise, "a job starts by the last promise made to it");
  }
}

void Laws::check_order(std::uint64_t sequence) {
  if (promises_.in_order) {
    demand(sequence > last_started_, "jobs start in the order of their submission");
  }
  last_started_ = sequence;
}

// Held, before its time, before others have started or ended: never. And only on nodes that it may
// use.
void Laws::check_terms(const Known& job, const Placement& placement) {
  if (!job.terms) {
    return;
  }
  const Terms& terms = *job.terms;
  demand(!terms.held, "a job that is held never starts");
  demand(now_ >= terms.begin, "a job starts when its time has come");
  for (const Dependency& on : terms.after) {
    demand(met(on), "a job starts when those that it depends on have started or ended so");
  }
  const auto among = [](const auto& words, const std::string& word) {
    return std::count(words.begin(), words.end(), word) != 0;
  };
  for (const Part& part : placement) {
    const NodeKind& kind = fleet_.kind(part.node);
    demand(terms.gpu_models.empty() || among(terms.gpu_models, kind.gpu_model),
           "a job runs on a GPU model that it takes");
    demand(std::all_of(terms.labels.begin(), terms.labels.end(),
                       [&](const std::string& label) { return among(kind.labels, label); }),
           "a job runs on nodes with the labels that it asks for");
  }
}

bool Laws::met(const Dependency& on) const {
  const auto found = by_number_.find(on.job);
  if (found == by_number_.end()) {
    return false;
  }
  const Known& other = jobs_.at(found->second);
  switch (on.kind) {
    case Dependency::Kind::after:
      return other.first_start && now_ >= *other.first_start + on.delay;
    case Dependency::Kind::after_any:
      return other.ending.has_value();
    case Dependency::Kind::after_ok:
      return other.ending == Ending::completed;
    case Dependency::Kind::after_not_ok:
      return other.ending == Ending::otherwise;
    default:
      return true;  // singletons are not drawn
  }
}

bool Laws::may_start(const Known& job) const {
  return !job.terms ||
         (!job.terms->held && std::all_of(job.terms->after.begin(), job.terms->after.end(),
                                          [this](const Dependency& on) { return met(on); }));
}

void Laws::take(const Placement& placement, const Shape& shape) {
  std::set<std::pair<NodeId, GpuMask>> nodes;  // with the GPU, where it is given out in shares
  std::uint64_t tasks = 0;
  for (const Part& part : placement) {
    if (part.node.index() >= fleet_.nodes()) {
      demand(false, "a job runs on nodes that there are");
      return;
    }
    demand(nodes.emplace(part.node, shape.gpu_milli > 0 ? part.gpus : 0).second,
           shape.gpu_milli > 0 ? "a placement names each shared GPU once"
                               : "a placement names each node once");
    const std::uint64_t gpus = shape.gpu_milli > 0 ? 1 : part.tasks * std::uint64_t{shape.gpus};
    demand(part.tasks > 0 && count(part.gpus) == gpus, "each task holds the GPUs it asked for");
    Free& free = free_[part.node.index()];
    hold_gpus(free.milli, part, shape);
    free.cpu_milli -= part.tasks * shape.cpu_milli;
    free.memory -= part.tasks * shape.memory;
    demand(free.cpu_milli >= 0, "no more CPU is held than a node has");
    demand(free.memory >= 0, "no more memory is held than a node has");
    tasks += part.tasks;
  }
  demand(tasks == shape.tasks, "all tasks of a job are placed");
}

void Laws::hold_gpus(std::vector<std::uint32_t>& left, const Part& part, const Shape& shape) {
  demand(left.size() == 64 || part.gpus >> left.size() == 0, "a job holds GPUs that there are");
  for (std::size_t gpu = 0; gpu < left.size(); ++gpu) {
    if ((part.gpus >> gpu & 1U) != 0) {
      const std::uint32_t milli = held_of_each(part, shape);
      demand(left[gpu] >= milli, "no GPU is held twice");
      left[gpu] -= milli;
      busy_ += milli;
    }
  }
}

void Laws::give_back(const Placement& placement, const Shape& shape) {
  for (const Part& part : placement) {
    Free& free = free_[part.node.index()];
    for (std::size_t gpu = 0; gpu < free.milli.size(); ++gpu) {
      if ((part.gpus >> gpu & 1U) != 0) {
        const std::uint32_t milli = held_of_each(part, shape);
        free.milli[gpu] += milli;
        demand(free.milli[gpu] <= 1000, "only GPUs that are held are given back");
        busy_ -= milli;
      }
    }
    free.cpu_milli += part.tasks * shape.cpu_milli;
    free.memory += part.tasks * shape.memory;
    idle_since_[part.node.index()] = now_;
  }
}

}  // namespace berth::test
