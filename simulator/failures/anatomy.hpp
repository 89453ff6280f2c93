// What a failure of a node is like: its cause, how soon it is noticed, how grave it is, and what
// the node goes through until it is back. As a config writes it, over a preset's or the usual one:
//
//   mix: {gpu: 0.7, host: {share: 0.3, severity: low, repair: reboot, noticed_after: 10s}}
//   noticed_after: {kind: uniform, low: 0s, high: 5m}     whatever the cause
//   repair: 4h                                            out for so long, however it failed; or
//   repair: {classes: {reset: 0.35, reboot: 0.25, swap: 0.3, rma: 0.1}, reset: 5m, ..., test: 20m}
//     and fails_again: {share: 0.1, after: 1d} of these: handed back with the same fault
//
// A cause is of `hardware` (repaired by one of the classes), solved by a `reboot`, or of
// `software`: then only the job is hit, and its nodes stay.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/distribution.hpp"
#include "core/samplers.hpp"
#include "simulator/failures/failure.hpp"

namespace berth {

enum class Mend : std::uint8_t { hardware, reboot, software };

// How a cause comes to be known, where nobody says more.
enum class Notice : std::uint8_t {
  crash,    // in 10 s: a process dies
  poll,     // at the next poll of Xid and kernel logs, every 5 minutes
  hang,     // after 10 minutes: the time-out of a collective
  planned,  // at once: somebody does it
};

struct CauseLine {
  std::string_view name;
  double weight = 1;
  Mend mend = Mend::hardware;
  Notice notice = Notice::poll;
};

// What the repairs of hardware take; medians and shares of section 8 of the parameters, which are
// assumptions around an MTTR of hours for most and days for what goes to its vendor.
class Repairs {
 public:
  static Repairs read(Setting process);

  // Appends to the course. Draws as many as the repair has steps.
  void draw(Mend mend, Random& draws, std::vector<Stage>& course) const;
  // Whether it was in vain, and how long after the node is back that shows.
  [[nodiscard]] bool in_vain(Random& draws) const;
  [[nodiscard]] Duration shows_after(Random& draws) const { return again_after_.sample(draws); }
  [[nodiscard]] double in_vain() const { return fails_again_; }
  // Of a node that is given up: another comes in its place, after so long.
  static std::vector<Stage> replacement(Duration comes_after);
  // The mean time until a node is back after a failure of hardware.
  [[nodiscard]] Duration mean() const;

 private:
  enum class Class : std::uint8_t { reset, reboot, swap, rma };
  Repairs();
  void read_classes(Setting map);
  [[nodiscard]] const Distribution& of(NodeState state) const;
  void add(NodeState state, const Distribution& lasts, Random& draws,
           std::vector<Stage>& course) const;
  void draw_class(Class which, Random& draws, std::vector<Stage>& course) const;

  std::optional<Distribution> whole_;  // out for so long, and nothing else is known
  std::array<double, 4> shares_;
  std::array<Distribution, 4> lasts_;  // by class
  Distribution triage_;
  Distribution onboard_;
  Distribution seatrial_;
  Distribution zap_;
  Distribution test_;
  double fails_test_ = 0;  // then it goes through triage and debug again
  double fails_again_ = 0;
  Distribution again_after_;
};

class Anatomy {
 public:
  static Anatomy read(Setting process, std::span<const CauseLine> usual);

  // All but its time and nodes; `gpus` are those of its node.
  void draw(Random& draws, std::uint32_t gpus, Failure& failure) const;
  [[nodiscard]] std::vector<std::string> causes() const;
  // Whether a failure of this cause stops whoever runs on the node, and takes the node out.
  [[nodiscard]] bool evicts(std::size_t cause) const {
    return causes_[cause].severity == Severity::high && causes_[cause].mend != Mend::software;
  }
  [[nodiscard]] bool of_software(std::size_t cause) const {
    return causes_[cause].mend == Mend::software;
  }
  // Of all failures.
  [[nodiscard]] double share(std::size_t cause) const;
  [[nodiscard]] const Repairs& repairs() const { return repairs_; }
  // Of a failure, how often it interrupts whoever runs there: it may come again.
  [[nodiscard]] double interrupting() const;

 private:
  struct Cause {
    std::string name;
    double weight = 1;
    Severity severity = Severity::high;
    Mend mend = Mend::hardware;
    Distribution noticed_after;
  };
  Anatomy(std::vector<Cause> causes, Repairs repairs);
  static Cause read_cause(const std::string& name, Setting written);
  static std::vector<Cause> read_mix(Setting mix);

  std::vector<Cause> causes_;
  Weighted pick_;
  Repairs repairs_;
};

// 5 minutes and so on, as Notice says.
Distribution noticed_after(Notice notice);

}  // namespace berth
