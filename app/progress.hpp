// A line on the terminal that says how far a run is. It never shows in a pipe.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

#include "app/wall_clock.hpp"
#include "core/time.hpp"

namespace berth {

class Progress {
 public:
  explicit Progress(std::ostream& terminal) : terminal_(terminal) {}
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Both show at most ten times a second.
  void show_run(std::optional<double> part, SimTime now, std::uint64_t events);
  void show_runs(std::size_t done, std::size_t all);

 private:
  [[nodiscard]] bool is_due();
  void put(const std::string& line);
  void clear();
  [[nodiscard]] std::string bar(double part) const;

  std::ostream& terminal_;
  Stopwatch watch_;
  double shown_at_ = 0;
  bool visible_ = false;
};

}  // namespace berth
