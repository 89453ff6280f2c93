// What if these jobs were gone? Takes jobs away from the draft one by one, asks whether the request
// has room then, gives back the ones that turn out not to be needed, and all of them in the end.
// Who keeps books of his own, as of quota, changes them along.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "scheduler/preemption.hpp"

namespace berth {

class RoomTrial {
 public:
  // All outlive the trial.
  RoomTrial(const Request& request, const PreemptionView& view, const Placer& placer)
      : request_(request), view_(view), placer_(placer) {}
  virtual ~RoomTrial() { give_all_back(); }
  RoomTrial(const RoomTrial&) = delete;
  RoomTrial& operator=(const RoomTrial&) = delete;

  // Takes one more away. True when there is room then.
  bool take(const Victim& victim);
  // REQUIRES: there is room, and was none without the last one taken.
  void give_back_what_is_not_needed();
  void give_all_back();
  // REQUIRES: there was room after the last change. Gives all back.
  [[nodiscard]] Eviction eviction();

 protected:
  [[nodiscard]] const Request& request() const { return request_; }

 private:
  virtual void taken(JobId /*job*/) {}
  virtual void given_back(JobId /*job*/) {}
  // What else has to be true.
  [[nodiscard]] virtual bool admitted() const { return true; }

  void remove(const Victim& victim);
  void give_last_back();
  bool has_room();

  const Request& request_;
  const PreemptionView& view_;
  const Placer& placer_;
  std::vector<Victim> taken_;
  std::optional<Placement> placement_;  // where there was room last
};

}  // namespace berth
