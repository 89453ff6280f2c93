#include "app/fleet_presets.hpp"

#include <set>
#include <string>

#include <doctest/doctest.h>

#include "app/yaml_settings.hpp"
#include "tests/core/settings_trees.hpp"
#include "topology/builders.hpp"
#include "topology/power.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

Topology built(const std::string& yaml) {
  const SettingsTree tree = load_yaml_text(yaml, "c.yaml");
  put_fleet_preset(tree.root());
  Topology topology = build_topology(tree.root());
  check_all_used(tree.root());
  return topology;
}

const Topology& neocloud() {
  static const Topology topology = built("{kind: fleet, preset: neocloud}");
  return topology;
}

}  // namespace

TEST_CASE("neocloud is 33 sites with 250,000 GPUs of four generations, within 1 %") {
  const Fleet& fleet = neocloud().fleet;
  CHECK(fleet.domains(*fleet.find_level("site")) == 33);
  CHECK(static_cast<double>(fleet.gpus()) == doctest::Approx(250'000).epsilon(0.01));
  std::set<std::string> models;
  for (const NodeKind& kind : fleet.kinds()) {
    models.insert(kind.gpu_model);
  }
  CHECK(models == std::set<std::string>{"A100", "H100", "H200", "GB200"});
}

TEST_CASE("neocloud draws between 360 and 420 MW, all in") {
  const double megawatts = static_cast<double>(power_of(neocloud().fleet).all_in_watts) / 1e6;
  CHECK(megawatts >= 360);
  CHECK(megawatts <= 420);
}

TEST_CASE("neocloud's racks are of 12, 41 and 132 kW, and none is overloaded") {
  std::set<std::int64_t> classes;
  bool fits = true;
  for (const SharedFate& fate : neocloud().plant.fates) {
    if (fate.kind == FateKind::rack && !fate.nodes.empty()) {
      classes.insert(fate.watts);
      const NodeKind& kind = neocloud().fleet.kind(NodeId(fate.nodes[0].first));
      fits = fits && kind.watts * fate.nodes[0].size() <= fate.watts;
    }
  }
  CHECK(classes == std::set<std::int64_t>{12'000, 41'000, 132'000});
  CHECK(fits);
}

TEST_CASE("other keys replace those of a preset") {
  const Topology one = built(
      "{kind: fleet, preset: neocloud, sites: [{name: x, halls: [{kind: nvl72, racks: 1}]}]}");
  CHECK(one.fleet.gpus() == 72);
}

TEST_CASE("a preset that is not known is refused") {
  CHECK(error_of([] {
          built("{kind: fleet, preset: neoclaud}");
        }).find("did you mean 'neocloud'?") != std::string::npos);
}

TEST_CASE("every preset says what it is") {
  CHECK(fleet_preset_summary("neocloud").find("A GPU cloud as it stood in 2025") == 0);
}
