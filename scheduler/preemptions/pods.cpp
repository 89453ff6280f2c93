// Two front doors, one queue (SUNK's Pod Scheduler, Slinky's slurm-bridge): pods and Slurm jobs
// wait in one queue for the same nodes, and this says who of them yields to whom. An exclusive
// Slurm job takes whole nodes (the node lock): pods on them are evicted. The lowest priorities
// yield first, of equals who started last, and only as many as have to; jobs of one door do not
// yield to each other.
//
//   to_exclusive  pods yield to exclusive Slurm jobs: any, of lower_priority, or never
//   to_jobs       pods yield to other Slurm jobs
//   to_pods       Slurm jobs yield to pods
//   spare_from    pods of this priority or a higher one yield to nobody
#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "scheduler/preemption.hpp"
#include "scheduler/preemptions/room_trial.hpp"

namespace berth {
namespace {

enum class Yields : std::uint8_t { never, lower_priority, any };

struct Options {
  Yields to_exclusive = Yields::any;
  Yields to_jobs = Yields::lower_priority;
  Yields to_pods = Yields::never;
  std::optional<std::int64_t> spare_from;
};

Yields read_yields(Setting map, std::string_view key, std::string_view otherwise) {
  return static_cast<Yields>(map.choice_or(key, otherwise, {"never", "lower_priority", "any"}));
}

Options read_options(Setting setting) {
  Options options;
  if (!setting.is_map()) {
    return options;
  }
  options.to_exclusive = read_yields(setting, "to_exclusive", "any");
  options.to_jobs = read_yields(setting, "to_jobs", "lower_priority");
  options.to_pods = read_yields(setting, "to_pods", "never");
  if (const auto spare = setting.find("spare_from")) {
    options.spare_from = spare->count(-1'000'000'000, 1'000'000'000);
  }
  const Yields most = std::max(options.to_exclusive, options.to_jobs);
  if (options.to_pods != Yields::never && most != Yields::never &&
      std::max(options.to_pods, most) == Yields::any) {
    setting.at("to_pods").fail("jobs and pods would evict each other for ever",
                               "where both may evict, both by lower_priority");
  }
  if (options.to_exclusive == Yields::never && options.to_jobs == Yields::never &&
      options.to_pods == Yields::never) {
    setting.fail("nobody ever yields", "write preemption: none");
  }
  return options;
}

bool is_pod(const Request& request) { return request.terms && request.terms->pod; }

class Pods final : public Preemption {
 public:
  explicit Pods(Options options) : options_(options) {}

  [[nodiscard]] std::optional<Eviction> make_room(const Request& request,
                                                  const PreemptionView& view) const override {
    struct Candidate {
      std::int32_t priority;
      std::uint32_t started;
      Victim victim;
    };
    std::vector<Candidate> candidates;
    std::uint32_t started = 0;
    view.running.each([&](const RunningJobs::Running& running) {
      ++started;
      const Request& from = running.request;
      if (may_yield(from, request) && !running.leaving && view.draft.cluster().holds(from.id)) {
        const bool gone = from.terms && !from.terms->requeue;
        candidates.push_back(
            {from.priority, started, {from.id, gone ? Yield::cancel : Yield::requeue}});
      }
    });
    std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
      return std::tuple(a.priority, b.started) < std::tuple(b.priority, a.started);
    });
    RoomTrial trial(request, view, placer());
    for (const Candidate& one : candidates) {
      if (trial.take(one.victim)) {
        trial.give_back_what_is_not_needed();
        return trial.eviction();
      }
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] bool may_yield(const Request& from, const Request& to) const {
    const bool pod = is_pod(from);
    if (pod == is_pod(to) ||
        (pod && options_.spare_from && from.priority >= *options_.spare_from)) {
      return false;
    }
    const bool exclusive = to.terms && (to.terms->exclusive || to.terms->block_alone);
    const Yields yields = !pod        ? options_.to_pods
                          : exclusive ? options_.to_exclusive
                                      : options_.to_jobs;
    return yields == Yields::any ||
           (yields == Yields::lower_priority && from.priority < to.priority);
  }

  Options options_;
};

}  // namespace

std::unique_ptr<Preemption> pods(Setting setting) {
  return std::make_unique<Pods>(read_options(setting));
}

}  // namespace berth
