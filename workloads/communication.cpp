#include "workloads/communication.hpp"

#include <algorithm>
#include <numeric>

#include "core/check.hpp"

namespace berth {
namespace {

constexpr std::int64_t mib = std::int64_t{1} << 20;
constexpr double exposed_most = 0.99;
constexpr std::int64_t message_most = std::int64_t{1} << 40;

struct Named {
  std::string_view name;
  Communication profile;
};

// Exposed shares of dense and moe: 15-20 % (18 % measured) and 30-40 % of production training.
// Mixes, message sizes and all of inference are assumptions: dense halves its time between
// gradients (all-reduce) and sharded weights (all-gather), moe sends most of it to experts, and
// tensor-parallel inference sums small activations that nothing hides.
constexpr std::array profiles{
    Named{"dense", {0.18, {0.5, 0.5, 0.0}, 256 * mib}},
    Named{"moe", {0.35, {0.15, 0.15, 0.70}, 64 * mib}},
    Named{"inference", {0.10, {1.0, 0.0, 0.0}, mib}},
    Named{"none", {0.0, {}, 0}},
};

bool writes_mix(Setting map) {
  return std::ranges::any_of(collective_names,
                             [map](std::string_view name) { return map.find(name).has_value(); });
}

void read_mix(Setting map, Communication& profile) {
  if (writes_mix(map)) {
    profile.mix = {};
  }
  for (std::size_t i = 0; i < collective_names.size(); ++i) {
    profile.mix.at(i) = map.number_or(collective_names.at(i), profile.mix.at(i), 0, 1e6);
  }
  const double sum = std::accumulate(profile.mix.begin(), profile.mix.end(), 0.0);
  if (sum <= 0 && profile.exposed > 0) {
    map.fail("names no collective", "give all_reduce, all_gather or all_to_all a share");
  }
  for (double& share : profile.mix) {
    share = sum > 0 ? share / sum : 0;
  }
}

}  // namespace

Communication communication_named(std::string_view name) {
  const auto* const found = std::ranges::find(profiles, name, &Named::name);
  check(found != profiles.end(), "a communication profile is asked for by its name");
  return found->profile;
}

std::vector<std::string_view> communication_names() {
  std::vector<std::string_view> names;
  for (const Named& one : profiles) {
    names.push_back(one.name);
  }
  return names;
}

Communication read_communication(Setting workload, std::string_view otherwise) {
  const auto names = communication_names();
  const auto written = workload.find("communication");
  if (!written || !written->is_map()) {
    return profiles.at(workload.choice_or("communication", otherwise, names)).profile;
  }
  Communication profile = profiles.at(written->choice_or("kind", otherwise, names)).profile;
  profile.exposed = written->number_or("exposed", profile.exposed, 0, exposed_most);
  read_mix(*written, profile);
  profile.message = written->bytes_or("message", profile.message);
  if (profile.exposed > 0 && (profile.message < 1 || profile.message > message_most)) {
    written->fail("message: must be from 1 byte to 1TiB");
  }
  return profile;
}

CommunicationId Communications::id(const Communication& communication) {
  const Communication wanted = communication.exposed > 0 ? communication : Communication{};
  const auto found = std::ranges::find(known_, wanted);
  if (found == known_.end()) {
    known_.push_back(wanted);
    return CommunicationId(static_cast<std::uint32_t>(known_.size() - 1));
  }
  return CommunicationId(static_cast<std::uint32_t>(found - known_.begin()));
}

}  // namespace berth
