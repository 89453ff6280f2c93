// Kueue's preemption. Candidates are jobs of the same cluster queue (within_cluster_queue) and of
// others in its cohort that borrow (reclaim_within_cohort). They are taken away one by one until
// the quota and the nodes have room, then given back, the last first, as far as the room lasts.
//
// Without fair sharing others in the cohort come first, then the lowest priority, then who started
// last; and a queue takes from others only what it does not borrow itself, unless
// borrow_within_cohort lets it take from lower priorities. With fair_sharing the queue of the
// largest share gives first, of it the lowest priority, then the smallest job, under these rules:
//
//   LessThanOrEqualToFinalShare  the share of who takes, afterwards, is not above that of who
//   gives,
//                                afterwards
//   LessThanInitialShare         ... is below that of who gives, before; asked of the candidates
//                                that the other rule left, when these do not do
#include "scheduler/admissions/kueue.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include "scheduler/preemption.hpp"
#include "scheduler/preemptions/kueue_trial.hpp"

namespace berth {
namespace {

using Candidate = KueueTrial::Candidate;
using Candidates = std::vector<Candidate>;

enum class Within : std::uint8_t { never, lower, lower_or_newer };
enum class Reclaim : std::uint8_t { never, lower, any };
enum class Strategy : std::uint8_t { final_share, initial_share };

struct Options {
  Within within = Within::lower;
  Reclaim reclaim = Reclaim::any;
  bool borrow = false;
  std::int32_t borrow_below = std::numeric_limits<std::int32_t>::max();  // or equal
  std::vector<Strategy> fair;                                            // empty: no fair sharing
};

Options read_options(Setting setting) {
  Options options;
  if (!setting.is_map()) {
    return options;
  }
  options.within = static_cast<Within>(
      setting.choice_or("within_cluster_queue", "LowerPriority",
                        {"Never", "LowerPriority", "LowerOrNewerEqualPriority"}));
  options.reclaim = static_cast<Reclaim>(
      setting.choice_or("reclaim_within_cohort", "Any", {"Never", "LowerPriority", "Any"}));
  const auto borrow = setting.find("borrow_within_cohort");
  if (borrow) {
    options.borrow = borrow->kind_among({"Never", "LowerPriority"}) == 1;
    if (options.borrow && borrow->is_map()) {
      options.borrow_below = static_cast<std::int32_t>(borrow->count_or(
          "max_priority_threshold", std::numeric_limits<std::int32_t>::max(),
          std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
    }
  }
  if (const auto fair = setting.find("fair_sharing")) {
    for (const Setting& one : fair->items()) {
      options.fair.push_back(static_cast<Strategy>(
          one.choice({"LessThanOrEqualToFinalShare", "LessThanInitialShare"})));
    }
    if (options.fair.empty()) {
      fair->fail("names no strategy", "leave it out where shares do not count");
    }
    if (options.borrow) {
      borrow->fail("does not go with fair_sharing", "shares say who may take from whom");
    }
  }
  if (options.within == Within::never && options.reclaim == Reclaim::never) {
    setting.fail("nobody ever yields", "write preemption: none");
  }
  if (options.borrow && options.reclaim == Reclaim::never) {
    borrow->fail("takes from nobody where reclaim_within_cohort is Never");
  }
  return options;
}

class KueuePreemption final : public Preemption {
 public:
  explicit KueuePreemption(Options options) : options_(std::move(options)) {}

  [[nodiscard]] std::string_view needs() const override { return "kueue"; }
  [[nodiscard]] bool overrules(Reason refusal) const override { return refusal == Reason::quota; }
  void begin_run(const RunContext& context) override {
    Preemption::begin_run(context);
    queues_ = &kueue_of(context.admission);
  }

  [[nodiscard]] std::optional<Eviction> make_room(const Request& request,
                                                  const PreemptionView& view) const override {
    if (queues_->just_yielded(request, view.now)) {
      return std::nullopt;
    }
    for (const auto& admission : view.admission) {
      if (admission.get() != queues_ && admission->refuses(request, view.now)) {
        return std::nullopt;
      }
    }
    KueueTrial trial(request, view, *queues_, placer());
    const Candidates all = candidates(request, view, trial);
    const bool found = options_.fair.empty() ? classical(trial, all) : fairly(trial, all);
    return found ? std::optional(trial.eviction()) : std::nullopt;
  }

 private:
  [[nodiscard]] bool may_take_in_queue(const Request& from, const Request& by) const {
    const bool lower = from.priority < by.priority;
    const bool newer = from.priority == by.priority &&
                       std::tie(from.submit, from.sequence) > std::tie(by.submit, by.sequence);
    return options_.within != Within::never &&
           (lower || (newer && options_.within == Within::lower_or_newer));
  }
  [[nodiscard]] bool may_take_in_cohort(const Request& from, const Request& by) const {
    return options_.reclaim == Reclaim::any ||
           (options_.reclaim == Reclaim::lower && from.priority < by.priority);
  }

  [[nodiscard]] Candidates candidates(const Request& request, const PreemptionView& view,
                                      const KueueTrial& trial) const {
    const Quota& quota = queues_->quota();
    Candidates all;
    std::uint32_t started = 0;
    view.running.each([&](const RunningJobs::Running& running) {
      ++started;
      const Request& from = running.request;
      if (running.leaving || !view.draft.cluster().holds(from.id)) {
        return;  // told already, or started in this very plan
      }
      const auto& charge = queues_->charge(from.id);
      const bool own = charge.queue == trial.wants().queue;
      const bool same_flavor = charge.flavor == trial.wants().flavor;
      const bool may = own ? may_take_in_queue(from, request)
                           : may_take_in_cohort(from, request) && trial.takes_from(charge.queue);
      if (same_flavor && may && quota.root(charge.queue) == quota.root(trial.wants().queue)) {
        all.push_back(
            {{from.id, from.terms && !from.terms->requeue ? Yield::cancel : Yield::requeue},
             charge,
             from.priority,
             started,
             own});
      }
    });
    return all;
  }

  // The last resort is to take from its own queue alone.
  [[nodiscard]] bool classical(KueueTrial& trial, Candidates all) const {
    std::ranges::sort(all, [](const Candidate& a, const Candidate& b) {
      return std::tuple(a.own, a.priority, b.started) < std::tuple(b.own, b.priority, a.started);
    });
    Candidates own;
    std::ranges::copy_if(all, std::back_inserter(own), &Candidate::own);
    if (own.size() == all.size()) {
      return trial.take_from(all, KueueTrial::Borrows::yes);
    }
    if (options_.borrow) {
      Candidates lower;
      std::ranges::copy_if(all, std::back_inserter(lower), [&](const Candidate& one) {
        return one.own ||
               (one.priority < trial.priority() && one.priority <= options_.borrow_below);
      });
      if (trial.take_from(lower, KueueTrial::Borrows::yes)) {
        return true;
      }
    }
    return trial.take_from(all, KueueTrial::Borrows::no) ||
           trial.take_from(own, KueueTrial::Borrows::yes);
  }

  [[nodiscard]] bool fairly(KueueTrial& trial, Candidates all) const {
    for (const Strategy strategy : options_.fair) {
      if (fairly(trial, all, strategy)) {
        return true;
      }
    }
    trial.give_all_back();
    return false;
  }

  // Takes what the rule allows, from the largest share on; what it does not allow stays in `left`.
  // Shares, and so what is allowed, change only when somebody was taken.
  [[nodiscard]] static bool fairly(KueueTrial& trial, Candidates& left, Strategy strategy) {
    Candidates refused;
    const KueueQueues::Charge* refused_last = nullptr;
    sort_by_share(trial, left.begin(), left.end());
    for (auto next = left.begin(); next != left.end();) {
      const Candidate& one = *next++;
      const bool alike = refused_last != nullptr && one.charge == *refused_last;
      if (!one.own && !alike && !trial.takes_from(one.charge.queue)) {
        continue;  // others gave enough: its queue borrows no longer
      }
      if (!one.own && (alike || !trial.is_fair(one, strategy == Strategy::final_share))) {
        refused.push_back(one);
        refused_last = &one.charge;
        continue;
      }
      if (trial.take(one.victim)) {
        trial.give_back_what_is_not_needed();
        return true;
      }
      refused_last = nullptr;
      sort_by_share(trial, next, left.end());
    }
    left = std::move(refused);
    return false;
  }

  // The largest share first; of it the lowest priority, then the smallest job, then who started
  // last.
  static void sort_by_share(const KueueTrial& trial, Candidates::iterator from,
                            Candidates::iterator to) {
    const auto places = trial.places();
    std::sort(from, to, [&places](const Candidate& a, const Candidate& b) {
      return std::tuple(places[b.charge.queue], a.priority, a.charge.amounts, b.started) <
             std::tuple(places[a.charge.queue], b.priority, b.charge.amounts, a.started);
    });
  }

  Options options_;
  KueueQueues* queues_ = nullptr;
};

}  // namespace

std::unique_ptr<Preemption> kueue_preemption(Setting setting) {
  return std::make_unique<KueuePreemption>(read_options(setting));
}

}  // namespace berth
