// The victims whose stop destroys the least: GPU-hours of work since their checkpoints and of
// starting again, among jobs of lower priority. Each domain of each level makes a proposal (a job
// that must stand in one domain hears those of its level only), and the placer is asked for the
// cheapest. Then all sets of victims that cost less are tried, as many as `tries` allows: where
// they suffice, as 2000 do for ten candidates, the answer is the cheapest that there is; beyond,
// the cheapest that was found.
#include <algorithm>
#include <iterator>
#include <numeric>
#include <set>
#include <utility>

#include "scheduler/preemptions/cheapest_domains.hpp"
#include "scheduler/preemptions/in_vain.hpp"
#include "scheduler/preemptions/trial.hpp"

namespace berth {
namespace {

class Search {
 public:
  Search(const Request& request, const PreemptionView& view, const Placer& placer,
         std::vector<Stoppable> candidates, std::int64_t tries)
      : request_(request),
        trial_(request, view, placer),
        candidates_(std::move(candidates)),
        tries_(tries) {
    std::stable_sort(candidates_.begin(), candidates_.end(),
                     [](const Stoppable& a, const Stoppable& b) { return a.price < b.price; });
    gpus_from_.resize(candidates_.size() + 1);
    for (std::size_t i = candidates_.size(); i-- > 0;) {
      gpus_from_[i] =
          gpus_from_[i + 1] + frees_at_most(*candidates_[i].holding, view.draft.cluster().fleet());
    }
  }

  // The victims, and where the job starts then; nobody when no set of them makes room.
  std::optional<std::pair<std::vector<JobId>, Placement>> cheapest() {
    if (!may_fit(0)) {
      return std::nullopt;
    }
    if (!ask_domains() && !ask_for_all()) {
      return std::nullopt;
    }
    improve(0, {});
    trial_.stop_all(best_);
    auto placement = trial_.place();
    check(placement.has_value(), "a placer gives a placement where it said that one fits");
    return std::pair(trial_.needed(*placement, best_, 0), std::move(*placement));
  }

 private:
  [[nodiscard]] bool may_fit(std::size_t from) const {
    return trial_.free().free_gpus() + gpus_from_[from] >= request_.shape.total_gpus();
  }
  void remember() {
    best_ = trial_.stopped();
    price_ = {};
    for (const Stoppable& one : candidates_) {
      if (std::count(best_.begin(), best_.end(), one.job) != 0) {
        price_ += one.price;
      }
    }
  }

  bool ask_domains() {
    constexpr std::size_t most = 16;
    const auto all = proposals(request_, trial_.free(), candidates_);
    for (std::size_t i = 0; i < std::min(all.size(), most); ++i) {
      for (const std::uint32_t candidate : all[i].stops) {
        trial_.stop(candidates_[candidate].job);
      }
      if (trial_.fits()) {
        remember();
        trial_.back_to(0);
        return true;
      }
      trial_.back_to(0);
    }
    return false;
  }

  // Everybody stops, the cheapest by its size first, until it fits; then whoever can goes on, the
  // dearest first.
  bool ask_for_all() {
    std::vector<std::uint32_t> order(candidates_.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
      const Stoppable& one = candidates_[a];
      const Stoppable& other = candidates_[b];
      return one.price.gpu_time * Int128{other.holding->shape.total_gpu_milli()} <
             other.price.gpu_time * Int128{one.holding->shape.total_gpu_milli()};
    });
    for (const std::uint32_t candidate : order) {
      trial_.stop(candidates_[candidate].job);
      if (trial_.fits()) {
        const auto placement = trial_.place();
        const auto all = trial_.stopped();
        trial_.stop_all(trial_.needed(*placement, std::vector(all), 0));
        if (!trial_.fits()) {  // the placement is free, but a placer of whole nodes asks for more
          trial_.back_to(0);
          trial_.stop_all(all);
        }
        remember();
        trial_.back_to(0);
        return true;
      }
    }
    trial_.back_to(0);
    return false;
  }

  // All sets that cost less than the best so far, by ascending price of their last member.
  void improve(std::size_t from, const Price& spent) {
    for (std::size_t i = from; i < candidates_.size() && may_fit(i); ++i) {
      const Price price = spent + candidates_[i].price;
      if (price >= price_ || tries_ <= 0) {
        return;
      }
      trial_.stop(candidates_[i].job);
      --tries_;
      if (trial_.fits()) {
        remember();
      } else {
        improve(i + 1, price);
      }
      trial_.back_to(trial_.stopped().size() - 1);
    }
  }

  const Request& request_;
  Trial trial_;
  std::vector<Stoppable> candidates_;     // the cheapest first
  std::vector<std::uint64_t> gpus_from_;  // that those from this one on hold
  std::int64_t tries_;
  std::vector<JobId> best_;
  Price price_;
};

class Cheapest final : public Preemption {
 public:
  explicit Cheapest(Setting setting) {
    if (setting.is_map()) {
      constexpr std::int64_t most = 1'000'000;
      tries_ = setting.count_or("tries", tries_, 0, most);
    }
  }

  [[nodiscard]] std::optional<Eviction> make_room(const Request& request,
                                                  const PreemptionView& view) const override {
    if (by_priority_.empty() || by_priority_.begin()->first >= request.priority ||
        in_vain_.knows(request, view, request.priority)) {
      return std::nullopt;
    }
    auto found = Search(request, view, placer(), candidates(request, view), tries_).cheapest();
    if (!found) {
      in_vain_.add(request, view, request.priority);
      return std::nullopt;
    }
    Eviction eviction;
    eviction.placement = std::move(found->second);
    for (const JobId job : found->first) {
      const bool back = comes_back(view.running.at(job).request);
      eviction.victims.push_back({job, back ? Yield::requeue : Yield::cancel, {}});
    }
    return eviction;
  }

 private:
  void started(const Request& request, const Placement& /*placement*/, SimTime /*now*/) override {
    in_vain_.clear();
    by_priority_.emplace(request.priority, request.id);
  }
  void stopped(const Request& request, Stop /*how*/, SimTime /*now*/) override {
    in_vain_.clear();
    by_priority_.erase({request.priority, request.id});
  }
  // Who started in this very pass is let be.
  [[nodiscard]] static bool inside(const Holding& holding, const Request& request,
                                   const PreemptionView& view) {
    return view.scope == all_nodes ||
           in_the_way(holding, request, view.draft.scopes().nodes(view.scope),
                      view.draft.cluster().fleet());
  }
  [[nodiscard]] std::vector<Stoppable> candidates(const Request& request,
                                                  const PreemptionView& view) const {
    std::vector<Stoppable> all;
    const Cluster& cluster = view.draft.cluster();
    for (const auto& [priority, job] : by_priority_) {
      if (priority >= request.priority) {
        break;
      }
      if (cluster.holds(job) && inside(cluster.holding(job), request, view)) {
        all.push_back({job, price_of(view.running.at(job), view.now), &cluster.holding(job)});
      }
    }
    return all;
  }

  std::int64_t tries_ = 2000;
  std::set<std::pair<std::int32_t, JobId>> by_priority_;  // those that run
  mutable InVain in_vain_;
};

}  // namespace

std::unique_ptr<Preemption> cheapest(Setting setting) {
  return std::make_unique<Cheapest>(setting);
}

}  // namespace berth
