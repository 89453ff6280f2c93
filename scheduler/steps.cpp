#include "scheduler/steps.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"

namespace berth {

Steps::Steps(std::int64_t value) {
  Block& all = blocks_.emplace_back();
  all.size = 1;
  all.content->begin[0] = all.begin;
  all.content->value[0] = value;
  all.sum_up();
}

std::size_t Steps::Block::first_from(SimTime time) const {
  const auto* first = content->begin.data();
  return static_cast<std::size_t>(std::lower_bound(first, first + size, time) - first);
}

void Steps::Block::sum_up() {
  begin = content->begin[0];
  std::int64_t low = content->value[0];
  std::int64_t high = low;
  for (std::size_t step = 1; step < size; ++step) {
    low = std::min(low, content->value[step]);
    high = std::max(high, content->value[step]);
  }
  least = low + shift;
  most = high + shift;
}

void Steps::Block::erase(std::size_t first, std::size_t past) {
  std::move(content->begin.data() + past, content->begin.data() + size,
            content->begin.data() + first);
  std::move(content->value.data() + past, content->value.data() + size,
            content->value.data() + first);
  size -= past - first;
  sum_up();
}

Steps::Place Steps::find(SimTime time) const {
  const auto after =
      std::upper_bound(blocks_.begin(), blocks_.end(), time,
                       [](SimTime t, const Block& block) { return t < block.begin; });
  check(after != blocks_.begin(), "what is forgotten is not asked for");
  const Block& block = *std::prev(after);
  const std::size_t step = block.first_from(time);
  const bool begins = step < block.size && block.content->begin[step] == time;
  return {static_cast<std::size_t>(after - blocks_.begin()) - 1, begins ? step : step - 1};
}

void Steps::advance(SimTime now) {
  const Place place = find(now);
  for (std::size_t i = 0; i < place.block; ++i) {
    size_ -= blocks_[i].size;
  }
  blocks_.erase(blocks_.begin(), blocks_.begin() + static_cast<std::ptrdiff_t>(place.block));
  Block& first = blocks_.front();
  if (place.step > 0) {
    size_ -= place.step;
    first.erase(0, place.step);
  }
  first.content->begin[0] = now;
  first.begin = now;
}

void Steps::split(std::size_t block) {
  constexpr std::size_t half = block_size / 2;
  Block& full = blocks_[block];
  Block other;
  std::copy(full.content->begin.begin() + half, full.content->begin.end(),
            other.content->begin.begin());
  std::copy(full.content->value.begin() + half, full.content->value.end(),
            other.content->value.begin());
  other.shift = full.shift;
  full.size = half;
  other.size = block_size - half;
  full.sum_up();
  other.sum_up();
  blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(block) + 1, std::move(other));
}

Steps::Place Steps::cut(SimTime at) {
  Place place = find(at);
  if (blocks_[place.block].content->begin[place.step] == at) {
    return place;
  }
  if (blocks_[place.block].size == block_size) {
    split(place.block);
    place = find(at);
  }
  Block& block = blocks_[place.block];
  Content& content = *block.content;
  const std::size_t step = place.step + 1;
  std::move_backward(content.begin.data() + step, content.begin.data() + block.size,
                     content.begin.data() + block.size + 1);
  std::move_backward(content.value.data() + step, content.value.data() + block.size,
                     content.value.data() + block.size + 1);
  content.begin[step] = at;
  content.value[step] = content.value[place.step];
  ++block.size;
  ++size_;
  return {place.block, step};
}

void Steps::join(SimTime at) {
  const auto [number, step] = find(at);
  if (number == 0 && step == 0) {
    return;
  }
  Block& block = blocks_[number];
  const Block& before = blocks_[step > 0 ? number : number - 1];
  if (block.value(step) != before.value(step > 0 ? step - 1 : before.size - 1)) {
    return;
  }
  --size_;
  if (block.size == 1) {
    blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(number));
  } else {
    block.erase(step, step + 1);
    unite(number);
  }
}

// Few steps were left of it: the next block takes their place when there is room for both.
void Steps::unite(std::size_t number) {
  if (number + 1 == blocks_.size() ||
      blocks_[number].size + blocks_[number + 1].size > block_size / 2) {
    return;
  }
  Block& block = blocks_[number];
  const Block& next = blocks_[number + 1];
  for (std::size_t step = 0; step < next.size; ++step, ++block.size) {
    block.content->begin[block.size] = next.content->begin[step];
    block.content->value[block.size] = next.value(step) - block.shift;
  }
  block.least = std::min(block.least, next.least);
  block.most = std::max(block.most, next.most);
  blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(number) + 1);
}

void Steps::add(SimTime from, SimTime to, std::int64_t change) {
  if (from >= to || change == 0) {
    return;
  }
  cut(to);
  const Place first = cut(from);
  for (std::size_t i = first.block; i < blocks_.size() && blocks_[i].begin < to; ++i) {
    Block& block = blocks_[i];
    const std::size_t begin = i == first.block ? first.step : 0;
    const std::size_t past = block.first_from(to);
    if (begin == 0 && past == block.size) {
      block.shift += change;
      block.least += change;
      block.most += change;
      continue;
    }
    for (std::size_t step = begin; step < past; ++step) {
      block.content->value[step] += change;
    }
    block.sum_up();
  }
  join(to);
  join(from);
}

std::int64_t Steps::at(SimTime time) const {
  const Place place = find(time);
  return blocks_[place.block].value(place.step);
}

std::int64_t Steps::most(SimTime from, SimTime to) const {
  const Place place = find(from);
  std::int64_t most = blocks_[place.block].value(place.step);
  for (std::size_t i = place.block; i < blocks_.size() && blocks_[i].begin < to; ++i) {
    const Block& block = blocks_[i];
    if (block.most <= most) {
      continue;
    }
    const std::size_t past = block.first_from(to);
    for (std::size_t step = i == place.block ? place.step : 0; step < past; ++step) {
      most = std::max(most, block.value(step));
    }
  }
  return most;
}

template <class IsBlock, class IsValue>
SimTime Steps::search(SimTime from, const IsBlock& may, const IsValue& is) const {
  const Place place = find(from);
  if (is(blocks_[place.block].value(place.step))) {
    return from;
  }
  std::size_t step = place.step + 1;
  for (std::size_t i = place.block; i < blocks_.size(); ++i, step = 0) {
    const Block& block = blocks_[i];
    for (const bool looks = may(block); looks && step < block.size; ++step) {
      if (is(block.value(step))) {
        return block.content->begin[step];
      }
    }
  }
  return never;
}

SimTime Steps::first_at_least(std::int64_t value, SimTime from) const {
  return search(
      from, [value](const Block& block) { return block.most >= value; },
      [value](std::int64_t other) { return other >= value; });
}

SimTime Steps::first_below(std::int64_t value, SimTime from) const {
  return search(
      from, [value](const Block& block) { return block.least < value; },
      [value](std::int64_t other) { return other < value; });
}

// Blocks in which nothing changes sides are passed over.
Steps::Stretch Steps::stretch(std::int64_t value, Duration length, SimTime from) const {
  const Place place = find(from);
  bool enough = blocks_[place.block].value(place.step) >= value;
  SimTime since = from;
  std::size_t step = place.step + 1;
  for (std::size_t i = place.block; i < blocks_.size(); ++i, step = 0) {
    const Block& block = blocks_[i];
    if (enough ? block.least >= value : block.most < value) {
      continue;
    }
    for (; step < block.size; ++step) {
      if ((block.value(step) >= value) == enough) {
        continue;
      }
      const SimTime begin = block.content->begin[step];
      if (enough && after(since, length) <= begin) {
        return {since, begin};
      }
      enough = !enough;
      since = begin;
    }
  }
  return enough ? Stretch{since, never} : Stretch{};
}

SimTime Steps::at_least_since(std::int64_t value, SimTime time) const {
  Place place = find(time);
  for (SimTime since = time;;) {
    const Block& block = blocks_[place.block];
    std::size_t step = place.step + 1;
    while (step > 0 && (block.least >= value || block.value(step - 1) >= value)) {
      step = block.least >= value ? 0 : step - 1;
      since = block.content->begin[step];
    }
    if (step > 0 || place.block == 0) {
      return since;
    }
    --place.block;
    place.step = blocks_[place.block].size - 1;
  }
}

}  // namespace berth
