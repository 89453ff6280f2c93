#include "simulator/failure_book.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "cluster/gpu_shares.hpp"

namespace berth {
namespace {

std::uint32_t held_milli(const Part& part, const Shape& shape) {
  return shape.gpu_milli > 0 ? part.tasks * shape.gpu_milli
                             : static_cast<std::uint32_t>(std::popcount(part.gpus)) * gpu_milli_all;
}

bool out_of_service(Loss loss) {
  return loss != Loss::draining && loss != Loss::spare && loss != Loss::unsold &&
         loss != Loss::undelivered && loss != Loss::idle && loss != Loss::idle_allocated;
}

}  // namespace

JobsOfSize& FailureBook::jobs_like(const Shape& shape) {
  const std::uint64_t gpus = std::max<std::uint64_t>(shape.total_gpu_milli() / gpu_milli_all, 1);
  const auto power = static_cast<std::size_t>(std::bit_width(gpus)) - 1;
  if (power >= numbers_.by_gpus.size()) {
    numbers_.by_gpus.resize(power + 1);
  }
  return numbers_.by_gpus[power];
}

CauseNumbers& FailureBook::cause(std::uint32_t number, std::string_view name) {
  if (number >= numbers_.by_cause.size()) {
    numbers_.by_cause.resize(number + 1);
    down_.resize(number + 1);
  }
  CauseNumbers& one = numbers_.by_cause[number];
  if (one.name.empty()) {
    one.name = name;
  }
  return one;
}

void FailureBook::on(SimTime now, const Failed& record) {
  if (now >= accounts_.from()) {
    ++numbers_.failures;
    ++cause(record.failure.cause, record.cause).failures;
  }
}

void FailureBook::on(SimTime now, const Found& record) {
  if (now >= accounts_.from()) {
    ++numbers_.found;
    numbers_.found_by_tests += record.by_test ? 1 : 0;
  }
}

void FailureBook::on(SimTime now, const Alarmed& record) {
  if (now >= accounts_.from()) {
    ++(record.failure.threatens == never ? numbers_.false_alarms : numbers_.alarms);
  }
}

void FailureBook::on(SimTime now, const Averted& /*record*/) {
  numbers_.averted += now >= accounts_.from() ? 1U : 0U;
}

void FailureBook::on(SimTime now, const Mended& record) {
  if (now >= accounts_.from()) {
    ++numbers_.mended_by_hand;
    numbers_.crew_wait_ns += record.waited.count();
  }
}

void FailureBook::on(SimTime now, const GivenUp& /*record*/) {
  numbers_.retired += now >= accounts_.from() ? 1U : 0U;
}

// Of the whole run, not of the window after the warm-up: there are few.
void FailureBook::on(SimTime now, const UpgradeTold& record) {
  switch (record.what) {
    case UpgradeTold::What::begins:
      ++numbers_.upgrades;
      upgrades_[record.number] = now;
      break;
    case UpgradeTold::What::batch:
      ++numbers_.upgrade_batches;
      numbers_.upgraded += record.nodes.size();
      break;
    case UpgradeTold::What::ends:
      ++numbers_.upgrades_over;
      numbers_.upgrading_ns += (now - upgrades_.at(record.number)).count();
      break;
  }
}

void FailureBook::withdraw(SimTime now, const Out& out, std::int64_t sign) {
  accounts_.withdraw(now, out.loss, sign * out.gpu_milli);
  if (!out_of_service(out.loss)) {
    return;
  }
  Down& down = down_[out.cause];
  if (const SimTime from = std::max(down.since, accounts_.from()); now > from) {
    numbers_.by_cause[out.cause].down += gpu_time(down.gpu_milli, now - from);
  }
  down.since = now;
  down.gpu_milli += static_cast<std::uint64_t>(sign * out.gpu_milli);
}

void FailureBook::on(SimTime now, const NodeMoved& record) {
  if (record.to != NodeState::spare && record.to != NodeState::lent) {
    cause(record.cause, record.cause_name);
  }
  if (const auto was = out_.extract(record.node); !was.empty()) {
    withdraw(now, was.mapped(), -1);
    serving_ -= was.mapped().serves ? 1U : 0U;
  }
  const auto kept = kept_.find(record.node);
  if (kept != kept_.end()) {
    withdraw_kept(now, record.node, record.to != NodeState::production ? 0 : record.free_gpu_milli);
  }
  if (record.to != NodeState::production) {
    const Out out{loss_of(record.to), record.cause, record.free_gpu_milli, serves(record.to)};
    withdraw(now, out, 1);
    out_[record.node] = out;
    serving_ += out.serves ? 1U : 0U;
  }
}

void FailureBook::on(SimTime now, const Evicted& record) {
  const std::uint64_t sequence = record.job.sequence;
  if (trying_.erase(sequence) > 0 && now >= accounts_.from()) {
    ++numbers_.comebacks.tried;
    numbers_.comebacks.succeeded += record.stint.kept > Duration{} ? 1U : 0U;
  }
  if (!record.given_up()) {
    away_[sequence] = std::min(now, record.job.hung);
  }
  if (now < accounts_.from()) {
    return;
  }
  ++numbers_.interruptions;
  numbers_.given_up += record.given_up() ? 1U : 0U;
  numbers_.comebacks.in_place += record.then == AfterFailure::goes_on ? 1U : 0U;
  ++cause(record.cause, record.cause_name).interruptions;
  ++jobs_like(record.job.shape).interruptions;
}

void FailureBook::on(SimTime now, const Started& record) {
  const auto away = away_.extract(record.job.sequence);
  if (away.empty()) {
    return;
  }
  trying_.insert(record.job.sequence);
  if (away.mapped() >= accounts_.from()) {
    const Duration length = now - away.mapped();
    ++numbers_.comebacks.replaced;
    numbers_.comebacks.replacing_ns += length.count();
    numbers_.comebacks.replacing_most = std::max(numbers_.comebacks.replacing_most, length);
  }
}

// Who suspends goes on trying later.
void FailureBook::on(const Preempted& record) {
  if (record.how != Yield::suspend) {
    tried(record.job, record.stint.kept > Duration{});
  }
  if (away_.contains(record.by.sequence)) {
    const Duration lost = record.stint.redone + record.stint.undone;
    ++numbers_.comebacks.second_order;
    numbers_.comebacks.destroyed += gpu_time(record.job.used_gpu_milli(), lost);
  }
}

void FailureBook::tried(const LiveJob& live, bool got_on) {
  if (trying_.erase(live.sequence) > 0 && got_on) {
    ++numbers_.comebacks.tried;
    ++numbers_.comebacks.succeeded;
  }
}

// A job has the domains around its nodes for itself: of those in production what is free.
void FailureBook::keeps(SimTime now, const LiveJob& live, const Placement& placement) {
  std::map<NodeId, std::uint32_t> held;
  for (const Part& part : placement) {
    held[part.node] += held_milli(part, live.shape);
  }
  for (const NodeRange& nodes : kept_for(live.shape, placement, fleet_)) {
    for (std::uint32_t i = nodes.first; i < nodes.past; ++i) {
      const NodeId node(i);
      kept_[node] = 0;
      const auto here = held.find(node);
      const std::uint32_t all = fleet_.kind(node).gpus * gpu_milli_all;
      const std::uint32_t free = all - (here == held.end() ? 0 : here->second);
      withdraw_kept(now, node, out_.contains(node) ? 0 : free);
    }
  }
}

void FailureBook::lets_go(SimTime now, const LiveJob& live, const Placement& placement) {
  for (const NodeRange& nodes : kept_for(live.shape, placement, fleet_)) {
    for (std::uint32_t i = nodes.first; i < nodes.past; ++i) {
      withdraw_kept(now, NodeId(i), 0);
      kept_.erase(NodeId(i));
    }
  }
}

// So much of the node is kept empty from now on.
void FailureBook::withdraw_kept(SimTime now, NodeId node, std::uint32_t gpu_milli) {
  std::uint32_t& kept = kept_[node];
  accounts_.withdraw(now, Loss::idle_allocated, std::int64_t{gpu_milli} - kept);
  kept = gpu_milli;
}

void FailureBook::gave_back(SimTime now, const LiveJob& live, const Placement& placement) {
  const SimTime from = std::max(live.start, accounts_.from());
  if (now > from) {
    jobs_like(live.shape).held_ns += (now - from).count();
    numbers_.node_ns += Int128{count_nodes(placement)} * (now - from).count();
  }
  if (serving_ > 0) {
    change_free(now, live, placement, 1);
  }
}

void FailureBook::change_free(SimTime now, const LiveJob& live, const Placement& placement,
                              std::int32_t sign) {
  for (const Part& part : placement) {
    const auto out = out_.find(part.node);
    if (out != out_.end()) {
      const std::int64_t freed = std::int64_t{sign} * held_milli(part, live.shape);
      accounts_.withdraw(now, out->second.loss, freed);
      out->second.gpu_milli += static_cast<std::uint32_t>(freed);
    }
  }
}

// A job that goes on with fewer tasks than it has as a whole does its work later, not less of it.
WallAndWork FailureBook::gone(SimTime now, const LiveJob& live, Duration done) {
  Shape whole = live.shape;
  Duration work = std::min(done, live.right);
  if (live.tasks_whole > whole.tasks) {
    whole.tasks = live.tasks_whole;
    work = stretched(work, live.shape.tasks, whole.tasks);
  }
  JobsOfSize& size = jobs_like(whole);
  const Duration wall = now - live.first_start;
  size.productive_ns += work.count();
  size.wall_ns += wall.count();
  const WallAndWork both{gpu_time(whole.total_gpu_milli(), work),
                         gpu_time(whole.total_gpu_milli(), wall)};
  numbers_.all_jobs += both;
  return both;
}

FailureNumbers FailureBook::finish(SimTime now) {
  for (const auto& [node, out] : std::exchange(out_, {})) {
    withdraw(now, out, -1);
  }
  numbers_.window_ns = std::max(now - accounts_.from(), Duration{}).count();
  return std::move(numbers_);
}

}  // namespace berth
