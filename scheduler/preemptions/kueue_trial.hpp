// What if these jobs were gone, for nodes and quota alike; see RoomTrial.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "scheduler/admissions/kueue.hpp"
#include "scheduler/preemptions/room_trial.hpp"

namespace berth {

class KueueTrial final : public RoomTrial {
 public:
  struct Candidate {
    Victim victim;
    KueueQueues::Charge charge;
    std::int32_t priority = 0;
    std::uint32_t started = 0;  // in the order of starts
    bool own = false;           // of the queue of the request
  };
  // Whether the queue of the request may use more than it has.
  enum class Borrows : std::uint8_t { no, yes };

  // All outlive the trial.
  KueueTrial(const Request& request, const PreemptionView& view, const KueueQueues& queues,
             const Placer& placer);
  ~KueueTrial() override;

  [[nodiscard]] const KueueQueues::Charge& wants() const { return wants_; }
  [[nodiscard]] std::int32_t priority() const { return request().priority; }

  // True when the queue, and each of its cohorts that is not the request's too, borrows what the
  // request asks for: what it holds of that is not its own.
  [[nodiscard]] bool takes_from(std::uint32_t queue) const;
  // The shares of the two sides, below the cohort that they have in common: with the request, that
  // of its side is not above that of the other without the candidate (`finally`), or below that of
  // the other with it.
  [[nodiscard]] bool is_fair(const Candidate& from, bool finally) const;
  // See Quota::places().
  [[nodiscard]] std::vector<std::uint32_t> places() const { return quota_.places(); }

  // Takes from them in order until there is room, and gives back what is not needed. False when
  // there never is: then all are given back.
  bool take_from(const std::vector<Candidate>& candidates, Borrows borrows);

 private:
  void taken(JobId job) override;
  void given_back(JobId job) override;
  [[nodiscard]] bool admitted() const override;
  [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> sides(std::uint32_t queue) const;

  const KueueQueues& queues_;
  Quota& quota_;
  KueueQueues::Charge wants_;
  Borrows borrows_ = Borrows::yes;
};

}  // namespace berth
