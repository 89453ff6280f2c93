// Talk about the run, on stderr: warnings always, what happens only with -v, nothing with -q.
#pragma once

#include <memory>
#include <ostream>
#include <string>

namespace spdlog {
class logger;
}

namespace berth {

class Log {
 public:
  enum class Level { quiet, warnings, info };

  Log(std::ostream& out, Level level);

  void info(const std::string& text) const;
  void warning(const std::string& text) const;
  [[nodiscard]] Level level() const { return level_; }

 private:
  Level level_;
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace berth
