// Who joins the queue and leaves it, and in which order they stand there.
#include <algorithm>
#include <tuple>
#include <utility>

#include "scheduler/molding.hpp"
#include "scheduler/scheduler.hpp"

namespace berth {

void Scheduler::submit(const Request& request) {
  if (seen_) {
    seen_->add(request);
  }
  enqueue(request, request.submit);
  made_way_for_[request.id.index()] = {};
  Request& ours = requests_[request.id.index()];
  tell([&ours](Listener& listener) { listener.submitted(ours, ours.submit); });
}

void Scheduler::enqueue(const Request& request, SimTime now) {
  if (request.id.index() >= requests_.size()) {
    requests_.resize(request.id.index() + 1);
    promised_.resize(request.id.index() + 1, berth::never);
    reasons_.resize(request.id.index() + 1, policy_.backfill->untried());
    made_way_for_.resize(request.id.index() + 1);
    waiting_.resize(request.id.index() + 1);
    queue_of_.resize(request.id.index() + 1);
  }
  requests_[request.id.index()] = request;
  const ScopeId scope = scope_of(request);
  requests_[request.id.index()].scope = scope;
  queue_of_[request.id.index()] = queue_of(request);
  mold_to_fit(requests_[request.id.index()]);
  gangs_.waits(requests_[request.id.index()]);
  whole_ = whole_ || PodGangs::asks(request);
  spread_ = spread_ || (request.terms && !request.terms->spread.empty());
  whole_ = whole_ || spread_ || least_tasks(request) < request.shape.tasks;
  whole_ = whole_ || (request.terms && request.terms->ask_where()) || request.shape.alone > 0;
  whole_ = whole_ || scope != all_nodes;  // who has no room says nothing of who may use other nodes
  promised_[request.id.index()] = berth::never;
  reasons_[request.id.index()] = policy_.backfill->untried();
  count_unheeded(request);
  policy_.backfill->joined(requests_[request.id.index()], now);
  queue_.insert(requests_[request.id.index()], policy_.order->key(requests_[request.id.index()]));
  waiting_[request.id.index()] = request.sequence;
  newcomers_.push_back(request.id);
  settled_ = settled_ && queue_[queue_.first()].job != request.id;
}

ScopeId Scheduler::scope_of(const Request& request) {
  ScopeId scope = term_scopes_.of(request.terms.get(), cluster_.scopes());
  if (request.terms && request.terms->exclusive) {
    scope = cluster_.scopes().both(scope, term_scopes_.filled_by(request.shape, cluster_.scopes()));
  }
  for (const auto& admission : policy_.admission) {
    scope = cluster_.scopes().both(scope, admission->scope(request));
  }
  return scope;
}

std::uint32_t Scheduler::queue_of(const Request& request) {
  for (const auto& admission : policy_.admission) {
    if (const auto queue = admission->queue(request)) {
      apart_ = true;
      return *queue;
    }
  }
  return 0;
}

void Scheduler::cancel(JobId job, SimTime now) {
  const Request& request = requests_[job.index()];
  queue_.erase(queue_.find(request, policy_.order->key(request)));
  std::erase(newcomers_, job);
  waiting_[job.index()] = 0;
  running_.waits_no_more(job);
  gangs_.waits_no_more(request);
  policy_.backfill->passed_by(request, now);
  tell([&](Listener& listener) { listener.stopped(request, Stop::cancelled, now); });
  settled_ = false;
}

// Keys changed: the queue as it would be had each job come with its key of now.
void Scheduler::sort_anew() {
  std::vector<std::pair<std::int64_t, JobId>> waiting;
  for (auto at = queue_.first(); at != queue_.end(); at = queue_.next(at)) {
    waiting.emplace_back(policy_.order->key(requests_[queue_[at].job.index()]), queue_[at].job);
  }
  std::sort(waiting.begin(), waiting.end(), [this](const auto& a, const auto& b) {
    const Request& one = requests_[a.second.index()];
    const Request& other = requests_[b.second.index()];
    return std::tie(a.first, one.submit, one.sequence) <
           std::tie(b.first, other.submit, other.sequence);
  });
  queue_.clear();
  for (const auto& [key, job] : waiting) {
    queue_.insert(requests_[job.index()], key);
  }
  settled_ = false;
}

}  // namespace berth
