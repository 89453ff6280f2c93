#include "app/progress.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/table.hpp"

namespace berth {
namespace {

constexpr double interval_s = 0.1;
constexpr std::size_t bar_width = 30;

}  // namespace

bool Progress::is_due() {
  const double now = watch_.seconds();
  if (now - shown_at_ < interval_s) {
    return false;
  }
  shown_at_ = now;
  return true;
}

void Progress::put(const std::string& line) {
  visible_ = true;
  terminal_ << "\r\x1b[K" << line << std::flush;
}

void Progress::clear() {
  if (visible_) {
    terminal_ << "\r\x1b[K" << std::flush;
  }
}

std::string Progress::bar(double part) const {
  part = std::clamp(part, 0.0, 1.0);
  const auto filled = static_cast<std::size_t>(part * bar_width);
  std::string text = fmt::format("[{}{}] {:3.0f} %", std::string(filled, '#'),
                                 std::string(bar_width - filled, '.'), 100 * part);
  if (part > 0.01) {
    text += fmt::format("  {} left", readable_duration(shown_at_ * (1 - part) / part));
  }
  return text;
}

void Progress::show_run(std::optional<double> part, SimTime now, std::uint64_t events) {
  if (!is_due()) {
    return;
  }
  const auto simulated = static_cast<double>(now.time_since_epoch().count()) / 1e9;
  put(fmt::format("{}  {} simulated  {} events/s", part ? bar(*part) : "running",
                  readable_duration(simulated),
                  readable_number(static_cast<double>(events) / shown_at_, 0)));
}

void Progress::show_runs(std::size_t done, std::size_t all) {
  if (is_due()) {
    put(fmt::format("{}  {} of {} runs", bar(static_cast<double>(done) / static_cast<double>(all)),
                    done, all));
  }
}

}  // namespace berth
