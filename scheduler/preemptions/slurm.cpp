// Preemption as Slurm does it (preempt.shtml, slurm.conf(5): PreemptType, PreemptMode, GraceTime,
// PreemptExemptTime, PreemptParameters; semantics.md, section 6). Candidates are those of a lower
// rank, the lowest first, of equals the smaller, or the youngest. They are taken away one by one
// until the job fits. Then the last one that was needed goes to the front, the others follow by how
// many of the chosen nodes they are on, and it is done again: one victim of eight nodes replaces
// those of 2, 4 and 8. Who holds nothing of the place that came out goes on.
#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "scheduler/preemptions/in_vain.hpp"
#include "scheduler/preemptions/slurm_rank.hpp"
#include "scheduler/preemptions/trial.hpp"

namespace berth {
namespace {

class Slurm final : public Preemption {
 public:
  explicit Slurm(Setting setting) : ranks_(setting) {
    if (setting.is_map()) {
      youngest_first_ = setting.flag_or("youngest_first", false);
      reorder_ = static_cast<std::uint32_t>(setting.count_or("reorder", 1, 0, 100));
    }
  }

  [[nodiscard]] std::optional<Eviction> make_room(const Request& request,
                                                  const PreemptionView& view) const override;
  void check_site(const SlurmSite& site, Setting setting) const override {
    ranks_.check_site(site, setting);
  }
  [[nodiscard]] bool suspends() const override { return ranks_.suspends(); }
  [[nodiscard]] std::optional<SimTime> wake_at(SimTime now) const override {
    const auto next = exempt_until_.upper_bound({now, JobId(~std::uint32_t{0})});
    return next == exempt_until_.end() ? std::nullopt : std::optional(next->first);
  }

 private:
  void begin_run(const RunContext& context) override {
    Preemption::begin_run(context);
    ranks_.begin_run(context);
  }
  void started(const Request& request, const Placement& /*placement*/, SimTime now) override {
    in_vain_.clear();
    if (ranks_.off(request)) {
      return;
    }
    const std::size_t job = request.id.index();
    place_of_.resize(std::max(place_of_.size(), job + 1));
    const std::int64_t second = youngest_first_
                                    ? -now.time_since_epoch().count()
                                    : static_cast<std::int64_t>(request.shape.total_gpu_milli());
    place_of_[job] = {ranks_.rank(request), second, ~request.sequence, request.id};
    candidates_.insert(place_of_[job]);
    since_.resize(place_of_.size());
    since_[job] = now;
    if (const Duration exempt = ranks_.exempt(request); exempt > Duration{}) {
      exempt_until_.emplace(after(now, exempt), request.id);
    }
  }
  void stopped(const Request& request, Stop /*how*/, SimTime /*now*/) override {
    in_vain_.clear();
    const std::size_t job = request.id.index();
    if (job >= place_of_.size() || candidates_.erase(place_of_[job]) == 0) {
      return;  // it never started, or never yields
    }
    exempt_until_.erase({after(since_[job], ranks_.exempt(request)), request.id});
  }

  // In the order in which they are taken away; of equals the one submitted last comes first.
  struct Place {
    PreemptRank rank;
    std::int64_t second = 0;  // its size, or how old it is
    std::uint64_t latest = 0;
    JobId job;
    auto operator<=>(const Place&) const = default;
  };
  struct Room {
    std::size_t removed = 0;  // so many candidates, in the order they were in
    Placement placement;
  };
  [[nodiscard]] std::vector<JobId> candidates(const Request& request,
                                              const PreemptionView& view) const;
  static std::optional<Room> remove_until_it_fits(Trial& trial, const std::vector<JobId>& jobs,
                                                  std::size_t before);
  static void reorder(const Trial& trial, std::vector<JobId>& jobs, const Room& room,
                      std::uint32_t nodes);
  [[nodiscard]] std::optional<Eviction> search(const Request& request,
                                               const PreemptionView& view) const;

  PreemptRanks ranks_;
  bool youngest_first_ = false;
  std::uint32_t reorder_ = 1;
  std::set<Place> candidates_;
  std::vector<Place> place_of_;                       // by job
  std::vector<SimTime> since_;                        // by job
  std::set<std::pair<SimTime, JobId>> exempt_until_;  // of those that are exempt at first
  mutable InVain in_vain_;
};

std::optional<Eviction> Slurm::make_room(const Request& request, const PreemptionView& view) const {
  const PreemptRank rank = ranks_.rank(request);
  if (candidates_.empty() || candidates_.begin()->rank >= rank) {
    return std::nullopt;
  }
  const bool alike = ranks_.rank_says_all();
  if (alike && in_vain_.knows(request, view, rank.tier, rank.within)) {
    return std::nullopt;
  }
  auto eviction = search(request, view);
  if (alike && !eviction) {
    in_vain_.add(request, view, rank.tier, rank.within);
  }
  return eviction;
}

std::optional<Eviction> Slurm::search(const Request& request, const PreemptionView& view) const {
  Trial trial(request, view, placer());
  trial.stop_all(leaving_for(request, view));
  const std::size_t leaving = trial.stopped().size();
  if (leaving > 0 && trial.fits()) {
    return std::nullopt;  // it only has to wait
  }
  std::vector<JobId> jobs = candidates(request, view);
  std::optional<Room> room = remove_until_it_fits(trial, jobs, leaving);
  for (std::uint32_t i = 0; room && room->removed > 1 && i < reorder_; ++i) {
    reorder(trial, jobs, *room, view.draft.cluster().fleet().nodes());
    trial.back_to(leaving);
    room = remove_until_it_fits(trial, jobs, leaving);
  }
  if (!room) {
    return std::nullopt;
  }
  jobs.resize(room->removed);
  Eviction eviction;
  bool at_once = true;
  for (const JobId job : trial.needed(room->placement, jobs, leaving)) {
    eviction.victims.push_back(ranks_.victim(view.running.at(job).request));
    at_once = at_once && eviction.victims.back().grace == Duration{};
  }
  if (leaving > 0) {
    trial.back_to(0);
    for (const Victim& victim : eviction.victims) {
      trial.stop(victim.job);
    }
    at_once = at_once && trial.has(room->placement);
  }
  if (at_once) {
    eviction.placement = std::move(room->placement);
  }
  return eviction;
}

// Nobody when not even all of them would do. Who started in this very pass is let be.
std::vector<JobId> Slurm::candidates(const Request& request, const PreemptionView& view) const {
  const PreemptRank rank = ranks_.rank(request);
  const Cluster& cluster = view.draft.cluster();
  const bool everywhere = view.scope == all_nodes;
  std::vector<JobId> jobs;
  std::uint64_t gpus = view.draft.occupancy(view.scope).free_gpus();
  for (const JobId job : leaving_for(request, view)) {
    gpus += frees_at_most(cluster.holding(job), cluster.fleet());
  }
  for (const Place& place : candidates_) {
    if (place.rank >= rank) {
      break;
    }
    if (!cluster.holds(place.job)) {
      continue;
    }
    const RunningJobs::Running& running = view.running.at(place.job);
    const Holding& holding = cluster.holding(place.job);
    if (!running.leaving && ranks_.may_stop(request, running.request) &&
        view.now >= after(running.since, ranks_.exempt(running.request)) &&
        (everywhere ||
         in_the_way(holding, request, view.draft.scopes().nodes(view.scope), cluster.fleet()))) {
      jobs.push_back(place.job);
      gpus += frees_at_most(holding, cluster.fleet());
    }
  }
  return gpus >= request.shape.total_gpus() ? jobs : std::vector<JobId>{};
}

std::optional<Slurm::Room> Slurm::remove_until_it_fits(Trial& trial, const std::vector<JobId>& jobs,
                                                       std::size_t before) {
  for (const JobId job : jobs) {
    trial.stop(job);
    if (!trial.fits()) {
      continue;
    }
    if (auto placement = trial.place()) {
      return Room{trial.stopped().size() - before, std::move(*placement)};
    }
  }
  return std::nullopt;
}

// The last one needed to the front, then those on most of the chosen nodes.
void Slurm::reorder(const Trial& trial, std::vector<JobId>& jobs, const Room& room,
                    std::uint32_t nodes) {
  const NodeSet chosen = nodes_of(room.placement, nodes);
  const auto last = jobs.begin() + static_cast<std::ptrdiff_t>(room.removed) - 1;
  std::rotate(jobs.begin(), last, last + 1);
  std::stable_sort(jobs.begin() + 1, jobs.end(), [&](JobId a, JobId b) {
    return overlap(trial.holding(a).placement, chosen) >
           overlap(trial.holding(b).placement, chosen);
  });
}

}  // namespace

std::unique_ptr<Preemption> slurm(Setting setting) { return std::make_unique<Slurm>(setting); }

}  // namespace berth
