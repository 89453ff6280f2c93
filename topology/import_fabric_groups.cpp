#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "topology/analysis.hpp"
#include "topology/import_fabric_parts.hpp"
#include "topology/names.hpp"

namespace berth {
namespace {

// Sets of devices that are joined one by one (union-find); a set is known by its lowest device.
class Joined {
 public:
  explicit Joined(std::uint32_t devices) : parent_(devices) {
    std::iota(parent_.begin(), parent_.end(), 0U);
  }
  std::uint32_t of(DeviceId device) {
    std::uint32_t at = device.index();
    while (parent_[at] != at) {
      at = parent_[at] = parent_[parent_[at]];
    }
    return at;
  }
  void join(DeviceId a, DeviceId b) {
    const auto [low, high] = std::minmax({of(a), of(b)});
    parent_[high] = low;
  }

 private:
  std::vector<std::uint32_t> parent_;
};

// What each host belongs to, level by level; sets of an inner level are parts of an outer one.
class Grouper {
 public:
  Grouper(const Fabric& fabric, const std::vector<Host>& hosts)
      : fabric_(fabric),
        hosts_(hosts),
        tiers_(tiers(fabric, seats_of(fabric, hosts))),
        leaf_(fabric.devices()),
        superpod_(fabric.devices()),
        fabric_of_(fabric.devices()) {
    join_hosts(leaf_);
    join_hosts(fabric_of_);
    join_switches(fabric_of_, [](DeviceId) { return true; });
    find_tops();
    superpod_ = leaf_;
    join_switches(superpod_, [this](DeviceId device) {
      const std::uint8_t top = top_[fabric_of_.of(device)];
      return top < 3 || tiers_[device.index()] < top;
    });
  }

  void sort(std::vector<Host>& hosts) {
    auto order = orders();
    std::sort(order.begin(), order.end());
    std::vector<Host> sorted;
    for (const Order& one : order) {
      sorted.push_back(hosts[one.host]);
    }
    hosts = std::move(sorted);
  }

  // REQUIRES: `hosts` are in order.
  Grouping groups(const std::vector<Host>& hosts) {
    Grouping result;
    result.leaves = runs(hosts, leaf_, "leaf-group",
                         [](std::uint8_t tier, std::uint8_t /*top*/) { return tier == 1; });
    if (*std::max_element(top_.begin(), top_.end()) >= 3) {
      result.superpods =
          runs(hosts, superpod_, "superpod", [](std::uint8_t tier, std::uint8_t top) {
            return tier == std::max(top, std::uint8_t{3}) - 1;
          });
    }
    result.fabrics = runs(hosts, fabric_of_, "fabric",
                          [](std::uint8_t /*tier*/, std::uint8_t /*top*/) { return false; });
    return result;
  }

 private:
  void join_hosts(Joined& sets) {
    for (const Host& host : hosts_) {
      for (const HostPort& port : host.hcas) {
        sets.join(host.hcas.front().hca, port.hca);
        for (const Fabric::Link& link : fabric_.links(port.hca)) {
          if (fabric_.is_switch(link.to.device)) {
            sets.join(port.hca, link.to.device);
          }
        }
      }
    }
  }
  template <class Choice>
  void join_switches(Joined& sets, Choice&& chosen) {
    for (std::uint32_t i = 0; i < fabric_.cables(); ++i) {
      const Cable& cable = fabric_.cable(CableId(i));
      const DeviceId a = cable.a.device;
      const DeviceId b = cable.b.device;
      if (tiers_[a.index()] > 0 && tiers_[b.index()] > 0 && chosen(a) && chosen(b)) {
        sets.join(a, b);
      }
    }
  }
  void find_tops() {
    top_.resize(fabric_.devices());
    for (std::uint32_t i = 0; i < fabric_.devices(); ++i) {
      std::uint8_t& top = top_[fabric_of_.of(DeviceId(i))];
      top = std::max(top, tiers_[i]);
    }
  }

  // Leaves in natural order of their names, those of one name alike; by device.
  [[nodiscard]] std::vector<std::uint32_t> leaf_ranks() const {
    std::vector<std::pair<std::string_view, std::uint32_t>> leaves;
    for (std::uint32_t i = 0; i < fabric_.devices(); ++i) {
      if (tiers_[i] == 1) {
        leaves.emplace_back(switch_name(fabric_.device(DeviceId(i)).description), i);
      }
    }
    std::sort(leaves.begin(), leaves.end(),
              [](const auto& a, const auto& b) { return natural_less(a.first, b.first); });
    std::vector<std::uint32_t> ranks(fabric_.devices(), UINT32_MAX);
    for (std::uint32_t i = 0; i < leaves.size(); ++i) {
      const bool alike = i > 0 && leaves[i].first == leaves[i - 1].first;
      ranks[leaves[i].second] = alike ? ranks[leaves[i - 1].second] : i;
    }
    return ranks;
  }

  // Where a leaf group stands: by the first of its leaves, then by the first of its hosts. Hosts
  // of another kind (a manager) do not move the group they hang on.
  using Rank = std::pair<std::uint32_t, std::uint32_t>;
  std::vector<Rank> group_ranks() {
    std::vector<Rank> by_set(fabric_.devices(), {UINT32_MAX, UINT32_MAX});
    const auto leaf_rank = leaf_ranks();
    for (std::uint32_t i = 0; i < fabric_.devices(); ++i) {
      std::uint32_t& first = by_set[leaf_.of(DeviceId(i))].first;
      first = std::min(first, leaf_rank[i]);
    }
    for (std::uint32_t i = 0; i < hosts_.size(); ++i) {
      std::uint32_t& first = by_set[leaf_.of(hosts_[i].hcas.front().hca)].second;
      first = std::min(first, i);
    }
    return by_set;
  }

  // For each host the rank of its fabric (that of its first leaf group), of its superpod and of its
  // leaf group, and its own place.
  struct Order {
    std::array<Rank, 3> ranks;
    std::uint32_t host = 0;
    auto operator<=>(const Order&) const = default;
  };
  std::vector<Order> orders() {
    const auto ranks = group_ranks();
    const std::array<Joined*, 3> levels{&fabric_of_, &superpod_, &leaf_};
    std::vector<Order> result(hosts_.size());
    for (std::size_t level = 0; level < levels.size(); ++level) {
      std::vector<Rank> first(fabric_.devices(), {UINT32_MAX, UINT32_MAX});
      for (const Host& host : hosts_) {
        Rank& known = first[levels[level]->of(host.hcas.front().hca)];
        known = std::min(known, ranks[leaf_.of(host.hcas.front().hca)]);
      }
      for (std::uint32_t i = 0; i < hosts_.size(); ++i) {
        result[i].ranks[level] = first[levels[level]->of(hosts_[i].hcas.front().hca)];
        result[i].host = i;
      }
    }
    return result;
  }

  // Runs of hosts in the same set, each named after those of its switches that `names` it.
  template <class Names>
  std::vector<Group> runs(const std::vector<Host>& hosts, Joined& sets, const std::string& numbered,
                          Names&& names) {
    std::vector<Group> groups;
    std::vector<std::uint32_t> group_of(fabric_.devices(), UINT32_MAX);
    for (const Host& host : hosts) {
      std::uint32_t& group = group_of[sets.of(host.hcas.front().hca)];
      if (group == UINT32_MAX) {
        group = static_cast<std::uint32_t>(groups.size());
        groups.emplace_back();
      }
      ++groups[group].hosts;
    }
    std::vector<std::vector<std::string>> switches(groups.size());
    std::vector<std::string> taken;
    for (std::uint32_t i = 0; i < fabric_.devices(); ++i) {
      const DeviceId device(i);
      taken.emplace_back(switch_name(fabric_.device(device).description));
      const std::uint32_t group = group_of[sets.of(device)];
      if (group != UINT32_MAX && tiers_[i] > 0 && names(tiers_[i], top_[fabric_of_.of(device)])) {
        switches[group].push_back(taken.back());
      }
    }
    std::sort(taken.begin(), taken.end());
    const auto called = group_names(std::move(switches), taken, numbered);
    for (std::size_t i = 0; i < groups.size(); ++i) {
      groups[i].name = called[i];
    }
    return groups;
  }

  const Fabric& fabric_;
  const std::vector<Host>& hosts_;
  std::vector<std::uint8_t> tiers_;
  Joined leaf_;
  Joined superpod_;
  Joined fabric_of_;
  std::vector<std::uint8_t> top_;  // by lowest device of a fabric: its highest tier
};

}  // namespace

Grouping group_hosts(const Fabric& fabric, std::vector<Host>& hosts) {
  const std::vector<Host> by_name = hosts;
  Grouper grouper(fabric, by_name);
  grouper.sort(hosts);
  return grouper.groups(hosts);
}

}  // namespace berth
