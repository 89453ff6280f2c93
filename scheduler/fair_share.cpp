#include "scheduler/fair_share.hpp"

#include "core/check.hpp"

namespace berth {

FairShare::FairShare(const SlurmSite& site, const MultifactorOptions& options)
    : options_(options), kept_(decay(options.period, options.half_life)) {
  for (const SlurmAssociation& one : site.associations()) {
    tree_.push_back({one.parent, one.user, one.shares, 0});
  }
  lately_.resize(tree_.size());
  factors_ = fair_tree(tree_);
}

FairShare::User FairShare::user(SlurmSite::Membership membership, TenantId tenant) {
  if (membership.user) {
    return *membership.user;
  }
  const auto [at, fresh] =
      newcomers_.try_emplace({membership.account, tenant}, static_cast<User>(tree_.size()));
  if (fresh) {
    tree_.push_back({membership.account, true, 1, 0});
    lately_.push_back(0);
  }
  return at->second;
}

std::optional<FairShare::User> FairShare::find(SlurmSite::Membership membership,
                                               TenantId tenant) const {
  if (membership.user) {
    return membership.user;
  }
  const auto at = newcomers_.find({membership.account, tenant});
  return at == newcomers_.end() ? std::nullopt : std::optional(at->second);
}

void FairShare::started(JobId job, User user, double rate, SimTime now) {
  advance(now);
  running_[job] = {user, rate, now};
}

void FairShare::stopped(JobId job, SimTime now) {
  advance(now);
  const auto found = running_.find(job);
  check(found != running_.end(), "only a job that runs stops using");
  count(found->second, now);
  running_.erase(found);
}

void FairShare::count(Running& running, SimTime until) {
  lately_[running.user] +=
      running.rate * (static_cast<double>((until - running.since).count()) / 1e9);
  running.since = until;
}

void FairShare::end_period(SimTime at) {
  for (auto& [job, running] : running_) {
    count(running, at);
  }
  for (std::size_t i = 0; i < tree_.size(); ++i) {
    tree_[i].usage = tree_[i].usage * kept_ + lately_[i];
    lately_[i] = 0;
  }
  ended_ = at;
}

void FairShare::advance(SimTime now) {
  while (now - ended_ >= options_.period) {
    end_period(ended_ + options_.period);
  }
}

bool FairShare::refresh(SimTime now) {
  advance(now);
  if (published_ == ended_ && factors_.size() == tree_.size()) {
    return false;
  }
  published_ = ended_;
  factors_ = fair_tree(tree_);
  return true;
}

}  // namespace berth
