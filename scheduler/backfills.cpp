#include <array>

#include "core/units.hpp"
#include "scheduler/backfill.hpp"
#include "scheduler/maker.hpp"

namespace berth {
namespace {

// `scan: fifo` is the order of the queue itself, and what is meant when none is written.
std::unique_ptr<Backfill> read_easy(Setting setting) {
  const auto scan = setting.find("scan");
  if (!scan) {
    static_cast<void>(setting.text_or("scan", "fifo"));
    return easy(nullptr);
  }
  if (scan->kind() == "multifactor") {
    scan->fail("keeps books of the whole queue, and orders no scan", "write it at `order`");
  }
  return easy(scan->kind() == "fifo" ? nullptr : make_order(*scan));
}

// The ranges are Slurm's.
Duration within(Setting setting, std::string_view key, Duration otherwise, Duration least,
                Duration most) {
  const Duration length = setting.duration_or(key, otherwise);
  if (length < least || length > most) {
    setting.at(key).fail(length < least ? "is too short" : "is too long",
                         format_duration(least) + " to " + format_duration(most));
  }
  return length;
}

std::size_t limit(Setting setting, std::string_view key, std::size_t otherwise,
                  std::int64_t least) {
  return static_cast<std::size_t>(
      setting.count_or(key, static_cast<std::int64_t>(otherwise), least, 1'000'000));
}

// Of those that a cycle tests.
std::size_t limit_among(Setting setting, std::string_view key, std::size_t tested) {
  const std::size_t most = limit(setting, key, 0, 0);
  if (most > tested) {
    setting.at(key).fail("is more than a cycle tests: bf_max_job_test is " + std::to_string(tested),
                         "0 is no limit");
  }
  return most;
}

std::unique_ptr<Backfill> read_slurm(Setting setting) {
  using std::chrono::hours;
  constexpr Duration second = std::chrono::seconds(1);
  SlurmBackfill options;
  options.interval = within(setting, "bf_interval", options.interval, second, hours(3));
  options.max_job_test = limit(setting, "bf_max_job_test", options.max_job_test, 1);
  options.max_job_user = limit_among(setting, "bf_max_job_user", options.max_job_test);
  options.max_job_part = limit_among(setting, "bf_max_job_part", options.max_job_test);
  options.max_job_user_part = limit_among(setting, "bf_max_job_user_part", options.max_job_test);
  options.max_job_start = limit(setting, "bf_max_job_start", options.max_job_start, 0);
  options.job_part_count_reserve =
      limit(setting, "bf_job_part_count_reserve", options.job_part_count_reserve, 0);
  options.window =
      within(setting, "bf_window", options.window, std::chrono::minutes(1), hours(24 * 30));
  options.resolution = within(setting, "bf_resolution", options.resolution, second, hours(1));
  options.default_queue_depth =
      limit(setting, "default_queue_depth", options.default_queue_depth, 1);
  options.partition_job_depth =
      limit(setting, "partition_job_depth", options.partition_job_depth, 0);
  options.sched_interval =
      within(setting, "sched_interval", options.sched_interval, second, hours(24));
  return slurm_backfill(options);
}

constexpr std::array backfills{
    Maker<Backfill>{"none", "nobody overtakes the first waiting job",
                    [](Setting) { return no_backfill(); }},
    Maker<Backfill>{"easy", "whoever does not delay the first waiting job overtakes; scan: ORDER",
                    read_easy},
    Maker<Backfill>{"conservative", "whoever delays no waiting job overtakes",
                    [](Setting) { return conservative(); }},
    Maker<Backfill>{"slurm",
                    "a strict main loop, and a cycle now and then that reserves as Slurm's",
                    read_slurm},
    Maker<Backfill>{"best_effort", "whoever has room starts; nothing is promised to who has none",
                    [](Setting) { return best_effort(); }},
};

}  // namespace

std::unique_ptr<Backfill> make_backfill(Setting setting) { return make(backfills, setting); }
std::vector<std::string_view> backfill_names() { return names(backfills); }
std::string_view backfill_summary(std::string_view name) { return summary(backfills, name); }

}  // namespace berth
