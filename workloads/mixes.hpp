// Weighted choices as configs write them: {1: 50, 8: 30} is the value 1 with weight 50, or 8 with
// weight 30. A plain scalar is the only choice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "core/samplers.hpp"
#include "core/settings.hpp"

namespace berth {

template <class Value>
struct Mix {
  std::vector<Value> values;
  Weighted pick;

  // Takes exactly one draw; the position in `values`.
  std::size_t operator()(Random& draws) const { return pick(draws); }
};

inline constexpr std::int64_t size_most = 1'000'000;
inline constexpr std::int64_t gpu_milli_most = 999;  // the largest share of one GPU

// GPUs or nodes of a job.
Mix<std::uint32_t> read_sizes(Setting sizes);
// Shares of one GPU, in thousandths.
Mix<std::uint32_t> read_shares(Setting shares);
// {a: 3, b: 1}, or {count: 20, zipf: 1.1}: tenant1, tenant2 ... with weights 1, 1/2^1.1 ...
Mix<std::string> read_tenants(Setting workload);
// `priority: 5` or {0: 90, 10: 10}.
Mix<std::int32_t> read_priorities(Setting workload);

}  // namespace berth
