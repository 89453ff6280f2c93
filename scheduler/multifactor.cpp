#include "scheduler/multifactor.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <numeric>
#include <string>

#include "core/maths.hpp"

namespace berth {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t priority_most = std::numeric_limits<std::uint32_t>::max();

double in_seconds(Duration time) { return static_cast<double>(time.count()) / 1e9; }

std::int64_t weight_or(Setting weights, std::string_view key) {
  return weights.count_or(key, 0, 0, priority_most);
}

void read_weights(MultifactorOptions& options, Setting weights) {
  options.age = weight_or(weights, "age");
  options.assoc = weight_or(weights, "assoc");
  options.fair_share = weight_or(weights, "fair_share");
  options.job_size = weight_or(weights, "job_size");
  options.partition = weight_or(weights, "partition");
  options.qos = weight_or(weights, "qos");
  if (const auto tres = weights.find("tres")) {
    for (std::size_t i = 0; i < tres_kinds; ++i) {
      options.tres[i] = weight_or(*tres, tres_names[i]);
    }
  }
}

void read_no_normal(MultifactorOptions& options, Setting list) {
  for (const Setting& one : list.is_list() ? list.items() : std::vector{list}) {
    const std::size_t which = one.choice({"all", "assoc", "partition", "qos", "tres"});
    options.normal_assoc = options.normal_assoc && which != 0 && which != 1;
    options.normal_partition = options.normal_partition && which != 0 && which != 2;
    options.normal_qos = options.normal_qos && which != 0 && which != 3;
    options.normal_tres = options.normal_tres && which != 0 && which != 4;
  }
}

// Priorities that are cut off are all alike.
void refuse_overflow(const MultifactorOptions& options, Setting weights) {
  std::int64_t sum = options.age + options.fair_share + options.job_size;
  sum += options.normal_assoc ? options.assoc : 0;
  sum += options.normal_partition ? options.partition : 0;
  sum += options.normal_qos ? options.qos : 0;
  sum += options.normal_tres
             ? std::accumulate(options.tres.begin(), options.tres.end(), std::int64_t{0})
             : 0;
  if (sum > priority_most) {
    weights.fail("sum to " + std::to_string(sum) + ", more than a priority can be",
                 "a priority is at most " + std::to_string(priority_most));
  }
}

Duration positive(Setting map, std::string_view key, Duration otherwise) {
  const Duration length = map.duration_or(key, otherwise);
  if (length < Duration(1s)) {
    map.at(key).fail("must be 1s or longer");
  }
  return length;
}

}  // namespace

MultifactorOptions MultifactorOptions::read(Setting order) {
  MultifactorOptions options;
  const bool has_options = order.is_map();
  const auto weights = has_options ? order.find("weights") : std::nullopt;
  if (weights) {
    read_weights(options, *weights);
  }
  options.max_age = 7 * 24h;
  options.half_life = 7 * 24h;
  options.period = 5min;
  options.billing = {0, 0, 1, 0};
  if (!has_options) {
    return options;
  }
  options.max_age = positive(order, "max_age", options.max_age);
  options.favour_small = order.choice_or("favour", "large", {"large", "small"}) == 1;
  options.small_relative_to_time = order.flag_or("small_relative_to_time", false);
  if (const auto list = order.find("no_normal")) {
    read_no_normal(options, *list);
  }
  if (weights) {
    refuse_overflow(options, *weights);
  }
  options.period = positive(order, "period", options.period);
  options.half_life = order.duration_or("half_life", options.half_life);
  if (options.half_life > Duration{} && options.half_life < Duration(1s)) {
    order.at("half_life").fail("must be 1s or longer, or 0 to forget nothing");
  }
  if (const auto billing = order.find("billing")) {
    for (std::size_t i = 0; i < tres_kinds; ++i) {
      options.billing[i] = billing->number_or(tres_names[i], 0, 0, 1e9);
    }
  }
  return options;
}

std::uint32_t multifactor_priority(const Factors& factors, const MultifactorOptions& options) {
  const auto weighted = [](std::int64_t weight, double factor) {
    return static_cast<double>(weight) * factor;
  };
  double sum = static_cast<double>(factors.site) + weighted(options.age, factors.age) +
               weighted(options.assoc, factors.assoc) +
               weighted(options.fair_share, factors.fair_share) +
               weighted(options.job_size, factors.job_size) +
               weighted(options.partition, factors.partition) + weighted(options.qos, factors.qos);
  for (std::size_t i = 0; i < tres_kinds; ++i) {
    sum += weighted(options.tres[i], factors.tres[i]);
  }
  sum -= static_cast<double>(factors.nice);
  return static_cast<std::uint32_t>(std::clamp(sum, 1.0, static_cast<double>(priority_most)));
}

double age_factor(Duration wait, Duration max_age) {
  return std::clamp(in_seconds(wait) / in_seconds(max_age), 0.0, 1.0);
}

double job_size_factor(const JobSize& size, const MultifactorOptions& options) {
  const bool cpus_known = size.cpus > 0 && size.all_cpus > 0;
  const double nodes = size.nodes / size.all_nodes;
  const double cpus = cpus_known ? size.cpus / size.all_cpus : nodes;
  if (options.small_relative_to_time) {
    const double minutes = std::max(1.0, in_seconds(size.limit) / 60);
    const double relative = std::clamp(std::max(nodes, cpus) / minutes, 0.0, 1.0);
    return options.favour_small ? 1 - relative : relative;
  }
  return options.favour_small ? ((1 - nodes) + (1 - cpus)) / 2 : (nodes + cpus) / 2;
}

double decay(Duration time, Duration half_life) {
  return half_life == Duration{} ? 1
                                 : exact_pow(1 - 0.693 / in_seconds(half_life), in_seconds(time));
}

}  // namespace berth
