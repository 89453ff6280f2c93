#include <algorithm>
#include <optional>
#include <utility>

#include "scheduler/backfill.hpp"
#include "scheduler/forecast.hpp"

namespace berth {
namespace {

// The head's reservation is a time (the shadow), not a set of nodes: whoever overtakes either has
// ended by then, or leaves room for the head among what is forecast to be free then. With a
// machine that is only counted, that is the textbook rule of shadow time and extra processors.
class Easy final : public Backfill {
 public:
  explicit Easy(std::unique_ptr<JobOrder> scan) : scan_(std::move(scan)) {}

  [[nodiscard]] Holds holds() const override { return Holds::head; }
  [[nodiscard]] const JobOrder* scan_order() const override { return scan_.get(); }

  void begin_run(const RunContext& context) override {
    Backfill::begin_run(context);
    forecast_.emplace(context.fleet, context.scopes);
  }
  void started(const Request& request, const Placement& placement, SimTime now) override {
    forecast_->started(request, placement, after(now, request.estimate));
  }
  void ended(const Request& request, SimTime /*now*/) override { forecast_->ended(request.id); }
  void turned(NodeId node, bool open) override { forecast_->turned(node, open); }
  void begin_pass(SimTime now) override {
    head_.reset();
    forecast_->expect_longer(now);
  }
  [[nodiscard]] bool overrun(SimTime now) const override { return forecast_->overrun(now); }

  Attempt attempt(const Request& request, const View& view) override {
    Attempt attempt{placer().place(request, view), Reason::resources};
    if (attempt.placement && head_ && !harmless(request, *attempt.placement, view)) {
      attempt = {std::nullopt, Reason::reservation};
    }
    return attempt;
  }
  SimTime hold(const Request& request, const View& view) override {
    head_ = request;
    scope_ = view.scope;
    shadow_ = std::max(forecast_->move_to_fit(head(view)), view.now);
    return shadow_;
  }
  [[nodiscard]] Gap gap() override {
    const std::uint64_t free = forecast_->future(scope_).free_gpus();
    const std::uint64_t wanted = head_->shape.total_gpus();
    return {shadow_, free > wanted ? free - wanted : 0};
  }

 private:
  bool harmless(const Request& request, const Placement& placement, const View& view) {
    return after(view.now, request.estimate) <= shadow_ ||
           forecast_->fits_beside(head(view), request, placement);
  }
  [[nodiscard]] Forecast::Asked head(const View& view) const {
    return {*head_, placer(), view.run, scope_};
  }

  std::unique_ptr<JobOrder> scan_;
  std::optional<Forecast> forecast_;
  std::optional<Request> head_;
  ScopeId scope_ = all_nodes;  // the head's
  SimTime shadow_{};
};

}  // namespace

std::unique_ptr<Backfill> easy(std::unique_ptr<JobOrder> scan) {
  return std::make_unique<Easy>(std::move(scan));
}

}  // namespace berth
