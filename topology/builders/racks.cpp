#include "topology/builders/racks.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "topology/builders/clos.hpp"

namespace berth {
namespace {

// Assumption: a rack of 42 units with one-unit switches, cable managers and a console.
constexpr std::size_t switches_per_rack = 16;

std::uint32_t divided_up(std::uint32_t a, std::uint32_t b) { return (a + b - 1) / b; }

void join(SharedFate& row, const SharedFate& rack) {
  for (const NodeRange& nodes : rack.nodes) {
    if (!row.nodes.empty() && row.nodes.back().past == nodes.first) {
      row.nodes.back().past = nodes.past;
    } else {
      row.nodes.push_back(nodes);
    }
  }
  row.devices.insert(row.devices.end(), rack.devices.begin(), rack.devices.end());
  row.watts += rack.watts;
}

std::uint32_t racks_of(const ClosDesign& design) {
  const std::uint32_t in_last = design.nodes - (design.groups - 1) * design.nodes_per_group;
  return (design.groups - 1) * divided_up(design.nodes_per_group, design.nodes_per_rack) +
         divided_up(in_last, design.nodes_per_rack);
}

}  // namespace

Racks::Racks(const ClosDesign& design, const std::string& prefix)
    : design_(design), prefix_(prefix), total_(racks_of(design)) {}

std::string Racks::next_name() const {
  return fmt::format("{}rack{:0{}}", prefix_, racks_.size() + 1, std::to_string(total_).size());
}

void Racks::add_rack(const std::string& name, NodeRange nodes) {
  racks_.push_back({FateKind::rack, name, {nodes}, {}, design_.model.rack_watts});
}

void Racks::add_leaves(std::vector<DeviceId> leaves) {
  if (design_.leaves_in_racks) {
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      const std::size_t rack = std::min(group_first_ + i, racks_.size() - 1);
      racks_[rack].devices.push_back(leaves[i]);
    }
  } else {
    auto& all = leaf_racks_;
    const std::size_t row = (racks_.size() - 1) / design_.racks_per_pdu;
    if (all.empty() || all.back().rack / design_.racks_per_pdu != row ||
        all.back().fate.devices.size() + leaves.size() > switches_per_rack) {
      all.push_back(
          {racks_.size() - 1,
           {FateKind::rack, fmt::format("{}leaf-rack{}", prefix_, all.size() + 1), {}, {}, 0}});
    }
    auto& devices = all.back().fate.devices;
    devices.insert(devices.end(), leaves.begin(), leaves.end());
  }
  group_first_ = racks_.size();
}

void Racks::add_network(const std::vector<DeviceId>& switches) {
  for (std::size_t i = 0; i < switches.size(); i += switches_per_rack) {
    const auto first = switches.begin() + static_cast<std::ptrdiff_t>(i);
    const auto count = std::min(switches_per_rack, switches.size() - i);
    network_racks_.push_back({FateKind::rack,
                              fmt::format("{}net-rack{}", prefix_, network_racks_.size() + 1),
                              {},
                              {first, first + static_cast<std::ptrdiff_t>(count)},
                              0});
  }
}

std::vector<SharedFate> Racks::rows(FateKind kind, std::uint32_t racks_per_row) const {
  std::vector<SharedFate> rows;
  const std::uint32_t count = divided_up(static_cast<std::uint32_t>(racks_.size()), racks_per_row);
  for (std::size_t i = 0; i < racks_.size(); ++i) {
    if (i % racks_per_row == 0) {
      rows.push_back({kind,
                      fmt::format("{}{}{:0{}}", prefix_, fate_name(kind), rows.size() + 1,
                                  std::to_string(count).size()),
                      {},
                      {},
                      0});
    }
    join(rows.back(), racks_[i]);
  }
  return rows;
}

void Racks::finish(Construction& site) {
  auto pdus = rows(FateKind::pdu, design_.racks_per_pdu);
  for (const Beside& beside : leaf_racks_) {
    join(pdus[beside.rack / design_.racks_per_pdu], beside.fate);
  }
  for (std::size_t i = 0; i < network_racks_.size(); ++i) {
    pdus.push_back({FateKind::pdu, fmt::format("{}net-pdu{}", prefix_, i + 1), {}, {}, 0});
    join(pdus.back(), network_racks_[i]);
  }
  auto cdus = design_.racks_per_cdu == 0 ? std::vector<SharedFate>{}
                                         : rows(FateKind::cdu, design_.racks_per_cdu);
  // Switches are cooled by air.
  for (SharedFate& cdu : cdus) {
    cdu.devices.clear();
    cdu.watts = 0;
  }
  const auto tell = [&site](std::vector<SharedFate>& fates) {
    for (SharedFate& fate : fates) {
      std::sort(fate.devices.begin(), fate.devices.end());
      site.add(std::move(fate));
    }
  };
  tell(racks_);
  for (Beside& beside : leaf_racks_) {
    site.add(std::move(beside.fate));
  }
  tell(network_racks_);
  tell(pdus);
  tell(cdus);
}

}  // namespace berth
