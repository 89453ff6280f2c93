#include "cluster/pod_groups.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"

namespace berth {
namespace {

using Counts = std::map<std::uint32_t, std::uint32_t>;

std::uint32_t at(const Counts& counts, std::uint32_t key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

void change(Counts& counts, std::uint32_t key, std::int32_t more) {
  std::uint32_t& count = counts[key];
  check(more >= 0 || count >= static_cast<std::uint32_t>(-more), "pods go that have come");
  count += static_cast<std::uint32_t>(more);
  if (count == 0) {
    counts.erase(key);
  }
}

}  // namespace

const std::vector<PodGroups::Tasks>& PodGroups::on(NodeId node) const {
  static const std::vector<Tasks> nobody;
  return on_.empty() ? nobody : on_[node.index()];
}

std::uint32_t PodGroups::on(NodeId node, std::uint32_t group) const {
  std::uint32_t count = 0;
  for (const Tasks& tasks : on(node)) {
    count += tasks.group == group ? tasks.count : 0;
  }
  return count;
}

std::uint32_t PodGroups::in(DomainId domain, std::uint32_t group) const {
  const auto found = groups_.find(group);
  return found == groups_.end() ? 0 : at(found->second.tasks, domain.index());
}

bool PodGroups::keep_away(const Shape& pod, NodeId node) const {
  const auto found = groups_.find(pod.group);
  if (pod.group == 0 || found == groups_.end()) {
    return false;
  }
  for (const Tasks& tasks : on(node)) {
    if (tasks.group == pod.group && (pod.apart == apart_nodes || tasks.apart == apart_nodes)) {
      return true;
    }
  }
  const Group& group = found->second;
  for (std::uint32_t level = 0; level < fleet_->levels(); ++level) {
    const std::uint32_t domain = fleet_->domain_of(node, LevelId(level)).index();
    const Counts& near = pod.apart == apart_in(LevelId(level)) ? group.tasks : group.alone;
    if (!near.empty() && near.contains(domain)) {
      return true;
    }
  }
  return false;
}

std::uint64_t PodGroups::levels_kept(std::uint32_t group) const {
  const auto found = groups_.find(group);
  return found == groups_.end() ? 0 : found->second.levels_kept;
}

const ChangeLog* PodGroups::changes(std::uint32_t group) const {
  const auto found = groups_.find(group);
  return found == groups_.end() ? nullptr : &found->second.changes;
}

void PodGroups::add(const Shape& shape, NodeId node, std::int32_t tasks) {
  on_.resize(fleet_->nodes());
  std::vector<Tasks>& here = on_[node.index()];
  const Tasks key{shape.group, shape.apart, 0};
  auto found = std::ranges::find_if(
      here, [&key](const Tasks& one) { return one.group == key.group && one.apart == key.apart; });
  if (found == here.end()) {
    found = here.insert(found, key);
  }
  found->count += static_cast<std::uint32_t>(tasks);
  count(key, node, tasks);
  if (found->count == 0) {
    here.erase(found);
  }
}

// In the domains around the node.
void PodGroups::count(const Tasks& tasks, NodeId node, std::int32_t more) {
  Group& group = groups_[tasks.group];
  for (std::uint32_t level = 0; level < fleet_->levels(); ++level) {
    const std::uint32_t domain = fleet_->domain_of(node, LevelId(level)).index();
    change(group.tasks, domain, more);
    if (tasks.apart == apart_in(LevelId(level))) {
      change(group.alone, domain, more);
      group.levels_kept |= std::uint64_t{1} << level;
    }
  }
  group.changes.add(node.index() >> 6U, std::uint64_t{1} << (node.index() & 63U));
}

bool PodGroups::copy(NodeId node, const PodGroups& from) {
  if (on(node) == from.on(node)) {
    return false;
  }
  on_.resize(fleet_->nodes());
  for (const Tasks& tasks : std::exchange(on_[node.index()], from.on(node))) {
    count(tasks, node, -static_cast<std::int32_t>(tasks.count));
  }
  for (const Tasks& tasks : on_[node.index()]) {
    count(tasks, node, static_cast<std::int32_t>(tasks.count));
  }
  return true;
}

}  // namespace berth
