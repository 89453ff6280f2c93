#include <algorithm>
#include <utility>

#include "simulator/allocator/lease_numbers.hpp"
#include "simulator/gpu_time.hpp"

namespace berth {
namespace {

std::uint64_t gpu_milli(const Contract& contract, std::uint64_t nodes) {
  return nodes * contract.gpus_per_node * static_cast<std::uint64_t>(gpu_nanosecond);
}

}  // namespace

LeaseSums LeaseNumbers::sums(std::optional<LeaseKind> of) const {
  LeaseSums sums;
  for (const LeaseLine& line : leases) {
    if (of && line.contract.kind != *of) {
      continue;
    }
    ++sums.asked;
    sums.late += line.late > Duration{} ? 1U : 0U;
    sums.late_in_all += line.late;
    sums.waited += line.begun ? *line.begun - line.asked : Duration{};
    sums.moves += line.moves;
    sums.moving += gpu_time(gpu_milli(line.contract, 1), line.moving);
    sums.begun += line.begun ? 1U : 0U;
    sums.refused += line.last == LeaseEvent::refused ? 1U : 0U;
    sums.preempted += line.last == LeaseEvent::preempted ? 1U : 0U;
    sums.breaches += line.breaches;
    sums.failures += line.failures;
    sums.replacements += line.replacements;
    sums.contracted += line.contracted;
    sums.owed += line.owed;
    sums.delivered += line.delivered;
    sums.upgrading += line.upgrading;
    sums.replacing += line.replacing;
    sums.replacing_most = std::max(sums.replacing_most, line.replacing_most);
    if (line.full) {
      ++sums.delivered_full;
      sums.delivering += *line.full - *line.begun;
      sums.delivering_most = std::max(sums.delivering_most, *line.full - *line.begun);
    }
  }
  return sums;
}

void LeaseBook::on(SimTime now, const LeaseTold& record) {
  at_.resize(std::max<std::size_t>(at_.size(), record.lease.index() + 1));
  std::uint32_t& at = at_[record.lease.index()];
  if (at == 0) {
    LeaseLine line;
    line.contract = record.contract;
    line.asked = now;
    line.due = after(now, record.contract.lead);
    lines_.push_back(std::move(line));
    open_.push_back({lines_.size() - 1, 0, 0, now, std::nullopt, record.contract.term, false});
    at = static_cast<std::uint32_t>(lines_.size());
  }
  LeaseLine& line = lines_[at - 1];
  Open& open = open_[at - 1];
  count(now, open);
  switch (record.what) {
    case LeaseEvent::asks:
    case LeaseEvent::takes:
    case LeaseEvent::lets_go:
      return;
    case LeaseEvent::begins:
      line.begun = open.below_since = now;
      line.late = now - line.due;
      open.held = true;
      line.last = record.what;
      return;
    case LeaseEvent::extends:
      open.term += record.contract.extends;
      return;
    case LeaseEvent::serves:
    case LeaseEvent::fails:
    case LeaseEvent::upgrades:
    case LeaseEvent::moves:
      line.failures += record.what == LeaseEvent::fails ? 1U : 0U;
      line.moves += record.what == LeaseEvent::moves ? 1U : 0U;
      break;
    default:
      line.last = record.what;
      line.impossible = !record.why.empty();
      if (open.held) {
        close(now, open);
      }
      return;
  }
  open.serving = record.serving;
  open.upgrading = record.upgrading;
  if (record.stands_in_after && record.moved) {
    line.moving += *record.stands_in_after;
  } else if (record.stands_in_after) {
    ++line.replacements;
    line.replacing += *record.stands_in_after;
    line.replacing_most = std::max(line.replacing_most, *record.stands_in_after);
  }
  if (open.serving + open.upgrading < line.contract.nodes) {
    open.below_since = open.below_since.value_or(now);
  } else {
    if (open.serving == line.contract.nodes) {
      line.full = line.full.value_or(now);
    }
    end_shortfall(now, open);
  }
}

// Up to now it served as many as before.
void LeaseBook::count(SimTime now, Open& open) {
  LeaseLine& line = lines_[open.line];
  if (open.held) {
    line.owed += gpu_time(gpu_milli(line.contract, line.contract.nodes), now - open.since);
    line.delivered += gpu_time(gpu_milli(line.contract, open.serving), now - open.since);
    line.upgrading += gpu_time(gpu_milli(line.contract, open.upgrading), now - open.since);
  }
  open.since = now;
}

void LeaseBook::end_shortfall(SimTime now, Open& open) {
  if (!open.below_since) {
    return;
  }
  LeaseLine& line = lines_[open.line];
  const Duration lasted = now - *std::exchange(open.below_since, std::nullopt);
  line.below += lasted;
  line.breaches += lasted > line.contract.replace_within ? 1U : 0U;
}

void LeaseBook::close(SimTime now, Open& open) {
  LeaseLine& line = lines_[open.line];
  end_shortfall(now, open);
  open.held = false;
  line.ended = now;
  line.contracted = line.owed;
}

// Whoever reserved pays on after he left.
LeaseNumbers LeaseBook::finish(SimTime now) {
  for (Open& open : open_) {
    LeaseLine& line = lines_[open.line];
    count(now, open);
    if (line.last == LeaseEvent::asks && now > line.due) {
      line.late = now - line.due;  // it waits still
    }
    if (open.held) {
      end_shortfall(now, open);
      line.contracted = line.owed;
    } else if (line.last == LeaseEvent::leaves && line.contract.kind == LeaseKind::reserved) {
      const SimTime until = std::min(after(*line.begun, open.term), now);
      line.contracted =
          gpu_time(gpu_milli(line.contract, line.contract.nodes), until - *line.begun);
    }
  }
  return {std::move(lines_)};
}

}  // namespace berth
