// A fleet: the nodes, what is in each, and the tree of domains they stand in. Immutable. Levels are
// named and of any depth (site, hall, rack, leaf ...), outermost first; the nodes of every domain
// are consecutive ids, so a domain is a range. The fabric that joins them
// stands beside it (topology/topology.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"

namespace berth {

inline constexpr std::uint32_t gpus_per_node_most = 64;  // a node's GPUs are the bits of one mask

// What is in a node.
struct NodeKind {
  std::uint32_t gpus = 0;
  std::int64_t cpu_milli = 0;
  std::int64_t memory = 0;  // bytes
  std::string gpu_model;
  std::int64_t nvlink = 0;  // bytes per second of one GPU to its NVLink peers, one direction
  std::int64_t watts = 0;   // it draws at most
  std::int32_t weight = 0;  // lower ones are taken first (Slurm's Weight)
  std::vector<std::string> labels{};  // "zone=a", "hbm": Kubernetes' labels, Slurm's features
  std::vector<std::string> taints{};  // keep away whoever does not tolerate them

  bool operator==(const NodeKind&) const = default;
};

struct NodeRange {
  std::uint32_t first = 0;
  std::uint32_t past = 0;  // one beyond the last
  [[nodiscard]] std::uint32_t size() const { return past - first; }
};

class Fleet {
 public:
  [[nodiscard]] std::uint32_t nodes() const { return static_cast<std::uint32_t>(kind_of_.size()); }
  [[nodiscard]] const NodeKind& kind(NodeId node) const { return kinds_[kind_of_[node.index()]]; }
  [[nodiscard]] const std::string& name(NodeId node) const { return names_[node.index()]; }
  [[nodiscard]] std::optional<NodeId> find(std::string_view name) const;
  // Kinds that differ, and how many nodes there are of each.
  [[nodiscard]] const std::vector<NodeKind>& kinds() const { return kinds_; }
  [[nodiscard]] std::uint32_t nodes_of_kind(std::size_t kind) const { return count_of_[kind]; }

  [[nodiscard]] std::uint64_t gpus() const { return gpus_; }
  [[nodiscard]] std::uint32_t gpus_per_node() const { return gpus_per_node_; }  // in the largest

  [[nodiscard]] std::uint32_t levels() const { return static_cast<std::uint32_t>(levels_.size()); }
  [[nodiscard]] const std::string& level_name(LevelId level) const {
    return levels_[level.index()].name;
  }
  [[nodiscard]] std::optional<LevelId> find_level(std::string_view name) const;

  // Domains of all levels, dense: those of an outer level come first.
  [[nodiscard]] std::uint32_t domains() const {
    return static_cast<std::uint32_t>(domains_.size());
  }
  [[nodiscard]] std::uint32_t domains(LevelId level) const;
  [[nodiscard]] DomainId domain(LevelId level,
                                std::uint32_t number) const;  // number-th of its level
  [[nodiscard]] DomainId domain_of(NodeId node, LevelId level) const {
    return DomainId(domain_of_[node.index() * levels_.size() + level.index()]);
  }
  [[nodiscard]] NodeRange nodes_in(DomainId domain) const { return domains_[domain.index()].range; }
  [[nodiscard]] const std::string& name(DomainId domain) const {
    return domains_[domain.index()].name;
  }
  [[nodiscard]] LevelId level_of(DomainId domain) const;
  // The one of an outer level that `domain` stands in. REQUIRES: it has nodes.
  [[nodiscard]] DomainId domain_of(DomainId domain, LevelId outer) const {
    return domain_of(NodeId(nodes_in(domain).first), outer);
  }

  // The order in which the file lists the domains, for placers whose ties follow it. A fleet that
  // was not read from such a file lists them by id.
  [[nodiscard]] bool listed() const { return listed_; }
  [[nodiscard]] std::uint32_t rank(DomainId domain) const { return domains_[domain.index()].rank; }
  // A domain that stands where its branch of a ragged tree has no such level: the file has none.
  [[nodiscard]] bool filler(DomainId domain) const { return domains_[domain.index()].filler; }
  // The place of a domain among those of its level, by rank, and the domain at a place.
  [[nodiscard]] std::uint32_t place(DomainId domain) const { return place_[domain.index()]; }
  [[nodiscard]] DomainId at_place(LevelId level, std::uint32_t place) const {
    return DomainId(at_place_[levels_[level.index()].first_domain + place]);
  }
  // True when no domain is a filler and, level by level, those of one domain stand together, in
  // the order of their outer ones.
  [[nodiscard]] bool listed_as_nested() const { return listed_as_nested_; }

  // The same fleet with other nodes: `kinds` by node.
  friend Fleet with_kinds(Fleet fleet, const std::vector<NodeKind>& kinds);

 private:
  friend class FleetBuilder;
  void add_kind(const NodeKind& kind);  // of the next node
  struct Level {
    std::string name;
    std::uint32_t first_domain = 0;
  };
  struct Domain {
    std::string name;
    NodeRange range;
    std::uint32_t rank = 0;
    bool filler = false;
  };
  std::vector<NodeKind> kinds_;
  std::vector<std::uint32_t> count_of_;  // nodes, by kind
  std::vector<std::uint32_t> kind_of_;   // by node
  std::vector<std::string> names_;       // by node
  std::vector<std::uint32_t> by_name_;   // node indices in order of name
  std::vector<Level> levels_;
  std::vector<Domain> domains_;
  std::vector<std::uint32_t> domain_of_;  // by node and level
  std::vector<std::uint32_t> place_;      // by domain
  std::vector<std::uint32_t> at_place_;   // domains, level by level, by place
  bool listed_ = false;
  bool listed_as_nested_ = true;
  std::uint64_t gpus_ = 0;
  std::uint32_t gpus_per_node_ = 0;
};

Fleet with_kinds(Fleet fleet, const std::vector<NodeKind>& kinds);

// Builds a fleet depth first: enter a domain, add its nodes or enter inner ones, leave.
class FleetBuilder {
 public:
  explicit FleetBuilder(std::vector<std::string> levels = {});

  void enter(std::string name);  // REQUIRES: fewer domains open than there are levels
  // The same where a file lists the domains: `rank` counts them from its begin. REQUIRES: every
  // domain that is no filler has one, or none has.
  void enter(std::string name, std::uint32_t rank);
  // Where a ragged tree has no such level: a leaf of its file is a domain of the innermost level,
  // and what holds leaves of one of the level above, so that fillers lie between and outside.
  void enter_filler(std::string name);
  void leave();
  // REQUIRES: as many domains open as there are levels.
  void add_node(std::string name, const NodeKind& kind);

  // REQUIRES: no domain open, at least one node, names unique (else InputError names the
  // twice-used).
  Fleet build();

 private:
  struct Open {
    std::uint32_t level = 0;
    std::string name;
    NodeRange range;
    std::optional<std::uint32_t> rank;
    bool filler = false;
  };
  void close_domains();
  void list_domains();
  void sort_names();

  Fleet fleet_;
  std::vector<Open> open_;
  std::vector<Open> closed_;
};

}  // namespace berth
