#include "workloads/cold_start.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "core/int128.hpp"
#include "core/units.hpp"

namespace berth {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Loader {
  std::string_view name;
  std::int64_t bytes_per_s;
  bool each_gpu = false;
};
constexpr std::array loaders{
    Loader{"hf", 1'000'000'000},
    Loader{"safetensors", 2'000'000'000},
    Loader{"tensorizer", 4'939'212'390},  // 4.6 GiB
    Loader{"caios", 7'000'000'000, true},
};

struct Preset {
  std::string_view name;
  ColdStart steps;
  std::string_view loader;
};
const std::array presets{
    Preset{"optimised", {Duration{}, seconds(4), 0, 0, 1, seconds(8)}, "tensorizer"},
    Preset{"unoptimised", {seconds(10), seconds(4), 0, 187'000'000, 1, milliseconds(7500)}, "hf"},
};

template <class Named>
std::vector<std::string_view> names_of(const Named& all) {
  std::vector<std::string_view> names;
  std::ranges::transform(all, std::back_inserter(names), [](const auto& one) { return one.name; });
  return names;
}

// How long so many bytes take, rounded up.
Duration passing(std::int64_t bytes, std::int64_t bytes_per_s) {
  const Int128 all = Int128{bytes} * 1'000'000'000;
  const Int128 takes = (all + bytes_per_s - 1) / bytes_per_s;
  return Duration(static_cast<std::int64_t>(std::min(takes, Int128{longest_duration.count()})));
}

std::int64_t read_loader(Setting map, std::string_view otherwise, std::uint32_t gpus) {
  const std::string written = map.text_or("loader", otherwise);
  const auto named = std::ranges::find(loaders, written, &Loader::name);
  if (named == loaders.end()) {
    const Setting at = map.at("loader");
    if (!parse_bytes(written)) {
      static_cast<void>(at.choice(names_of(loaders)));  // tells the nearest
    }
    const std::int64_t rate = at.bytes();
    if (rate < 1) {
      at.fail("must be more than 0 bytes a second");
    }
    return rate;
  }
  if (named->each_gpu && gpus == 0) {
    map.at("loader").fail("goes by the GPUs of a replica, which are not known here",
                          "write the bytes a second of the whole replica, as loader: 56GB");
  }
  return named->bytes_per_s * (named->each_gpu ? gpus : 1U);
}

}  // namespace

Duration ColdStart::total() const {
  const Duration copied = download > 0 ? passing(weights, download) : Duration{};
  const std::array steps{image, cuda, copied, passing(weights, load), warm_up};
  Duration all{};
  for (const Duration step : steps) {
    all += std::min(step, longest_duration - all);
  }
  return all;
}

Duration read_cold_start(Setting setting, std::uint32_t gpus) {
  if (setting.is_scalar()) {
    return setting.duration();
  }
  const Preset& preset = presets[setting.kind_among(names_of(presets))];
  ColdStart start = preset.steps;
  start.weights = setting.at("weights").bytes();
  start.image = setting.duration_or("image", start.image);
  start.cuda = setting.duration_or("cuda", start.cuda);
  start.download = setting.bytes_or("download", start.download);
  start.load = read_loader(setting, preset.loader, gpus);
  start.warm_up = setting.duration_or("warm_up", start.warm_up);
  return start.total();
}

}  // namespace berth
