#include "topology/routing/walks.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace berth {
namespace {

constexpr std::size_t ports_at_most = 256;

}  // namespace

Walks::Walks(const Fabric& fabric, const ForwardingTables& tables,
             const std::vector<std::uint16_t>& ranks) {
  list_links(fabric, tables);
  list_leaves(fabric, ranks);
  first_.push_back(0);
  for (const std::uint16_t lid : ranks) {
    for (const DeviceId leaf : switch_of_) {
      if (lid != 0) {
        follow(fabric, tables, leaf, lid);
      }
      first_.push_back(static_cast<std::uint32_t>(steps_.size()));
    }
  }
}

void Walks::list_links(const Fabric& fabric, const ForwardingTables& tables) {
  link_at_.assign(fabric.devices() * ports_at_most, none);
  for (const DeviceId from : tables.switches()) {
    for (const Fabric::Link& link : fabric.links(from)) {
      if (fabric.is_switch(link.to.device)) {
        link_at_[from.index() * ports_at_most + link.port] =
            static_cast<std::uint32_t>(links_.size());
        links_.push_back({{from, link.port}, link.to, 0, 0});
      }
    }
  }
}

void Walks::list_leaves(const Fabric& fabric, const std::vector<std::uint16_t>& ranks) {
  std::vector<std::uint32_t> leaf_with(std::size_t{UINT16_MAX} + 1, none);  // by LID
  std::vector<std::uint32_t> leaf_at(fabric.devices(), none);
  for (const EndPort& end : fabric.end_ports()) {
    const auto peer = fabric.peer({end.device, end.port});
    if (fabric.is_switch(end.device) || !peer || !fabric.is_switch(peer->device)) {
      continue;
    }
    std::uint32_t& leaf = leaf_at[peer->device.index()];
    if (leaf == none) {
      leaf = static_cast<std::uint32_t>(switch_of_.size());
      switch_of_.push_back(peer->device);
    }
    for (std::uint32_t i = 0; i < (1U << end.lmc); ++i) {
      leaf_with[end.lid + i] = leaf;
    }
  }
  on_.assign(switch_of_.size(), 0);
  for (const std::uint16_t lid : ranks) {
    check(lid == 0 || leaf_with[lid] != none, "a rank is the LID of an HCA port on a switch");
    leaf_.push_back(lid == 0 ? none : leaf_with[lid]);
    if (lid != 0) {
      ++on_[leaf_.back()];
    }
  }
}

void Walks::follow(const Fabric& fabric, const ForwardingTables& tables, DeviceId from,
                   std::uint16_t lid) {
  const std::size_t start = steps_.size();
  DeviceId at = from;
  for (std::size_t hops = 0; hops <= tables.switches().size(); ++hops) {
    const PortNumber port = lid <= tables.top() ? tables.port(at, lid) : ForwardingTables::no_path;
    const std::uint32_t link = link_at_[at.index() * ports_at_most + port];
    if (link == none) {
      // Out of the fabric: to an HCA, or nowhere.
      if (port == 0 || port == ForwardingTables::no_path || !fabric.peer({at, port})) {
        break;
      }
      return;
    }
    steps_.push_back(link);
    at = links_[link].to.device;
  }
  steps_.resize(start);
}

}  // namespace berth
