#include "scheduler/policy.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace berth {
namespace {

Estimates read_estimates(Setting policy) {
  Estimates estimates;
  if (const auto setting = policy.find("estimates")) {
    estimates.kind = setting->kind_among({"user", "exact"}) == 0 ? Estimates::Kind::user
                                                                 : Estimates::Kind::exact;
    if (estimates.kind == Estimates::Kind::user && setting->is_map()) {
      estimates.factor = setting->number_or("factor", 1.0, 1.0, 1000.0);
    }
  } else {
    static_cast<void>(policy.text_or("estimates", "user"));
  }
  return estimates;
}

// One, or a list of them.
std::vector<std::unique_ptr<Admission>> read_admission(Setting policy) {
  std::vector<std::unique_ptr<Admission>> all;
  std::set<std::string> kinds;
  const auto setting = policy.find("admission");
  if (!setting) {
    return all;
  }
  for (const Setting& one : setting->is_list() ? setting->items() : std::vector{*setting}) {
    if (!kinds.insert(one.kind()).second) {
      one.fail("stands twice: '" + one.kind() + "'", "keep one of them");
    }
    all.push_back(make_admission(one));
  }
  return all;
}

// A part that shares the books of an admission is nothing without it.
void refuse_without_admission(Setting policy, const Listener& part, std::string_view key) {
  if (part.needs().empty()) {
    return;
  }
  if (const auto written = policy.find("admission")) {
    for (const Setting& one : written->is_list() ? written->items() : std::vector{*written}) {
      if (one.kind() == part.needs()) {
        return;
      }
    }
  }
  policy.at(key).fail("needs the admission " + std::string(part.needs()),
                      "write admission: {kind: " + std::string(part.needs()) + ", ...} beside it");
}

// The part at `key`, or the default one, which then shows in the resolved config.
template <class Part>
Part part(Setting policy, std::string_view key, std::string_view otherwise, Part (*make)(Setting),
          Part (*make_default)()) {
  if (const auto setting = policy.find(key)) {
    return make(*setting);
  }
  static_cast<void>(policy.text_or(key, otherwise));
  return make_default();
}

}  // namespace

Policy make_policy(Setting setting) {
  Policy policy;
  policy.order = part(setting, "order", "fifo", make_order, fifo);
  policy.placer = part(setting, "placer", "best_fit", make_placer, best_fit);
  policy.backfill = part(setting, "backfill", "none", make_backfill, no_backfill);
  policy.preemption = part<std::unique_ptr<Preemption>>(
      setting, "preemption", "none", make_preemption, [] { return std::unique_ptr<Preemption>(); });
  if (policy.preemption && policy.preemption->afresh() &&
      policy.backfill->holds() != Holds::nobody) {
    setting.at("backfill")
        .fail("promises nothing where every plan places all jobs afresh", "leave backfill: none");
  }
  if (policy.placer->heeds().group && promises_slots(*policy.backfill)) {
    setting.at("placer").fail("spreads pods, and the backfill promises slots without it",
                              "take backfill easy, best_effort or none");
  }
  policy.admission = read_admission(setting);
  policy.site = SlurmSite::read(setting);
  if (policy.backfill->holds() == Holds::everyone &&
      !std::ranges::all_of(policy.admission, &Admission::scope_foretold)) {
    setting.at("backfill")
        .fail("promises nodes to every job, but which nodes these may be goes by the quota in use",
              "take easy, slurm or none");
  }
  refuse_without_admission(setting, *policy.order, "order");
  if (policy.preemption) {
    policy.preemption->check_site(*policy.site, setting.at("preemption"));
    refuse_without_admission(setting, *policy.preemption, "preemption");
  }
  policy.estimates = read_estimates(setting);
  policy.planning = setting.choice_or("planning", "per_instant", {"per_event", "per_instant"}) == 0
                        ? Planning::per_event
                        : Planning::per_instant;
  return policy;
}

}  // namespace berth
