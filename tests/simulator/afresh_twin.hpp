// What a plan that places all jobs afresh has to come to, said naively: a sink with books of its
// own that goes through all jobs in their order and looks at every node.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "simulator/records.hpp"
#include "tests/simulator/naive_placers.hpp"
#include "topology/fleet.hpp"

namespace berth::test {

// Of runs that plan once an instant, with estimates that are exact and no admission.
class AfreshTwin final : public Sink {
 public:
  struct Known {  // a job, as of its last start or stop
    LiveJob live;
    std::optional<Placement> placement;  // where it runs
    SimTime since{};
    [[nodiscard]] Duration left(SimTime now) const;
  };
  using Key = std::function<std::int64_t(const Known&, SimTime now)>;

  AfreshTwin(const Fleet& fleet, NaivePlacer placer, Key key)
      : fleet_(fleet), placer_(placer), key_(std::move(key)) {}

  void on(SimTime now, const Record& record) override;
  void finish(SimTime now) override;

  [[nodiscard]] const std::string& broken() const { return broken_; }

 private:
  using Plan = std::map<std::uint64_t, Placement>;  // who runs where, by sequence

  [[nodiscard]] Plan expected() const;
  [[nodiscard]] Plan actual() const;
  void plan_begins();
  void plan_is_over();

  const Fleet& fleet_;
  NaivePlacer placer_;
  Key key_;
  std::map<std::uint64_t, Known> jobs_;  // by sequence
  std::optional<Plan> plan_;             // what the one at hand has to come to
  bool happened_ = false;                // something that a plan follows
  SimTime now_{};
  std::string broken_;
};

}  // namespace berth::test
