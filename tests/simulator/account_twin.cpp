#include "tests/simulator/account_twin.hpp"

#include <algorithm>
#include <bit>
#include <variant>

#include "scheduler/molding.hpp"
#include "tests/simulator/replay.hpp"

namespace berth::test {
namespace {

// Of an exclusive job as many GPUs as it asked for, in proportion where it has become smaller.
std::uint64_t used_by(const LiveJob& live) {
  const std::uint64_t held = live.shape.total_gpu_milli();
  const Ask& ask = live.job.ask;
  if (!live.job.terms || !live.job.terms->exclusive || ask.whole_nodes > 0) {
    return held;
  }
  const std::uint64_t shares = std::uint64_t{ask.gpu_milli} * (ask.tasks > 0 ? ask.tasks : 1);
  const std::uint64_t asked = (1000ULL * ask.gpus + shares) * live.shape.tasks / live.tasks_whole;
  return std::min(asked, held);
}

}  // namespace

AccountTwin::AccountTwin(const Fleet& fleet, SimTime warm_up, std::uint32_t virtualization_ppm,
                         std::optional<ActiveTests> tests)
    : fleet_(fleet), virtualization_ppm_(virtualization_ppm), from_(warm_up), tests_(tests) {
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    nodes_.push_back({1000ULL * fleet.kind(NodeId(node)).gpus, 0, 0, 0, NodeState::production});
  }
}

void AccountTwin::on(SimTime now, const Record& record) {
  if (std::holds_alternative<Submitted>(record) || std::holds_alternative<Rejected>(record)) {
    open(now);
  }
  pass(now);
  std::visit(
      [this, now](const auto& one) {
        if constexpr (requires { this->told(now, one); }) {
          told(now, one);
        }
      },
      record);
}

// Where nobody ever comes all counts; else only what happens from the first who does.
void AccountTwin::open(SimTime now) {
  if (!opened_) {
    opened_ = true;
    pass(now);
    time_ = GpuTime{};
    from_ = std::max(now, from_);
  }
}

// Free GPUs, as their nodes are.
void AccountTwin::pass(SimTime now) {
  const SimTime from = std::max(now_, std::min(from_, now));
  const Duration inside = std::max(now - from, Duration{});
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    const bool in_production = node.state == NodeState::production;
    const bool pieces = in_pieces_ || in_pieces_on_.contains(i);
    const Loss loss = in_production && node.keepers > 0 ? Loss::idle_allocated
                      : in_production && pieces         ? Loss::fragmentation
                                                        : loss_of(node.state);
    Duration free = inside;
    if (tests_ && in_production && node.parts == 0 && node.keepers == 0) {
      const Duration under_test = tested(i, from, std::max(from, now));
      lost(Loss::testing) += Int128{node.gpu_milli} * under_test.count();
      free -= under_test;
    }
    lost(loss) += Int128{node.gpu_milli - node.held} * free.count();
    time_.capacity += Int128{node.gpu_milli} * inside.count();
    time_.allocated += Int128{node.held} * inside.count();
  }
  now_ = now;
}

Duration AccountTwin::tested(std::uint32_t node, SimTime from, SimTime to) const {
  Duration sum{};
  const SimTime first(tests_->every / 60 * (node % 60));
  SimTime slot = first - tests_->every;
  slot += (from - slot) / tests_->every * tests_->every;
  for (; slot < to; slot += tests_->every) {
    const SimTime ends = std::min(slot + tests_->lasts, to);
    sum += std::max(ends - std::max(slot, from), Duration{});
  }
  return sum;
}

void AccountTwin::hold(const Placement& placement, const Shape& shape, int sign) {
  for (const Part& part : placement) {
    const std::uint64_t milli = shape.gpu_milli > 0
                                    ? part.tasks * shape.gpu_milli
                                    : 1000ULL * static_cast<unsigned>(std::popcount(part.gpus));
    nodes_[part.node.index()].held += sign > 0 ? milli : 0 - milli;
    nodes_[part.node.index()].parts += sign > 0 ? 1U : 0U - 1U;
  }
  if (shape.alone == 0) {
    return;
  }
  for (std::uint32_t node = 0; node < nodes_.size(); ++node) {
    const bool kept = std::any_of(placement.begin(), placement.end(), [&](const Part& part) {
      return shape.alone == alone_in_fleet ||
             fleet_.domain_of(part.node, LevelId(shape.alone - 2)) ==
                 fleet_.domain_of(NodeId(node), LevelId(shape.alone - 2));
    });
    nodes_[node].keepers += kept ? (sign > 0 ? 1U : 0U - 1U) : 0U;
  }
}

void AccountTwin::told(SimTime /*now*/, const Started& record) {
  hold(record.placement, record.job.shape, 1);
  paces_[record.job.sequence].clear();
  resized(record.job, record.job.shape.tasks);
}

void AccountTwin::told(SimTime now, const SpeedChanged& record) {
  paces_[record.job.sequence].emplace_back(now, record.pace);
}

AccountTwin::Progress AccountTwin::progress(const LiveJob& live, const Pace* pace,
                                            SimTime at) const {
  const SimTime until = std::min(at, live.hung);
  for (const auto& [end, before] : paces_.at(live.sequence)) {
    if (until <= end) {
      return {before.worked(until), before.held_up(until)};
    }
  }
  return pace != nullptr ? Progress{pace->worked(until), pace->held_up(until)}
                         : Progress{until - live.start, {}};
}

void AccountTwin::told(SimTime now, const Corrupted& record) {
  const LiveJob& live = record.job;
  const Duration worked = progress(live, record.pace, now).worked;
  const Replay all =
      replay(live.job.terms.get(), live.startup, live.kept, worked, live.counted_from);
  const Right now_right{live.kept + all.work, live.shape.tasks};
  const auto [known, fresh] = right_.emplace(live.sequence, now_right);
  known->second.work = std::min(known->second.work, now_right.work);
}

// An elastic job goes on with so many tasks.
void AccountTwin::resized(const LiveJob& live, std::uint32_t tasks) {
  const auto known = right_.find(live.sequence);
  if (known != right_.end()) {
    known->second = {stretched(known->second.work, known->second.tasks, tasks), tasks};
  }
}

// In the queue it asks for its whole size after a failure.
void AccountTwin::grows(const LiveJob& live) {
  if (live.job.terms && live.job.terms->on_failure == OnFailure::shrink) {
    resized(live, live.tasks_whole);
  }
}

// Where it begins before its work went wrong, nothing of that is left.
void AccountTwin::begins_again(const LiveJob& live, Duration keeps) {
  const auto known = right_.find(live.sequence);
  if (known != right_.end() && keeps <= known->second.work) {
    right_.erase(known);
  }
}

void AccountTwin::stops(SimTime now, const LiveJob& live, const Placement& placement,
                        const Pace* pace, Duration keeps, Loss rest) {
  hold(placement, live.shape, -1);
  const auto worked_by = [&](SimTime at) { return progress(live, pace, std::min(at, now)).worked; };
  const SimTime from = std::max(live.start, from_);
  if (now <= from) {
    return;
  }
  const Terms* terms = live.job.terms.get();
  const Replay before = replay(terms, live.startup, live.kept, worked_by(from), live.counted_from);
  const Replay all = replay(terms, live.startup, live.kept, worked_by(now), live.counted_from);
  const auto milli = Int128{used_by(live)};
  lost(Loss::idle_allocated) +=
      (Int128{live.shape.total_gpu_milli()} - milli) * (now - from).count();
  const auto time = [milli](Duration length) { return milli * length.count(); };
  const auto known = right_.find(live.sequence);
  const Duration right = known == right_.end()
                             ? longest_duration
                             : std::max(known->second.work - live.kept, Duration{});
  Duration wrong{};
  if (all.work > right) {
    wrong = all.work - std::max(right, before.work);
  }
  const Duration good = std::min(keeps, right);
  const Int128 kept = time(std::min(all.work, good) - std::min(before.work, good));
  time_.productive += kept;
  kept_[live.sequence] += kept;
  const Duration wrote = stood(live, pace, from, std::min(now, live.hung));
  lost(Loss::checkpoint) += time(wrote);
  lost(rest) += time(all.work - before.work - wrong) - kept;
  lost(Loss::corrupted) += time(wrong);
  lost(Loss::restart) += time(all.startup - before.startup);
  lost(Loss::checkpoint) += time(all.checkpoint - before.checkpoint);
  const SimTime stood_from = std::min(std::max(live.hung, from), now);
  lost(Loss::detection) += time(now - stood_from);
  const Duration late = (stood_from - from) - (worked_by(now) - worked_by(from));
  const Duration held_up =
      std::max(progress(live, pace, now).held_up - progress(live, pace, from).held_up, Duration{});
  lost(Loss::straggler) += time(held_up);
  lost(Loss::network) += time(late - held_up - wrote);
}

// Between two points of time: how long its speed was none.
Duration AccountTwin::stood(const LiveJob& live, const Pace* pace, SimTime from, SimTime until) {
  Duration all{};
  const auto add = [&](const Pace& one, SimTime end) {
    if (one.speed().stands()) {
      all += std::max(std::min(end, until) - std::max(one.since(), from), Duration{});
    }
  };
  for (const auto& [end, before] : paces_[live.sequence]) {
    add(before, end);
  }
  if (pace != nullptr) {
    add(*pace, until);
  }
  return all;
}

// `most`, from the end of what it kept; what was wrong of that is lost already.
void AccountTwin::forfeit(const LiveJob& live, Loss to, Duration most) {
  Int128& kept = kept_[live.sequence];
  const auto known = right_.find(live.sequence);
  if (known != right_.end() && most < longest_duration) {
    most -= std::clamp(live.kept - known->second.work, Duration{}, most);
  }
  const Int128 gone = std::min(kept, Int128{used_by(live)} * most.count());
  kept -= gone;
  time_.productive -= gone;
  lost(to) += gone;
}

void AccountTwin::told(SimTime now, const Preempted& record) {
  const bool cancelled = record.how == Yield::cancel;
  const Loss rest = cancelled ? Loss::preempted : Loss::redone;
  stops(now, record.job, record.placement, record.pace, record.stint.kept, rest);
  forfeit(record.job, rest, cancelled ? longest_duration : record.stint.undone);
  begins_again(record.job, record.job.kept + record.stint.kept - record.stint.undone);
}

void AccountTwin::told(SimTime now, const Evicted& record) {
  const Loss rest = record.given_up() ? Loss::failed : Loss::redone;
  stops(now, record.job, record.placement, record.pace, record.stint.kept, rest);
  forfeit(record.job, rest, record.given_up() ? longest_duration : record.stint.undone);
  begins_again(record.job, record.job.kept + record.stint.kept - record.stint.undone);
  if (record.then == AfterFailure::requeued) {
    grows(record.job);
  }
}

void AccountTwin::told(SimTime /*now*/, const Displaced& record) {
  forfeit(record.job, Loss::redone, record.undone);
  begins_again(record.job, record.job.kept - record.undone);
  grows(record.job);
}

void AccountTwin::told(SimTime now, const Ended& record) {
  const bool completed = record.state == EndState::completed;
  const Loss loss = record.state == EndState::timed_out ? Loss::timed_out : Loss::user_ended;
  stops(now, record.job, record.placement, record.pace, completed ? longest_duration : Duration{},
        loss);
  forfeit(record.job, loss, completed ? Duration{} : longest_duration);
}

void AccountTwin::told(SimTime now, const LeftRunning& record) {
  stops(now, record.job, record.placement, record.pace, longest_duration, Loss::redone);
}

void AccountTwin::told(SimTime /*now*/, const NodeMoved& record) {
  nodes_[record.node.index()].state = record.to;
}

void AccountTwin::told(SimTime /*now*/, const FreeInPieces& record) {
  if (record.nodes == nullptr) {
    in_pieces_ = record.unusable;
    return;
  }
  in_pieces_on_.clear();
  for (const NodeId node : *record.nodes) {
    in_pieces_on_.insert(node.index());
  }
}

void AccountTwin::finish(SimTime now) {
  pass(now);
  lost(Loss::virtualization) = time_.productive * virtualization_ppm_ / 1'000'000;
  time_.productive -= lost(Loss::virtualization);
}

std::string AccountTwin::difference(const GpuTime& accounts) const {
  std::string text;
  const auto compare = [&text](std::string_view name, Int128 ours, Int128 theirs) {
    if (ours != theirs) {
      text += std::string(name) + " is off by " +
              std::to_string(static_cast<double>(theirs - ours)) + " of " +
              std::to_string(static_cast<double>(ours)) + "; ";
    }
  };
  compare("capacity", time_.capacity, accounts.capacity);
  compare("allocated", time_.allocated, accounts.allocated);
  compare("productive", time_.productive, accounts.productive);
  for (std::size_t cause = 0; cause < loss_names.size(); ++cause) {
    compare(loss_names[cause], time_.lost[cause], accounts.lost[cause]);
  }
  return text;
}

}  // namespace berth::test
