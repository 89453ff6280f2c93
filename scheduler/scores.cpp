#include <algorithm>
#include <array>

#include "core/check.hpp"
#include "scheduler/score.hpp"

namespace berth {
namespace {

struct Entry {
  std::string_view name;
  std::string_view does;
  MakeScore (*make)(Setting options);
};

MakeScore plain(std::unique_ptr<const Score> (*make)(const Fleet&)) {
  return {[make](const Fleet& fleet, const SeenPods*) { return make(fleet); }, false};
}

#define SCORE(name, does) Entry{#name, does, [](Setting) { return plain(scores::name); }},
#define SCORE_ONLY(name, does) SCORE(name, does)
#define SCORE_WITH_OPTIONS(name, does) Entry{#name, does, scores::name},
constexpr std::array table{
#include "scheduler/scores.inc"
};
#undef SCORE_WITH_OPTIONS
#undef SCORE_ONLY
#undef SCORE

}  // namespace

MakeScore make_score(std::string_view name, Setting options) {
  const auto entry = std::ranges::find(table, name, &Entry::name);
  check(entry != table.end(), "a score that is asked for is in the table");
  return entry->make(options);
}

std::vector<std::string_view> score_names() {
  std::vector<std::string_view> names;
  for (const Entry& entry : table) {
    names.push_back(entry.name);
  }
  return names;
}

std::string_view score_summary(std::string_view name) {
  const auto entry = std::ranges::find(table, name, &Entry::name);
  return entry == table.end() ? "" : entry->does;
}

LargestNode largest_node(const Fleet& fleet) {
  LargestNode largest;
  for (const NodeKind& kind : fleet.kinds()) {
    largest.cpu_milli = std::max(largest.cpu_milli, kind.cpu_milli);
    largest.gpu_milli = std::max(largest.gpu_milli, std::int64_t{kind.gpus} * gpu_milli_all);
  }
  return largest;
}

}  // namespace berth
