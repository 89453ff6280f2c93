#include "simulator/sinks/lease_table.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <fmt/format.h>

#include "simulator/allocator/lease_numbers.hpp"
#include "simulator/sinks/text.hpp"

namespace berth {
namespace {

constexpr std::string_view header =
    "lease,tenant,kind,nodes,state,asked_s,begun_s,full_s,ended_s,contracted_gpu_s,owed_gpu_s,"
    "delivered_gpu_s,below_s,breaches,failures,replacements,replacing_s,replacing_most_s,due_s,"
    "late_s,moves,moving_s,upgrading_gpu_s\n";

std::string point(const std::optional<SimTime>& at) {
  return at ? exact_seconds(at->time_since_epoch().count()) : "";
}

class LeaseTable final : public Sink {
 public:
  explicit LeaseTable(TextOut& out) : out_(out) { out_.write(header); }

  void on(SimTime now, const Record& record) override {
    if (const auto* told = std::get_if<LeaseTold>(&record)) {
      book_.on(now, *told);
    }
  }
  void finish(SimTime now) override {
    for (const LeaseLine& line : book_.finish(now).leases) {
      write(line);
    }
  }

 private:
  void write(const LeaseLine& line) {
    const auto length = [](Duration of) { return exact_seconds(of.count()); };
    out_.write(fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n",
                           line.contract.name, line.contract.tenant, to_string(line.contract.kind),
                           line.contract.nodes, to_string(line.last), point(line.asked),
                           point(line.begun), point(line.full), point(line.ended),
                           exact_gpu_seconds(line.contracted), exact_gpu_seconds(line.owed),
                           exact_gpu_seconds(line.delivered), length(line.below), line.breaches,
                           line.failures, line.replacements, length(line.replacing),
                           length(line.replacing_most), point(line.due), length(line.late),
                           line.moves, length(line.moving), exact_gpu_seconds(line.upgrading)));
  }

  TextOut& out_;
  LeaseBook book_;
};

}  // namespace

std::unique_ptr<Sink> lease_table(TextOut& out) { return std::make_unique<LeaseTable>(out); }

}  // namespace berth
