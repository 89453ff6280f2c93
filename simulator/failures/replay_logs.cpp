#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "core/units.hpp"
#include "simulator/failures/replay.hpp"
#include "workloads/traces/timestamp.hpp"

namespace berth {
namespace {

std::uint32_t index_in(std::vector<std::string>& names, std::string_view name) {
  const auto known = std::ranges::find(names, name);
  const auto index = static_cast<std::uint32_t>(known - names.begin());
  if (known == names.end()) {
    names.emplace_back(name);
  }
  return index;
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

}  // namespace

FailureLog read_failure_csv(const std::string& path, const std::vector<std::string>& causes) {
  enum Column : std::size_t { time, node, cause, repair };
  Csv csv(TextLines::of_file(path), {"time_s", "node", "cause"}, {"repair_s"});
  FailureLog log;
  log.causes = causes;
  SimTime before{};
  while (csv.next()) {
    Recorded one;
    one.at = SimTime{csv.seconds(Column::time)};
    if (one.at < before) {
      csv.fail(Column::time, "is before the line above", "sort the lines by time");
    }
    before = one.at;
    one.node = csv.text(Column::node);
    const std::string_view name = csv.text(Column::cause);
    one.cause = index_in(log.causes, name);
    if (name.empty() || (!causes.empty() && log.causes.size() > causes.size())) {
      csv.fail(Column::cause, "no such cause " + quoted(name),
               "those of `causes`, or leave it out");
    }
    if (csv.has(Column::repair) && !csv.text(Column::repair).empty()) {
      one.out = csv.seconds(Column::repair);
    }
    log.failures.push_back(std::move(one));
  }
  return log;
}

FailureLog read_titan(const std::string& path) {
  enum Column : std::size_t { location, insert, remove, event };
  constexpr std::array<std::string_view, 2> events{"DBE", "OTB"};
  Csv csv(TextLines::of_file(path), {"location", "insert", "remove", "event"});
  FailureLog log;
  log.causes = {"double_bit_error", "off_the_bus"};
  std::map<std::string, std::uint32_t, std::less<>> places;
  std::optional<Duration> first;
  const auto date = [&](std::size_t column) {
    const auto time = parse_timestamp(csv.text(column));
    if (!time) {
      csv.fail(column, "must be a date and time, is " + quoted(csv.text(column)));
    }
    first = std::min(first.value_or(*time), *time);
    return *time;
  };
  while (csv.next()) {
    places.emplace(csv.text(Column::location), 0);
    if (!csv.text(Column::insert).empty()) {
      date(Column::insert);
    }
    const std::string_view text = csv.text(Column::event);
    if (text.empty()) {
      continue;
    }
    const auto cause = std::ranges::find(events, text);
    if (cause == events.end()) {
      csv.fail(Column::event, "no such event " + quoted(text), "DBE, OTB or nothing");
    }
    Recorded one;
    one.at = SimTime{date(Column::remove)};
    one.node = csv.text(Column::location);
    one.cause = static_cast<std::uint32_t>(cause - events.begin());
    log.failures.push_back(std::move(one));
  }
  for (auto& [name, place] : places) {
    place = log.places++;
  }
  for (Recorded& one : log.failures) {
    one.at -= *first;
    one.place = places.find(one.node)->second;
    one.node.clear();
  }
  std::ranges::stable_sort(log.failures, {},
                           [](const Recorded& one) { return std::pair(one.at, one.place); });
  return log;
}

namespace {

// Places that are taken, and since when the others are empty.
class SpotPlaces {
 public:
  explicit SpotPlaces(FailureLog& log) : log_(log) {}

  void comes(SimTime at, const std::string& name) {
    const std::uint32_t place = empty_.empty() ? log_.places : empty_.begin()->first;
    if (empty_.empty()) {
      ++log_.places;
      was_empty(place, SimTime{}, at, 0);
    } else {
      was_empty(place, empty_.begin()->second, at, 1);
      empty_.erase(empty_.begin());
    }
    taken_[name] = place;
  }
  bool goes(SimTime at, const std::string& name) {
    const auto place = taken_.find(name);
    if (place == taken_.end()) {
      return false;
    }
    empty_.emplace(place->second, at);
    taken_.erase(place);
    return true;
  }
  [[nodiscard]] bool has(const std::string& name) const { return taken_.contains(name); }
  void stay_empty() {
    for (const auto& [place, since] : empty_) {
      was_empty(place, since, SimTime{longest_duration}, 1);
    }
  }

 private:
  void was_empty(std::uint32_t place, SimTime since, SimTime until, std::uint32_t cause) {
    if (until > since) {
      log_.failures.push_back({since, "", place, cause, until - since});
    }
  }
  FailureLog& log_;
  std::map<std::string, std::uint32_t> taken_;
  std::map<std::uint32_t, SimTime> empty_;  // since
};

}  // namespace

// The file has no header.
FailureLog read_bamboo(const std::string& path) {
  constexpr std::int64_t ms_most = longest_duration.count() / 1'000'000;
  FailureLog log;
  log.causes = {"not_there_yet", "taken_away"};
  SpotPlaces places(log);
  TextLines lines = TextLines::of_file(path);
  SimTime before{};
  while (const auto line = lines.next()) {
    const auto comma = line->find(',');
    const auto second = line->find(',', comma + 1);
    const auto time = comma == line->npos ? std::nullopt : parse_integer(line->substr(0, comma));
    if (comma == line->npos || second == line->npos || !time || *time < 0 || *time > ms_most) {
      lines.fail("must be a time in ms, add or remove, and a name", "like 60000,add,node1");
    }
    const SimTime at{std::chrono::milliseconds(*time)};
    if (at < before) {
      lines.fail("is before the line above", "sort the lines by time");
    }
    before = at;
    const std::string_view what = line->substr(comma + 1, second - comma - 1);
    const std::string name(line->substr(second + 1));
    if (what == "add" && !places.has(name)) {
      places.comes(at, name);
    } else if (what != "remove" || !places.goes(at, name)) {
      lines.fail(quoted(name) + (what == "add"      ? " is there already"
                                 : what == "remove" ? " is not there"
                                                    : ": neither add nor remove"));
    }
  }
  places.stay_empty();
  std::ranges::stable_sort(log.failures, {},
                           [](const Recorded& one) { return std::pair(one.at, one.place); });
  return log;
}

}  // namespace berth
