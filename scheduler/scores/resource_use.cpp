#include "scheduler/scores/resource_use.hpp"

#include <algorithm>
#include <vector>

#include "core/settings_tree.hpp"

namespace berth::scores {

ResourceWeights read_resource_weights(Setting options, std::int64_t most) {
  ResourceWeights weights{1, 1, 1};
  const auto written = options.is_map() ? options.find("resources") : std::nullopt;
  if (!written) {
    return weights;
  }
  weights = {};
  for (const auto& [name, weight] : written->entries()) {
    const auto known = std::ranges::find(resource_names, name);
    if (known == resource_names.end()) {
      weight.fail("no such resource " + shown(name),
                  suggestion(name, {resource_names.begin(), resource_names.end()}));
    }
    weights[static_cast<std::size_t>(known - resource_names.begin())] = weight.count(0, most);
  }
  if (weights == ResourceWeights{}) {
    written->fail("needs at least one weight above 0");
  }
  return weights;
}

}  // namespace berth::scores
