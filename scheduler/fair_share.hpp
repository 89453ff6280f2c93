// The books of fair share: what each user has used, decayed period by period, and their rank in the
// Fair Tree (fair_tree.hpp) as of the last period. At the end of each period what was used before
// is decayed for its whole length, and what was used in it is added.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "scheduler/fair_tree.hpp"
#include "scheduler/multifactor.hpp"
#include "scheduler/slurm_site.hpp"

namespace berth {

class FairShare {
 public:
  using User = std::uint32_t;  // an index into the tree

  // `options` outlive it.
  FairShare(const SlurmSite& site, const MultifactorOptions& options);

  // The user of a job; an open account takes up who is new in it, with one share.
  User user(SlurmSite::Membership membership, TenantId tenant);
  [[nodiscard]] std::optional<User> find(SlurmSite::Membership membership, TenantId tenant) const;

  // It uses so much a second from now on. REQUIRES: time never goes back.
  void started(JobId job, User user, double rate, SimTime now);
  void stopped(JobId job, SimTime now);  // REQUIRES: it started

  // Ends the periods up to now. True when one ended, or a user is new, since the last call.
  bool refresh(SimTime now);
  // As of the last refresh(); 0 for users newer than that.
  [[nodiscard]] double factor(User user) const {
    return user < factors_.size() ? factors_[user] : 0;
  }
  // The end of the last period, as of the last refresh().
  [[nodiscard]] SimTime period_end() const { return published_; }
  // What the user used, decayed, by the end of the last period.
  [[nodiscard]] double usage(User user) const { return tree_[user].usage; }

 private:
  struct Running {
    User user = 0;
    double rate = 0;
    SimTime since{};  // not yet counted
  };
  void advance(SimTime now);
  void end_period(SimTime at);
  void count(Running& running, SimTime until);

  const MultifactorOptions& options_;
  double kept_;  // of what was used, by period
  std::vector<FairTreeNode> tree_;
  std::vector<double> lately_;  // used in the present period, by node
  std::map<std::pair<std::uint32_t, TenantId>, User> newcomers_;
  std::map<JobId, Running> running_;
  std::vector<double> factors_;
  SimTime ended_{};      // the last period
  SimTime published_{};  // the one that factors_ are of
};

}  // namespace berth
