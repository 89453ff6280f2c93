#include "scheduler/pinning.hpp"

#include <algorithm>

namespace berth {
namespace {

class Pinning final : public Placer {
 public:
  explicit Pinning(const Placer& inner) : inner_(inner) {}

  [[nodiscard]] std::optional<Placement> place(const Request& request,
                                               const View& view) const override {
    if (!request.pinned) {
      return inner_.place(request, view);
    }
    return fits(request, view) ? std::optional(*request.pinned) : std::nullopt;
  }
  [[nodiscard]] bool fits(const Request& request, const View& view) const override {
    return request.pinned ? has(view.free, request) : inner_.fits(request, view);
  }
  [[nodiscard]] bool takes_any_room() const override { return false; }
  [[nodiscard]] bool equal_shapes_fare_alike() const override { return false; }
  [[nodiscard]] std::string contradiction(const Request& request,
                                          const Fleet& fleet) const override {
    return inner_.contradiction(request, fleet);
  }
  [[nodiscard]] std::optional<SimTime> retry_at(const Request& request,
                                                SimTime now) const override {
    return request.pinned ? std::nullopt : inner_.retry_at(request, now);
  }
  [[nodiscard]] std::optional<Placement> replace(const Request& request, const View& view,
                                                 const Placement& held,
                                                 NodeId lost) const override {
    return inner_.replace(request, view, held, lost);
  }
  [[nodiscard]] Heeds heeds() const override { return inner_.heeds(); }
  [[nodiscard]] std::uint32_t alone_in_blocks(const Fleet& fleet) const override {
    return inner_.alone_in_blocks(fleet);
  }
  void check_fleet(const Fleet& fleet) const override { inner_.check_fleet(fleet); }

 private:
  // Its GPUs are free, and nobody of its group has come too near meanwhile.
  static bool has(const Occupancy& free, const Request& request) {
    return free.has(request.shape, *request.pinned) &&
           std::ranges::none_of(*request.pinned, [&](const Part& part) {
             return free.pods().keep_away(request.shape, part.node);
           });
  }

  const Placer& inner_;
};

}  // namespace

std::unique_ptr<const Placer> pinning(const Placer& inner) {
  return std::make_unique<Pinning>(inner);
}

}  // namespace berth
