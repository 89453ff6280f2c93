#include "simulator/sinks/preemption_table.hpp"

#include <array>
#include <concepts>
#include <string>
#include <string_view>
#include <variant>

#include <fmt/format.h>

#include "simulator/preemption_book.hpp"

namespace berth {
namespace {

constexpr std::string_view header =
    "time_s,job_id,by_job_id,mode,grace_s,ran_s,gpus,lost_gpu_s,started_s,used_gpus\n";

class PreemptionTable final : public Sink {
 public:
  PreemptionTable(TextOut& out, Sources sources) : out_(out), sources_(sources) {
    out_.write(header);
  }

  void on(SimTime now, const Record& record) override {
    std::visit(
        [this, now](const auto& one) {
          if constexpr (requires { book_.on(now, one); }) {
            book_.on(now, one);
          }
        },
        record);
    write();
  }
  void finish(SimTime /*now*/) override {
    book_.finish();
    write();
  }

 private:
  void write() {
    constexpr std::array modes{"cancel", "requeue", "suspend"};
    for (const PreemptionLine& line : book_.take_settled()) {
      const auto seconds = [](Duration length) { return exact_seconds(length.count()); };
      out_.write(fmt::format("{},{},{},{},{},{},{},{},{},{}\n", seconds(line.at.time_since_epoch()),
                             csv_field(sources_.name_of(line.number, line.source)),
                             csv_field(sources_.name_of(line.by_number, line.by_source)),
                             modes.at(static_cast<std::size_t>(line.how)), seconds(line.grace),
                             seconds(line.ran), line.gpus, exact_gpu_seconds(line.destroyed),
                             line.used ? seconds(line.used->time_since_epoch()) : "",
                             line.used_gpus));
    }
  }

  TextOut& out_;
  Sources sources_;
  PreemptionBook book_;
};

}  // namespace

std::unique_ptr<Sink> preemption_table(TextOut& out, Sources sources) {
  return std::make_unique<PreemptionTable>(out, sources);
}

}  // namespace berth
