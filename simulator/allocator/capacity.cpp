#include "simulator/allocator/capacity.hpp"

#include <algorithm>
#include <map>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace berth {
namespace {

struct Bin {
  std::uint32_t room = 0;
  std::string_view tenant{};  // the only one in it; "": nobody
  bool several = false;       // tenants
  bool alone = false;         // nobody else may join the tenant
  bool operator==(const Bin&) const = default;
};

struct Item {
  std::uint32_t nodes = 0;
  std::string_view tenant;
  bool alone = false;
};

bool takes(const Bin& bin, const Item& item) {
  const bool others = bin.several || (!bin.tenant.empty() && bin.tenant != item.tenant);
  return bin.room >= item.nodes && !(others && (bin.alone || item.alone));
}

// Bins that are alike are tried once. Nothing where that takes too long.
class Packing {
 public:
  Packing(std::vector<Item> items, std::vector<Bin> bins)
      : items_(std::move(items)), bins_(std::move(bins)) {
    std::ranges::stable_sort(items_, std::ranges::greater{}, &Item::nodes);
  }
  [[nodiscard]] std::optional<bool> fits() {
    const bool fits = fits_from(0);
    return fits || steps_ < steps_most ? std::optional(fits) : std::nullopt;
  }

 private:
  static constexpr std::uint32_t steps_most = 100'000;
  bool fits_from(std::size_t next) {
    if (next == items_.size()) {
      return true;
    }
    const Item& item = items_[next];
    for (std::size_t i = 0; i < bins_.size() && steps_ < steps_most; ++i) {
      const auto here = bins_.begin() + static_cast<std::ptrdiff_t>(i);
      if (!takes(*here, item) || std::find(bins_.begin(), here, *here) != here) {
        continue;
      }
      ++steps_;
      const Bin before = *here;
      here->room -= item.nodes;
      here->several = before.several || (!before.tenant.empty() && before.tenant != item.tenant);
      here->tenant = item.tenant;
      here->alone = before.alone || item.alone;
      if (fits_from(next + 1)) {
        return true;
      }
      *here = before;
    }
    return false;
  }

  std::vector<Item> items_;
  std::vector<Bin> bins_;
  std::uint32_t steps_ = 0;
};

std::uint32_t in_common(NodeRange a, NodeRange b) {
  const std::uint32_t past = std::min(a.past, b.past);
  return past - std::min(past, std::max(a.first, b.first));
}

}  // namespace

std::uint32_t Capacity::suiting(const Contract& one, NodeRange range) const {
  std::uint32_t count = 0;
  for (std::uint32_t node = range.first; node < range.past; ++node) {
    const NodeKind& kind = fleet_.kind(NodeId(node));
    count += kind.gpus == one.gpus_per_node && (one.model.empty() || kind.gpu_model == one.model);
  }
  return count;
}

// Domains are nested or apart, and so are those of the spares.
std::uint32_t Capacity::most_in(const Contract& one, NodeRange domain) const {
  if (!spares_.per) {
    const std::uint32_t all = suiting(one, domain);
    const std::uint32_t elsewhere = fleet_.nodes() - all;
    return all - std::min(all, spares_.count - std::min(spares_.count, elsewhere));
  }
  std::uint32_t most = 0;
  for (std::uint32_t i = 0; i < fleet_.domains(*spares_.per); ++i) {
    const NodeRange of_spares = fleet_.nodes_in(fleet_.domain(*spares_.per, i));
    if (in_common(domain, of_spares) > 0) {
      const NodeRange both{std::max(domain.first, of_spares.first),
                           std::min(domain.past, of_spares.past)};
      const std::uint32_t all = suiting(one, both);
      const std::uint32_t elsewhere = of_spares.size() - all;
      most += all - std::min(all, spares_.count - std::min(spares_.count, elsewhere));
    }
  }
  return most;
}

std::uint32_t Capacity::most_within(const Contract& one) const {
  std::uint32_t most = 0;
  for (std::uint32_t i = 0; i < fleet_.domains(*one.within); ++i) {
    most = std::max(most, most_in(one, fleet_.nodes_in(fleet_.domain(*one.within, i))));
  }
  return most;
}

std::optional<std::string> Capacity::too_many(const std::vector<Contract>& at_once) const {
  for (std::uint32_t i = 0; i < fleet_.levels(); ++i) {
    const LevelId level(i);
    std::map<std::pair<std::string, std::uint32_t>, std::vector<Contract>> alike;
    for (const Contract& one : at_once) {
      if (one.within && one.within->index() >= i) {
        alike[{one.model, one.gpus_per_node}].push_back(one);
      }
    }
    for (const auto& [model, contracts] : alike) {
      if (auto why = not_within(level, contracts)) {
        return why;
      }
    }
    if (auto why = not_alone(level, at_once)) {
      return why;
    }
  }
  return std::nullopt;
}

// Who is alone in a domain further out is so in this one.
std::optional<std::string> Capacity::not_within(LevelId level,
                                                const std::vector<Contract>& alike) const {
  std::vector<Item> items;
  std::vector<std::uint32_t> wanted;
  for (const Contract& one : alike) {
    const bool alone = one.alone_in && one.alone_in->index() <= level.index();
    items.push_back({one.nodes, one.tenant, alone});
    wanted.push_back(one.nodes);
  }
  std::vector<Bin> bins;
  std::vector<std::uint32_t> there;
  for (std::uint32_t i = 0; i < fleet_.domains(level); ++i) {
    there.push_back(most_in(alike.front(), fleet_.nodes_in(fleet_.domain(level, i))));
    bins.push_back({there.back()});
  }
  if (Packing(std::move(items), std::move(bins)).fits().value_or(true)) {
    return std::nullopt;
  }
  std::ranges::sort(wanted, std::ranges::greater{});
  std::ranges::sort(there, std::ranges::greater{});
  constexpr std::size_t shown = 20;
  const bool more = there.size() > shown;
  there.resize(std::min(there.size(), shown));
  return fmt::format("leases of {} nodes do not fit each into one {} of {}{}",
                     fmt::join(wanted, ", "), fleet_.level_name(level), fmt::join(there, ", "),
                     more ? " ..." : "");
}

// Each tenant who wants domains for himself has as few as hold his nodes, and all others share.
std::optional<std::string> Capacity::not_alone(LevelId level,
                                               const std::vector<Contract>& at_once) const {
  std::map<std::string_view, std::uint64_t> alone;
  for (const Contract& one : at_once) {
    if (one.alone_in == level) {
      alone[one.tenant] = 0;
    }
  }
  std::uint64_t others = 0;
  for (const Contract& one : at_once) {
    const auto own = alone.find(one.tenant);
    (own != alone.end() ? own->second : others) += one.nodes;
  }
  std::uint32_t largest = 1;
  for (std::uint32_t i = 0; i < fleet_.domains(level); ++i) {
    largest = std::max(largest, fleet_.nodes_in(fleet_.domain(level, i)).size());
  }
  std::uint64_t needed = (others + largest - 1) / largest;
  for (const auto& [tenant, nodes] : alone) {
    needed += (nodes + largest - 1) / largest;
  }
  if (alone.empty() || needed <= fleet_.domains(level)) {
    return std::nullopt;
  }
  return fmt::format("tenants that share no {} need {} of them at least, and there are {}",
                     fleet_.level_name(level), needed, fleet_.domains(level));
}

}  // namespace berth
