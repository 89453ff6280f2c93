// What tenants of bare metal sign, and what the provider's work on nodes takes: the key
// `bare_metal:` of a config.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/distribution.hpp"
#include "core/ids.hpp"
#include "core/random.hpp"
#include "core/settings.hpp"
#include "core/time.hpp"
#include "topology/fleet.hpp"

namespace berth {

// In the order in which they give way: a lease may end those of later kinds to get its nodes.
enum class LeaseKind : std::uint8_t {
  reserved,   // take-or-pay: paid for its whole term, whether it is used or not
  on_demand,  // paid as long as it is held
  spot,       // the same, and first to go
};
inline constexpr std::size_t lease_kinds = 3;
std::string_view to_string(LeaseKind kind);

struct Contract {
  std::string name;
  std::string tenant;
  LeaseKind kind = LeaseKind::reserved;
  SimTime start{};
  Duration term{};
  std::uint32_t nodes = 1;
  std::uint32_t gpus_per_node = 0;
  std::string model;                // of its GPUs; "": any of nodes with so many
  std::optional<LevelId> within;    // all its nodes in one domain of this level
  std::optional<LevelId> alone_in;  // no other tenant in its domains of this level
  Duration replace_within{};        // its SLA: no longer below its size than that
  std::optional<Duration>
      replace_after;  // out for so long, a node is replaced; none: in triage alone
  std::optional<Distribution> lead_time;  // from asking to the earliest begin; none: at once
  Duration lead{};                        // the same, as it was drawn for this run
  std::optional<Duration> leaves_after;   // its tenant gives its nodes back so early
  Duration extends{};  // it would go on for so long, where no lease waits for nodes then
};

// True where some node may serve both.
inline bool may_share(const Contract& a, const Contract& b) {
  return a.model.empty() || b.model.empty() || a.model == b.model;
}

// Some nodes are not there from the beginning: they are racked at `at`, burnt in, wiped, tested.
struct Delivery {
  std::vector<NodeId> nodes;
  SimTime at{};
};

// What is done to a node for its next tenant: so long, tried again when it fails, so many at a
// time.
struct Work {
  Distribution lasts{Distribution::Constant{}};
  double fails = 0;            // each attempt
  std::uint32_t attempts = 3;  // then the node is looked at by somebody
  std::uint32_t at_once = 64;  // nodes that are worked on
};

// Leases that come at random, as a sale does.
struct Drawn {
  std::string name;
  std::vector<std::string> tenants;  // each as likely
  LeaseKind kind = LeaseKind::on_demand;
  Duration mean_gap{};
  Distribution term{Distribution::Constant{}};
  std::uint32_t nodes_least = 1;
  std::uint32_t nodes_most = 1;
  Contract like;  // the rest of it
};

// Tenants kept apart by partition keys of the fabric: a subnet manager gives one to a node before
// it is handed over, and takes it away before it is wiped.
struct PartitionKeys {
  Work set;                // each time
  std::uint32_t most = 0;  // tenants that have one at a time
};

// Nodes that nobody leases, in each domain of a level, to stand in for those that fail.
struct LeaseSpares {
  std::uint32_t count = 0;
  std::optional<LevelId> per;       // none: of the whole fleet
  std::optional<Work> handed_over;  // warm: set up already, so this is all; none: cold
};

struct BareMetal {
  enum class WhenFull : std::uint8_t { refuse, queue };
  std::vector<std::string> tenants;
  std::vector<Contract> contracts;
  std::vector<Drawn> drawn;
  std::vector<Delivery> deliveries;
  WhenFull when_full = WhenFull::refuse;
  // Leases of this kind are sold when they are asked for, as long as what is sold for their time is
  // no more than so many times the nodes there are; who is sold one waits for nodes that are
  // missing.
  std::array<std::optional<double>, lease_kinds> overbooking;
  bool defragment = false;  // nodes of other leases move for one that wants a domain
  std::optional<PartitionKeys> keys;
  LeaseSpares spares;
  Work provision;
  Work clean;
  Distribution test{Distribution::Constant{}};     // after each wipe
  Distribution burn_in{Distribution::Constant{}};  // of nodes that are delivered
  Distribution repair{Distribution::Constant{}};   // where provisioning or cleaning fails for good

  // Those that are listed, then those that are drawn for this run, by time.
  [[nodiscard]] std::vector<Contract> contracts_of(RunKey run, SimTime horizon) const;
};

// `bare_metal:` of a config; nothing where there is none. InputError for what no fleet can give:
// leases larger than it, reserved ones that overlap beyond it (where they are refused), tenants
// that nobody knows.
std::optional<BareMetal> read_bare_metal(Setting root, const Fleet& fleet);

}  // namespace berth
