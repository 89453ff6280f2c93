#include "scheduler/placers/block_options.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <string>

namespace berth {
namespace {

constexpr std::int64_t size_most = 1'000'000;

std::uint32_t log2_above(std::uint32_t value) { return std::bit_width(value - 1); }

// Each a power of two times the first, ascending, as Slurm demands.
BlockSizes read_sizes(Setting setting) {
  const std::vector<Setting> items =
      setting.is_list() ? setting.items() : std::vector<Setting>{setting};
  if (items.empty()) {
    setting.fail("names no size", "the nodes of a block first, as [18, 36]");
  }
  BlockSizes sizes;
  sizes.base = static_cast<std::uint32_t>(items.front().count(1, size_most));
  for (std::size_t i = 1; i < items.size(); ++i) {
    const auto size = static_cast<std::uint32_t>(items[i].count(1, size_most));
    const std::uint32_t blocks = size / sizes.base;
    if (size % sizes.base != 0 || !std::has_single_bit(blocks) ||
        log2_above(blocks) <= sizes.log2.back()) {
      items[i].fail("is no block size after those before it",
                    "each is the first times 2, 4, 8 ..., and larger than the one before");
    }
    sizes.log2.push_back(log2_above(blocks));
  }
  return sizes;
}

// "block36" is 36.
std::uint32_t size_named(const std::string& level) {
  constexpr std::string_view prefix = "block";
  std::uint32_t size = 0;
  const char* const end = level.data() + level.size();
  if (level.starts_with(prefix) &&
      std::from_chars(level.data() + prefix.size(), end, size).ptr == end) {
    return size;
  }
  return 0;
}

std::uint32_t smallest(const Fleet& fleet, LevelId level) {
  std::uint32_t least = fleet.nodes();
  for (std::uint32_t i = 0; i < fleet.domains(level); ++i) {
    least = std::min(least, fleet.nodes_in(fleet.domain(level, i)).size());
  }
  return std::max(least, 1U);
}

}  // namespace

std::optional<std::uint32_t> BlockSizes::holding(std::uint32_t nodes) const {
  const std::uint32_t wanted = log2_above((nodes + base - 1) / base);
  const auto found = std::ranges::lower_bound(log2, wanted);
  return found == log2.end() ? std::nullopt : std::optional(*found);
}

std::uint32_t BlockSizes::below(std::optional<std::uint32_t> group) const {
  const auto at = group ? std::ranges::lower_bound(log2, *group) : log2.end();
  return at == log2.begin() ? 0 : *(at - 1);
}

BlockOptions BlockOptions::read(Setting part) {
  BlockOptions options;
  if (!part.is_map()) {
    return options;
  }
  options.level = LevelOption::read(part, "level");
  if (const auto sizes = part.find("block_sizes")) {
    options.sizes = read_sizes(*sizes);
  }
  options.segment = static_cast<std::uint32_t>(part.count_or("segment", 0, 0, size_most));
  options.spread = part.flag_or("spread", false);
  options.consolidate = part.flag_or("consolidate", false);
  return options;
}

LevelId BlockOptions::level_in(const Fleet& fleet) const {
  for (const char* name : {"block", "nvlink", "rack"}) {
    if (const auto found = fleet.find_level(name); found && !level.given()) {
      return *found;
    }
  }
  return level.or_innermost(fleet);
}

BlockSizes BlockOptions::sizes_in(const Fleet& fleet, LevelId blocks) const {
  if (sizes) {
    return *sizes;
  }
  BlockSizes found{smallest(fleet, blocks), {0}};
  for (std::uint32_t outer = blocks.index(); outer-- > 0;) {
    if (const std::uint32_t size = size_named(fleet.level_name(LevelId(outer))); size > 0) {
      const NodeRange nodes = fleet.nodes_in(fleet.domain(LevelId(outer), 0));
      const std::uint32_t first = fleet.domain_of(NodeId(nodes.first), blocks).index();
      const std::uint32_t last = fleet.domain_of(NodeId(nodes.past - 1), blocks).index();
      const std::uint32_t log2 = log2_above(last - first + 1);
      if (log2 > found.log2.back()) {
        found.base = size >> log2;
        found.log2.push_back(log2);
      }
    }
  }
  return found;
}

}  // namespace berth
