#include <algorithm>

#include "core/hostlist.hpp"
#include "scheduler/admissions/reservations.hpp"

namespace berth {
namespace {

constexpr std::int64_t times_most = 1'000'000;

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

std::vector<std::string> words_at(Setting map, std::string_view key) {
  std::vector<std::string> words;
  if (const auto written = map.find(key)) {
    for (const Setting& one : written->is_list() ? written->items() : std::vector{*written}) {
      words.push_back(one.text());
    }
  }
  return words;
}

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

Reservation Reservation::read(Setting map) {
  Reservation one;
  one.name_ = map.at("name").text();
  if (one.name_.empty()) {
    map.at("name").fail("must be a name, is empty");
  }
  one.read_times(map);
  one.read_nodes(map.at("nodes"));
  one.read_people(map);
  return one;
}

void Reservation::read_times(Setting map) {
  start_ = SimTime{map.at("start").duration()};
  duration_ = map.at("duration").duration();
  if (duration_ == Duration{}) {
    map.at("duration").fail("must be longer than 0s");
  }
  const auto every = map.find("every");
  if (!every) {
    return;
  }
  every_ = every->duration();
  times_ = map.at("times").count(1, times_most);
  if (every_ < duration_) {
    every->fail("is shorter than the duration, so that it would overlap itself");
  }
  if (every_ > longest_duration / times_) {
    map.at("times").fail("goes on for more than 146 years, longer than the clock of a run");
  }
}

void Reservation::read_nodes(Setting nodes) {
  path_ = nodes.path();
  where_ = nodes.where();
  const std::string text = nodes.text();
  if (is_number(text)) {
    node_count_ = static_cast<std::uint32_t>(nodes.count(1, 100'000'000));
    return;
  }
  try {
    node_names_ = expand_hostlist(text);
  } catch (const InputError& error) {
    nodes.fail(error.what());
  }
  if (node_names_.empty()) {
    nodes.fail("names no node");
  }
}

void Reservation::read_people(Setting map) {
  users_ = words_at(map, "users");
  accounts_ = words_at(map, "accounts");
  if (const auto flags = map.find("flags")) {
    const auto flag = flags->choice({"maint", "flex"});
    maintenance_ = flag == 0;
    flexible_ = flag == 1;
  }
  const bool somebody = !users_.empty() || !accounts_.empty();
  if (somebody == maintenance_) {
    map.at("name").fail(somebody ? "is for maintenance, and for somebody's jobs"
                                 : "is for nobody's jobs, and not for maintenance",
                        "give users or accounts, or else flags: maint");
  }
}

bool Reservation::admits(const std::string& user, const std::string& account) const {
  return has(users_, user) || has(accounts_, account);
}

std::optional<Window> Reservation::window(SimTime now) const {
  std::int64_t first = 0;
  if (every_ > Duration{} && now >= start_ + duration_) {
    first = (now - start_ - duration_) / every_ + 1;
  }
  const SimTime start = after(start_, first < times_ ? every_ * first : longest_duration);
  const SimTime end = after(start, duration_);
  return first < times_ && end > now ? std::optional(Window{start, end}) : std::nullopt;
}

bool Reservation::overlaps(SimTime from, SimTime until) const {
  const auto next = window(from);
  return next && next->start < until;
}

bool Reservation::overlaps(const Reservation& other) const {
  for (auto at = other.window(start_); at; at = other.window(at->end)) {
    if (overlaps(at->start, at->end)) {
      return true;
    }
    if (!window(at->end)) {
      return false;
    }
  }
  return false;
}

NodeSet Reservation::nodes_in(const Fleet& fleet, const NodeSet& taken) const {
  NodeSet nodes(fleet.nodes());
  for (const std::string& name : node_names_) {
    const auto node = fleet.find(name);
    if (!node) {
      fail("no such node '" + name + "'", "the nodes are " + fleet.name(NodeId(0)) + " to " +
                                              fleet.name(NodeId(fleet.nodes() - 1)));
    }
    if (nodes.contains(node->index())) {
      fail("'" + name + "' is named twice", "name it once");
    }
    nodes.insert(node->index());
  }
  for (std::uint32_t node = 0; node < fleet.nodes() && nodes.size() < node_count_; ++node) {
    if (!taken.contains(node)) {
      nodes.insert(node);
    }
  }
  if (nodes.size() < node_count_) {
    fail("asks for " + std::to_string(node_count_) + " nodes, but only " +
             std::to_string(nodes.size()) + " are not reserved at that time",
         "take fewer, or another time");
  }
  return nodes;
}

void Reservation::fail(const std::string& what, const std::string& remedy) const {
  throw InputError(where_, path_ + ": " + what, remedy);
}

}  // namespace berth
