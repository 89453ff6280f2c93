// From a broken switch to the jobs that feel it.
#include <doctest/doctest.h>

#include "simulator/network/network_model.hpp"
#include "tests/simulator/small_worlds.hpp"
#include "tests/workloads/flow_settings.hpp"
#include "topology/builders.hpp"
#include "topology/outage.hpp"

using namespace berth;
using namespace berth::test;

namespace {

Placement nodes(std::uint32_t first, std::uint32_t count) {
  Placement placement;
  for (std::uint32_t i = 0; i < count; ++i) {
    placement.push_back({NodeId(first + i), 1, 0xFF});
  }
  return placement;
}

// A SuperPOD of four units of 32 nodes. One job inside each of the first two units, one across the
// other two; all exchange data with all.
class Pod {
 public:
  Pod() {
    Communication profile{0.3, {0, 0, 1}, std::int64_t{1} << 30};
    const CommunicationId id = profiles_.id(profile);
    model_.emplace(topology_.fleet, topology_.network, profiles_);
    start(0, id, nodes(0, 32));
    start(1, id, nodes(32, 32));
    start(2, id, nodes(64, 63));
  }

  // Jobs slowed by the loss of so many spines.
  std::vector<JobId> slowed_by(std::uint32_t spines) {
    Outage outage;
    for (std::uint32_t i = 0; i < topology_.fabric.devices(); ++i) {
      const Device& device = topology_.fabric.device(DeviceId(i));
      if (device.description.find("spine") != std::string::npos && outage.devices.size() < spines) {
        outage.devices.emplace_back(i);
      }
    }
    REQUIRE(outage.devices.size() == spines);
    const Impact impact = impact_of(topology_, outage);
    CHECK(impact.lost.empty());
    model_->set_network(impact.network, cluster_);
    return model_->changed();
  }
  void mend() { model_->set_network(topology_.network, cluster_); }
  [[nodiscard]] RunSpeed speed(std::uint32_t job) const { return model_->speed(JobId(job)); }

 private:
  void start(std::uint32_t job, CommunicationId profile, Placement placement) {
    const Shape shape{static_cast<std::uint32_t>(placement.size()), 8, 0, 0};
    model_->start(JobId(job), profile, shape, placement);
    Draft draft(cluster_);
    draft.start(JobId(job), shape, std::move(placement));
    draft.commit();
  }

  SettingsTree config_ = berth::testing::flow("{kind: superpod, scalable_units: 4}");
  Topology topology_ = build_topology(config_.root());
  Communications profiles_;
  std::optional<NetworkModel> model_;
  Cluster cluster_{topology_.fleet};
};

}  // namespace

TEST_CASE("losing one spine of a SuperPOD slows nobody, losing most slows jobs across units") {
  Pod pod;
  CHECK(pod.speed(0).full());
  CHECK(pod.speed(2).full());
  CHECK(pod.slowed_by(1).empty());
  CHECK(pod.slowed_by(12) == std::vector{JobId(2)});
  CHECK(pod.speed(0).full());
  CHECK(pod.speed(2).value() < 0.9);
  pod.mend();
  CHECK(pod.speed(2).full());
}
