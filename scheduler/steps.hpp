// A number that changes at moments of time and has no end: how much is free when. Kept as a list of
// blocks of steps; each block knows the least and the most in it, so that a search passes over
// whole blocks, and a change over a long time adds to them once. With n steps all of it costs
// O(n / 64) at the worst, and mostly what a block costs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/time.hpp"

namespace berth {

class Steps {
 public:
  explicit Steps(std::int64_t value);  // throughout

  // Forgets what lies before `now`. REQUIRES: now never goes back.
  void advance(SimTime now);
  // Adds to it from `from` up to `to`. REQUIRES: neither lies in what is forgotten.
  void add(SimTime from, SimTime to, std::int64_t change);

  // Of all that follow REQUIRES: the times do not lie in what is forgotten.
  [[nodiscard]] std::int64_t at(SimTime time) const;
  // The most at any time from `from` up to `to`. REQUIRES: from < to.
  [[nodiscard]] std::int64_t most(SimTime from, SimTime to) const;
  // The first time from `from` on at which it is at least so much, or less; `never` when there is
  // none.
  [[nodiscard]] SimTime first_at_least(std::int64_t value, SimTime from) const;
  [[nodiscard]] SimTime first_below(std::int64_t value, SimTime from) const;
  // The first stretch of time from `from` on, of at least this length, in which it is at least so
  // much throughout; both are `never` when there is none, `past` where it has no end. What begins
  // before `from` begins there.
  struct Stretch {
    SimTime from = never;
    SimTime past = never;
  };
  [[nodiscard]] Stretch stretch(std::int64_t value, Duration length, SimTime from) const;
  // Since when it is at least so much. REQUIRES: at `time` it is.
  [[nodiscard]] SimTime at_least_since(std::int64_t value, SimTime time) const;

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t block_size = 64;
  struct Content {
    std::array<SimTime, block_size> begin;
    std::array<std::int64_t, block_size> value;
  };
  struct Block {
    SimTime begin{};         // of its first step
    std::int64_t shift = 0;  // to be added to each value
    std::int64_t least = 0;  // with the shift
    std::int64_t most = 0;
    std::size_t size = 0;
    std::unique_ptr<Content> content = std::make_unique<Content>();

    [[nodiscard]] std::int64_t value(std::size_t step) const {
      return content->value[step] + shift;
    }
    [[nodiscard]] std::size_t first_from(SimTime time) const;  // the first step that begins then
    void sum_up();
    void erase(std::size_t first, std::size_t past);  // REQUIRES: something is left
  };
  struct Place {
    std::size_t block;
    std::size_t step;
  };

  [[nodiscard]] Place find(SimTime time) const;  // the step that `time` lies in
  Place cut(SimTime at);                         // ... which begins then from now on
  void join(SimTime at);  // the step that begins then with the one before, when they are equal
  void split(std::size_t block);
  void unite(std::size_t block);
  template <class IsBlock, class IsValue>
  [[nodiscard]] SimTime search(SimTime from, const IsBlock& may, const IsValue& is) const;

  std::vector<Block> blocks_;
  std::size_t size_ = 1;
};

}  // namespace berth
