#include <array>

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

constexpr std::array backfills{
    Maker<Backfill>{"none", "nobody overtakes the first waiting job",
                    [](Setting) { return no_backfill(); }},
    Maker<Backfill>{"easy", "whoever does not delay the first waiting job overtakes; scan: ORDER",
                    read_easy},
    Maker<Backfill>{"conservative", "whoever delays no waiting job overtakes",
                    [](Setting) { return conservative(); }},
    Maker<Backfill>{"best_effort", "whoever has room starts; nothing is promised to who has none",
                    [](Setting) { return best_effort(); }},
};

}  // namespace

std::unique_ptr<Backfill> make_backfill(Setting setting) { return make(backfills, setting); }
std::vector<std::string_view> backfill_names() { return names(backfills); }
std::string_view backfill_summary(std::string_view name) { return summary(backfills, name); }

}  // namespace berth
