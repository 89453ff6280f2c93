#include "workloads/traces/log_options.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <utility>
#include <vector>

#include "core/samplers.hpp"
#include "workloads/bytes.hpp"

namespace berth {
namespace {

LogWindow read_window(Setting map) {
  LogWindow window;
  window.from = map.duration_or("from", window.from);
  if (const auto until = map.find("until")) {
    window.until = until->duration();
    if (window.until <= window.from) {
      until->fail("must be later than from");
    }
  }
  window.load_scale = map.number_or("load_scale", 1, 1e-3, 1e3);
  if (const auto most = map.find("max_jobs")) {
    window.max_jobs = static_cast<std::uint64_t>(most->count(1, 1'000'000'000));
  }
  return window;
}

class InWindow final : public JobSource {
 public:
  InWindow(std::unique_ptr<JobSource> log, const LogOptions& options)
      : log_(std::move(log)), path_(options.path), window_(options.window) {}

  bool next(Job& job) override {
    while (given_ < window_.max_jobs && log_->next(job)) {
      const Duration submit = job.submit - SimTime{};
      if (submit >= window_.until) {
        break;
      }
      if (submit >= window_.from) {
        job.submit = SimTime{scaled(submit - window_.from)};
        ++given_;
        return true;
      }
    }
    if (given_ == 0) {
      throw InputError(Where{path_}, "holds no job between from and until");
    }
    return false;
  }
  [[nodiscard]] std::optional<double> progress() const override {
    const double by_count = static_cast<double>(given_) / static_cast<double>(window_.max_jobs);
    return std::max(by_count, log_->progress().value_or(0));
  }
  [[nodiscard]] std::vector<SourceWarning> warnings() const override { return log_->warnings(); }

 private:
  [[nodiscard]] Duration scaled(Duration submit) const {
    if (window_.load_scale == 1) {
      return submit;
    }
    const std::chrono::duration<double> seconds = submit;
    return to_duration(seconds.count() / window_.load_scale);
  }

  std::unique_ptr<JobSource> log_;
  std::string path_;
  LogWindow window_;
  std::uint64_t given_ = 0;
};

}  // namespace

std::string read_log_path(Setting map) {
  const Setting file = map.at("file");
  const std::filesystem::path written = file.text();
  if (written.empty()) {
    file.fail("must be the path of a file, is empty");
  }
  const std::filesystem::path folder = std::filesystem::path(file.where().path).parent_path();
  std::string path = written.is_absolute() ? written.string() : (folder / written).string();
  if (const std::string why = unreadable(path); !why.empty()) {
    file.fail("'" + path + "': " + why);
  }
  return path;
}

LogOptions LogOptions::read(Setting map) {
  LogOptions options;
  options.path = read_log_path(map);
  options.window = read_window(map);
  options.labels = Labels::read(map, "training", 0);
  if (map.find("tenant")) {
    options.tenant = read_name(map, "tenant", default_name);
  }
  return options;
}

std::unique_ptr<JobSource> in_window(std::unique_ptr<JobSource> log, const LogOptions& options) {
  return std::make_unique<InWindow>(std::move(log), options);
}

}  // namespace berth
