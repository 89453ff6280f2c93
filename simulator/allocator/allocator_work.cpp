// What is done to nodes between tenants, and by whom.
#include <utility>

#include "simulator/allocator/allocator.hpp"

namespace berth {

// The node came through what was done to it.
void Allocator::go_on(NodeId node) {
  if (const auto found = under_way_.extract(node); !found.empty()) {
    if (finish_work(node, found.mapped())) {
      return;
    }
  }
  const auto owner = cluster_.leases()->of(node);
  const bool clean = cluster_.leases()->clean(node);
  const bool set_up = not_set_up_.erase(node) == 0 && !clean;
  if (owner) {
    std::erase(lease(*owner).lost, node);
  }
  if (owner && !set_up) {
    provision(node);
  } else if (owner) {
    premises_.move(node, NodeState::production);
  } else if (clean && !key_.contains(node)) {
    put_back(node);
  } else {
    wipe(node);
  }
}

// True when it is seen to; else it goes on as one that was tested.
bool Allocator::finish_work(NodeId node, Busy done) {
  --crew(done.kind).busy;
  work_on(done.kind);
  const auto owner = cluster_.leases()->of(node);
  if (!done.works) {
    not_set_up_.insert(node);
    Random draws = draws_for(node);
    const Duration repair = terms_.repair.sample(draws);
    premises_.send(node, {{NodeState::triage, repair}, {NodeState::test, {}}});
    return true;
  }
  if (done.kind == Kind::key) {
    const bool had = key_.erase(node) > 0;
    if (!had) {
      key_[node] = cluster_.leases()->user(node)->name;
    }
    if (owner && !had) {
      premises_.move(node, NodeState::production);
    } else {
      changed_ = true;  // its tenant may have no key any more
      wipe(node);
    }
    return true;
  }
  const bool is_up = done.kind == Kind::provision || done.kind == Kind::hand_over;
  if (is_up && owner && terms_.keys && !key_.contains(node)) {
    line_up(Kind::key, node);
    return true;
  }
  if (is_up && owner) {
    premises_.move(node, NodeState::production);
    return true;
  }
  return false;
}

// Clean and tested: it is kept back where spares are missing, else anybody may have it.
void Allocator::put_back(NodeId node) {
  const NodeRange domain = spare_domain(node);
  const bool missing = kept_back_.count_in(domain.first, domain.past) < terms_.spares.count;
  premises_.move(node, missing ? NodeState::spare : NodeState::available);
}

Random Allocator::draws_for(NodeId node) {
  return Random(run_, Stream::leases, std::uint64_t{node.index()} << 24U | works_[node.index()]++);
}

void Allocator::provision(NodeId node) {
  premises_.move(node, NodeState::provision);
  line_up(Kind::provision, node);
}

// Its key is taken away first, where it has one.
void Allocator::wipe(NodeId node) {
  if (cluster_.state(node) != NodeState::zap) {
    premises_.move(node, NodeState::zap);
  }
  line_up(key_.contains(node) ? Kind::key : Kind::clean, node);
}

void Allocator::line_up(Kind kind, NodeId node) {
  crew(kind).waiting.push_back(node);
  work_on(kind);
}

void Allocator::work_on(Kind kind) {
  Crew& workers = crew(kind);
  while (workers.busy < workers.work->at_once && !workers.waiting.empty()) {
    const NodeId node = workers.waiting.front();
    workers.waiting.pop_front();
    ++workers.busy;
    begin_work(kind, node);
  }
}

void Allocator::begin_work(Kind kind, NodeId node) {
  const Work& work = *crew(kind).work;
  Random draws = draws_for(node);
  Duration lasts{};
  bool works = false;
  for (std::uint32_t attempt = 0; attempt < work.attempts && !works; ++attempt) {
    lasts += work.lasts.sample(draws);
    works = work.fails == 0 || uniform(draws) >= work.fails;
  }
  under_way_[node] = {kind, works};
  if (kind == Kind::clean && works) {
    premises_.send(node, {{NodeState::zap, lasts}, {NodeState::test, terms_.test.sample(draws)}});
  } else {
    premises_.send(node, {{cluster_.state(node), lasts}});
  }
}

}  // namespace berth
