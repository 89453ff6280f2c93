#include "app/manifest.hpp"

#include <array>
#include <fstream>

#include "generated/berth_version.hpp"
#include <nlohmann/json.hpp>

#include "app/wall_clock.hpp"
#include "core/digest.hpp"
#include "core/error.hpp"

namespace berth {
namespace {

using Json = nlohmann::ordered_json;

Json input_json(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, 65536> block{};
  Digest digest;
  std::size_t bytes = 0;
  while (file.read(block.data(), block.size()) || file.gcount() > 0) {
    const auto size = static_cast<std::size_t>(file.gcount());
    digest.add(block.data(), size);
    bytes += size;
  }
  if (file.bad() || !file.eof()) {
    throw InputError({path}, "cannot be read again for its digest");
  }
  return {{"path", path}, {"bytes", bytes}, {"xxh3_128", digest.hex()}};
}

}  // namespace

std::string manifest_json(const Scenario& scenario, const std::string& policy,
                          const RunCost& cost) {
  Json document{{"version", version}, {"commit", commit}, {"config", scenario.path}};
  if (!policy.empty()) {
    document["policy"] = policy;
  }
  document["seed"] = scenario.seed;
  document["resolved_config"] = resolved_yaml(scenario.tree.root());
  Json& inputs = document["inputs"] = Json::array();
  for (const std::string& path : scenario.input_files()) {
    inputs.push_back(input_json(path));
  }
  document["wall_s"] = cost.wall_s;
  document["peak_memory_bytes"] = peak_memory();
  document["events"] = cost.events;
  document["events_per_s"] =
      cost.wall_s > 0 ? Json(static_cast<double>(cost.events) / cost.wall_s) : Json(nullptr);
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace berth
