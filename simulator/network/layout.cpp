#include "simulator/network/layout.hpp"

#include <algorithm>
#include <bit>

namespace berth {
namespace {

// Of one GPU to others of its node. Without NVLink they meet where the HCAs are.
double nvlink_of(const NodeKind& kind, std::int64_t injection) {
  if (kind.nvlink > 0) {
    return static_cast<double>(kind.nvlink);
  }
  return std::max(1.0, static_cast<double>(injection) / kind.gpus);
}

}  // namespace

Layouts::Layouts(const Fleet& fleet, const Network& network, const Network& whole)
    : fleet_(fleet), network_(network), whole_(whole), oversubscribed_(fleet.domains()) {
  std::vector<std::int64_t> sum_before(fleet.nodes() + std::size_t{1});
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    sum_before[node + 1] = sum_before[node] + network.injection(NodeId(node));
  }
  for (std::uint32_t level = 0; level < levels_between_groups(); ++level) {
    bool narrow = false;
    for (std::uint32_t i = 0; i < fleet.domains(LevelId(level)); ++i) {
      const DomainId domain = fleet.domain(LevelId(level), i);
      const NodeRange nodes = fleet.nodes_in(domain);
      const bool less = network.uplink(domain) < sum_before[nodes.past] - sum_before[nodes.first];
      oversubscribed_[domain.index()] = less;
      narrow = narrow || less;
    }
    if (narrow) {
      narrow_.emplace_back(level);
    }
  }
}

// Traffic between domains inside one of NVLink stays on NVLink.
std::uint32_t Layouts::levels_between_groups() const {
  const auto nvlink = network_.nvlink_level();
  return nvlink ? nvlink->index() + 1 : fleet_.levels();
}

const Layout& Layouts::of(const Placement& placement) {
  nodes_.clear();
  layout_.gpus = 0;
  for (const Part& part : placement) {
    const auto gpus = static_cast<std::uint64_t>(std::popcount(part.gpus));
    if (gpus > 0) {
      nodes_.emplace_back(part.node, gpus);
      layout_.gpus += gpus;
    }
  }
  if (!std::is_sorted(nodes_.begin(), nodes_.end())) {
    std::sort(nodes_.begin(), nodes_.end());
  }
  layout_.crossings.clear();
  group();
  layout_.hops = layout_.groups.size() > 1 ? hops() : 0;
  if (layout_.groups.size() > 1) {
    for (const LevelId level : narrow_) {
      cross(level);
    }
  }
  return layout_;
}

void Layouts::group() {
  const auto nvlink = network_.nvlink_level();
  layout_.groups.clear();
  std::uint32_t past = 0;  // of the last group
  for (const auto& [node, gpus] : nodes_) {
    const NodeKind& kind = fleet_.kind(node);
    const std::int64_t injection = network_.injection(node);
    const double out = static_cast<double>(injection) * static_cast<double>(gpus) / kind.gpus;
    const double nvlink_speed = nvlink_of(kind, whole_.injection(node));
    if (node.index() >= past) {
      past = nvlink ? fleet_.nodes_in(fleet_.domain_of(node, *nvlink)).past : node.index() + 1;
      layout_.groups.push_back({0, nvlink_speed, 0});
    }
    Layout::Group& group = layout_.groups.back();
    group.gpus += gpus;
    group.nvlink = std::min(group.nvlink, nvlink_speed);
    group.out += out;
  }
}

// A domain is a range of nodes, so each is met once.
void Layouts::cross(LevelId level) {
  for (std::size_t i = 0; i < nodes_.size();) {
    const DomainId domain = fleet_.domain_of(nodes_[i].first, level);
    const std::uint32_t past = fleet_.nodes_in(domain).past;
    std::uint64_t inside = 0;
    for (; i < nodes_.size() && nodes_[i].first.index() < past; ++i) {
      inside += nodes_[i].second;
    }
    if (oversubscribed(domain) && inside < layout_.gpus) {
      layout_.crossings.push_back({domain, inside, static_cast<double>(network_.uplink(domain))});
    }
  }
}

std::uint32_t Layouts::hops() const {
  for (std::uint32_t level = levels_between_groups(); level-- > 0;) {
    const LevelId id(level);
    if (fleet_.domain_of(nodes_.front().first, id) == fleet_.domain_of(nodes_.back().first, id)) {
      return network_.hops(id);
    }
  }
  return 0;
}

}  // namespace berth
