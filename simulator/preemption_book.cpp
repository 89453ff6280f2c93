#include "simulator/preemption_book.hpp"

#include <algorithm>
#include <bit>

#include "simulator/gpu_time.hpp"

namespace berth {
namespace {

std::uint64_t count(GpuMask mask) { return static_cast<std::uint64_t>(std::popcount(mask)); }

}  // namespace

std::uint64_t gpus_in_common(const Placement& one, const Placement& other) {
  std::map<NodeId, GpuMask> there;
  for (const Part& part : other) {
    there[part.node] |= part.gpus;
  }
  std::uint64_t common = 0;
  for (const Part& part : one) {
    const auto found = there.find(part.node);
    common += found != there.end() ? count(found->second & part.gpus) : 0;
  }
  return common;
}

void PreemptionBook::on(SimTime now, const Warned& record) { warned_[record.job.sequence] = now; }

void PreemptionBook::on(SimTime now, const Preempted& record) {
  const LiveJob& live = record.job;
  Open open;
  open.line.at = now;
  open.line.number = live.job.number;
  open.line.source = live.job.source;
  open.line.submit = live.job.submit;
  open.line.by_number = record.by.job.number;
  open.line.by_source = record.by.job.source;
  open.line.how = record.how;
  open.line.ran = now - live.start;
  if (const auto told = warned_.find(live.sequence); told != warned_.end()) {
    open.line.grace = now - told->second;
    warned_.erase(told);
  }
  for (const Part& part : record.placement) {
    open.line.gpus += count(part.gpus);
  }
  const Duration lost = record.stint.redone + record.stint.undone;
  open.line.destroyed = gpu_time(live.used_gpu_milli(), lost);
  open.by = record.by.sequence;
  open.freed = record.placement;
  waiting_[open.by].push_back(taken_ + open_.size());
  open_.push_back(std::move(open));
}

void PreemptionBook::on(SimTime now, const Started& record) {
  const auto found = waiting_.find(record.job.sequence);
  if (found == waiting_.end()) {
    return;
  }
  for (const std::uint64_t number : found->second) {
    Open& open = open_[number - taken_];
    open.line.used = now;
    open.line.used_gpus = gpus_in_common(open.freed, record.placement);
    open.settled = true;
  }
  waiting_.erase(found);
}

void PreemptionBook::on(SimTime /*now*/, const Ended& record) {
  ended_in_time_ += warned_.erase(record.job.sequence);
}

std::vector<PreemptionLine> PreemptionBook::take_settled() {
  std::vector<PreemptionLine> lines;
  for (; !open_.empty() && open_.front().settled; ++taken_) {
    lines.push_back(open_.front().line);
    open_.pop_front();
  }
  return lines;
}

void PreemptionBook::finish() {
  for (Open& open : open_) {
    open.settled = true;
  }
  waiting_.clear();
}

}  // namespace berth
