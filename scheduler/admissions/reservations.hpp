// Advance and maintenance reservations as data: who has which nodes when.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cluster/node_set.hpp"
#include "core/settings.hpp"
#include "core/time.hpp"
#include "topology/fleet.hpp"

namespace berth {

struct Window {
  SimTime start{};
  SimTime end{};
};

class Reservation {
 public:
  // {name, start, duration, every, times, nodes, users, accounts, flags}.
  static Reservation read(Setting map);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Duration duration() const { return duration_; }
  [[nodiscard]] bool maintenance() const { return maintenance_; }
  [[nodiscard]] bool flexible() const { return flexible_; }
  [[nodiscard]] bool admits(const std::string& user, const std::string& account) const;

  // The first window that ends after `now`; nothing when all are over.
  [[nodiscard]] std::optional<Window> window(SimTime now) const;
  // True when some window has time in common with [from, until).
  [[nodiscard]] bool overlaps(SimTime from, SimTime until) const;
  [[nodiscard]] bool overlaps(const Reservation& other) const;

  // Its nodes: those named, or so many of the lowest that `taken` does not have.
  [[nodiscard]] NodeSet nodes_in(const Fleet& fleet, const NodeSet& taken) const;
  // "path:line:column: key: what is wrong"
  [[noreturn]] void fail(const std::string& what, const std::string& remedy) const;

 private:
  void read_times(Setting map);
  void read_people(Setting map);
  void read_nodes(Setting nodes);

  std::string name_;
  SimTime start_{};
  Duration duration_{};
  Duration every_{};
  std::int64_t times_ = 1;
  std::vector<std::string> node_names_;
  std::uint32_t node_count_ = 0;  // where no names are given
  std::vector<std::string> users_;
  std::vector<std::string> accounts_;
  bool maintenance_ = false;
  bool flexible_ = false;
  std::string path_;  // of `nodes` in the config, for what only the fleet can tell
  Where where_;
};

}  // namespace berth
