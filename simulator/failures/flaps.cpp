// {kind: flaps, per_gpu_day: 0.33, stall: 2s}: links that flap, in `reliability` beside what fails.
#include "simulator/failures/flaps.hpp"

#include "simulator/failures/failure_source.hpp"

namespace berth {
namespace {

class NothingFails final : public FailureSource {
 public:
  bool next(Failure& /*failure*/) override { return false; }
};

class LinksThatFlap final : public FailureProcess {
 public:
  explicit LinksThatFlap(const Flaps& flaps) : flaps_(flaps) {}

  [[nodiscard]] std::unique_ptr<FailureSource> open(RunKey /*run*/, std::uint32_t /*index*/,
                                                    const Topology& /*topology*/) const override {
    return std::make_unique<NothingFails>();
  }
  [[nodiscard]] std::vector<std::string> causes() const override { return {}; }
  [[nodiscard]] double interruptions_per_node_second(const Topology& /*topology*/) const override {
    return 0;
  }
  [[nodiscard]] std::optional<Flaps> flaps() const override { return flaps_; }

 private:
  Flaps flaps_;
};

}  // namespace

std::unique_ptr<const FailureProcess> flaps(Setting setting) {
  constexpr double most = 1e6;
  Flaps flaps;
  flaps.per_gpu_day = setting.number_or("per_gpu_day", flaps.per_gpu_day, 0, most);
  flaps.stall = setting.at("stall").duration();
  return std::make_unique<LinksThatFlap>(flaps);
}

}  // namespace berth
