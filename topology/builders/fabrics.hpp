// The kinds of fabrics, each a ClosDesign read from a few settings, and what they share: the keys
// of nodes and racks, and the building of one fabric alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/settings.hpp"
#include "topology/builders/clos.hpp"

namespace berth {

// One file each. InputError at the key that does not fit the others.
ClosDesign read_superpod(Setting part);
ClosDesign read_fat_tree(Setting part);
ClosDesign read_nvl72(Setting part);
ClosDesign read_leaf_spine(Setting part);

std::vector<std::string_view> fabric_kinds();
ClosDesign read_fabric(Setting part);  // {kind: superpod, ...}

// A topology of one fabric. Reads `node_names`, too.
Topology build_fabric(Setting cluster, const ClosDesign& design);

// --- for the files above ----------------------------------------------------------------------
// Reads `gpu` (one of `known`; the first if not written), what may be changed of it (gpus_per_node,
// cpus_per_node, memory_per_node, gpu_model, link_gbps, rack_kw), the marks of nodes, and what
// follows for racks.
void read_model(Setting part, const std::vector<std::string_view>& known, ClosDesign& design);
// `racks_per_pdu` and `racks_per_cdu`.
void read_rows(Setting part, ClosDesign& design);
// `nodes`: fewer than there is room for, in the last group of leaves.
void read_nodes(Setting part, ClosDesign& design);
std::uint32_t read_count(Setting part, std::string_view key, std::uint32_t otherwise,
                         std::uint32_t least, std::uint32_t most);
// An even number of ports; half of them are for what is below.
std::uint32_t read_radix(Setting part);

// Of `ports`, how many go up and down for `over` down to one up; never more down than that.
struct Split {
  std::uint32_t down = 0;
  std::uint32_t up = 0;
};
Split split(std::uint32_t ports, double over, std::uint32_t multiple_of);

// Fails at `key` of `part`, or at `part` when the key was not written.
[[noreturn]] void fail_at_key(Setting part, std::string_view key, const std::string& what,
                              const std::string& remedy = {});
// Fails at `key` when the fabric has more end ports than InfiniBand has addresses.
void refuse_unaddressable(Setting part, std::string_view key, const ClosDesign& design);

inline constexpr std::uint32_t radix_most = 254;

}  // namespace berth
