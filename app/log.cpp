#include "app/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

namespace berth {

Log::Log(std::ostream& out, Level level) : level_(level) {
  auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(out);
  logger_ = std::make_shared<spdlog::logger>("berth", std::move(sink));
  logger_->set_pattern("%l: %v");
  logger_->set_level(level == Level::quiet      ? spdlog::level::off
                     : level == Level::warnings ? spdlog::level::warn
                                                : spdlog::level::info);
}

void Log::info(const std::string& text) const { logger_->info("{}", text); }
void Log::warning(const std::string& text) const { logger_->warn("{}", text); }

}  // namespace berth
