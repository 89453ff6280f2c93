#include "workloads/mixes.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

#include "core/maths.hpp"
#include "core/units.hpp"
#include "workloads/labels.hpp"

namespace berth {
namespace {

constexpr double weight_most = 1e12;
constexpr std::int64_t tenants_most = 1'000'000;

struct Written {
  std::vector<std::pair<std::string, Setting>> entries;
  std::vector<double> weights;
};

Written read_weights(Setting map, std::string_view of_what) {
  if (!map.is_map()) {
    map.fail("must be a map of " + std::string(of_what) + " to weights");
  }
  Written written{map.entries(), {}};
  for (const auto& [key, weight] : written.entries) {
    written.weights.push_back(weight.number(0, weight_most));
  }
  if (std::accumulate(written.weights.begin(), written.weights.end(), 0.0) <= 0) {
    map.fail("needs at least one weight above 0");
  }
  return written;
}

template <class Value>
Mix<Value> only(Value value) {
  return {{std::move(value)}, Weighted({1.0})};
}

template <class Value>
Mix<Value> read_counts(Setting map, std::string_view of_what, std::int64_t least,
                       std::int64_t most) {
  if (map.is_scalar()) {
    return only(static_cast<Value>(map.count(least, most)));
  }
  const Written written = read_weights(map, of_what);
  std::vector<Value> values;
  for (const auto& [key, weight] : written.entries) {
    const auto value = parse_integer(key);
    if (!value || *value < least || *value > most) {
      weight.fail(
          "'" + key + "' is not one of the " + std::string(of_what),
          "expected: a whole number " + std::to_string(least) + ".." + std::to_string(most));
    }
    if (std::ranges::find(values, static_cast<Value>(*value)) != values.end()) {
      weight.fail("'" + key + "' is written twice");
    }
    values.push_back(static_cast<Value>(*value));
  }
  return {std::move(values), Weighted(written.weights)};
}

Mix<std::string> zipf_tenants(Setting setting) {
  const std::int64_t count = setting.at("count").count(1, tenants_most);
  const double exponent = setting.number_or("zipf", 0, 0, 10);
  std::vector<std::string> names;
  std::vector<double> weights;
  for (std::int64_t rank = 1; rank <= count; ++rank) {
    names.push_back("tenant" + std::to_string(rank));
    weights.push_back(1 / exact_pow(static_cast<double>(rank), exponent));
  }
  return {std::move(names), Weighted(weights)};
}

}  // namespace

Mix<std::uint32_t> read_sizes(Setting sizes) {
  return read_counts<std::uint32_t>(sizes, "sizes", 1, size_most);
}

Mix<std::uint32_t> read_shares(Setting shares) {
  return read_counts<std::uint32_t>(shares, "shares", 1, gpu_milli_most);
}

Mix<std::string> read_tenants(Setting workload) {
  const auto setting = workload.find("tenants");
  if (!setting) {
    return only(workload.text_or("tenants", default_name));
  }
  if (setting->is_scalar()) {
    return only(read_name(workload, "tenants", default_name));
  }
  if (setting->is_map() && setting->find("count")) {
    return zipf_tenants(*setting);
  }
  Written written = read_weights(*setting, "tenants");
  std::vector<std::string> names;
  for (auto& [key, weight] : written.entries) {
    names.push_back(std::move(key));
  }
  return {std::move(names), Weighted(written.weights)};
}

Mix<std::int32_t> read_priorities(Setting workload) {
  const auto setting = workload.find("priority");
  if (!setting) {
    return only(
        static_cast<std::int32_t>(workload.count_or("priority", 0, -priority_most, priority_most)));
  }
  return read_counts<std::int32_t>(*setting, "priorities", -priority_most, priority_most);
}

}  // namespace berth
