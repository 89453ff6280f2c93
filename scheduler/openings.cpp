#include "scheduler/openings.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace berth {

std::uint32_t Openings::kind_of(const Shape& shape, ScopeId scope) {
  const auto [at, fresh] =
      number_of_.try_emplace({shape, scope}, static_cast<std::uint32_t>(kinds_.size()));
  if (fresh) {
    kinds_.push_back({profile_.need(shape), 0, {}, {}, {}});
  }
  return at->second;
}

void Openings::left(std::uint32_t kind) {
  if (--kinds_[kind].waiting == 0) {
    kinds_[kind].openings.clear();
  }
}

void Openings::clear() {
  for (Kind& kind : kinds_) {
    kind.openings.clear();
  }
}

// Who waits was tried in the last round on all that was given back before it.
void Openings::begin_round() {
  ++round_;
  for (Kind& kind : kinds_) {
    std::erase_if(kind.openings,
                  [this](const Opening& opening) { return opening.round + 1 < round_; });
  }
}

void Openings::given_back(SimTime from, SimTime to) {
  if (from >= to) {
    return;
  }
  const Steps* room = nullptr;
  std::int64_t most = 0;
  for (Kind& kind : kinds_) {
    if (kind.need.room != room) {
      room = kind.need.room;
      most = room->most(from, to);
    }
    if (kind.waiting > 0 && kind.need.least <= most) {
      given_back(kind, from, to);
    }
  }
}

void Openings::given_back(Kind& kind, SimTime from, SimTime to) {
  const auto [room, least] = kind.need;
  for (SimTime at = room->first_at_least(least, from); at < to;) {
    Opening opening;
    opening.begin = at == from ? room->at_least_since(least, from) : at;
    opening.end = room->first_below(least, at);
    opening.from = at;
    opening.to = std::min(to, opening.end);
    opening.round = round_;
    at = opening.end < to ? room->first_at_least(least, opening.end) : never;
    add(kind, opening);
  }
}

// Joins it with those that it reaches into; what these have beyond it stays by itself.
void Openings::add(Kind& kind, Opening opening) {
  std::vector<Opening>& all = kind.openings;
  kind.last_end = std::max(all.empty() ? SimTime{} : kind.last_end, opening.end);
  kind.longest = std::max(all.empty() ? Duration{} : kind.longest, opening.end - opening.begin);
  const auto before = [&opening](const Opening& one) { return one.end <= opening.begin; };
  const auto first = std::find_if_not(all.begin(), all.end(), before);
  auto past = first;
  std::vector<Opening> joined{opening};
  std::size_t lefts = 0;
  for (; past != all.end() && past->begin < opening.end; ++past) {
    if (const auto left = past->within(past->begin, opening.begin)) {
      joined.insert(joined.begin(), *left);
      ++lefts;
    }
    if (const auto both = past->within(opening.begin, opening.end)) {
      opening.from = std::min(opening.from, both->from);
      opening.to = std::max(opening.to, both->to);
    }
    if (const auto right = past->within(opening.end, past->end)) {
      joined.push_back(*right);
    }
  }
  joined[lefts] = opening;
  all.insert(all.erase(first, past), joined.begin(), joined.end());
}

// What is left of it between two times; nothing when nothing was given back there.
std::optional<Openings::Opening> Openings::Opening::within(SimTime first, SimTime past) const {
  Opening part = *this;
  part.begin = std::max(begin, first);
  part.end = std::min(end, past);
  part.from = std::max(from, first);
  part.to = std::min(to, past);
  return part.from < part.to ? std::optional(part) : std::nullopt;
}

// A slot moves up when it begins inside, or right after: there it frees its own place. Or when it
// is short enough.
bool Openings::Opening::concerns(const Slot& slot) const {
  const Duration takes = slot.end - slot.start;
  return begin < slot.start &&
         (slot.start <= end || (takes <= end - begin && (takes < length || tried < slot.start)));
}

bool Openings::concern(std::uint32_t number, const Slot& slot) const {
  const Kind& kind = kinds_[number];
  if (kind.openings.empty() || slot.start <= kind.openings.front().begin ||
      (slot.start > kind.last_end && slot.end - slot.start > kind.longest)) {
    return false;
  }
  return std::any_of(kind.openings.begin(), kind.openings.end(),
                     [&slot](const Opening& opening) { return opening.concerns(slot); });
}

std::optional<Slot> Openings::earlier(const Request& request, const View& view, std::uint32_t kind,
                                      const Slot& slot) {
  const Duration takes = slot.end - slot.start;
  // Who asks for a place of some kind fails where others do not, and the other way round.
  const bool anywhere = !request.terms || !request.terms->ask_where();
  for (Opening& opening : kinds_[kind].openings) {
    if (!opening.concerns(slot)) {
      continue;
    }
    SimTime from = std::max({opening.begin, opening.from - takes + Duration(1), profile_.now()});
    if (anywhere && slot.start > opening.end && takes >= opening.length) {
      from = std::max(from, opening.tried);
    }
    const SimTime before = std::min(slot.start, opening.to);
    if (auto found = profile_.earliest(request, view, from, before)) {
      return found;
    }
    if (equal_fare_alike_ && anywhere && takes <= opening.length && slot.start >= opening.tried) {
      opening.length = takes;
      opening.tried = slot.start;
    }
  }
  return std::nullopt;
}

}  // namespace berth
