// The jobs that wait, in the order of the policy: by key, then time and order of submission. A
// sorted array with gaps where jobs left: a scan for jobs that may overtake reads memory in order,
// and a FIFO queue only ever appends. Each block of 64 entries knows which kinds of jobs wait in it
// and the shortest of their estimates, so that a deep queue is scanned by its blocks.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "core/time.hpp"
#include "scheduler/request.hpp"

namespace berth {

class WaitingQueue {
 public:
  struct Entry {
    std::int64_t key = 0;
    SimTime submit{};
    std::uint64_t sequence = 0;
    Duration estimate{};
    std::uint64_t gpus = 0;
    JobId job;
    std::uint32_t kind = 0;  // jobs of one shape and scope are of one kind
    bool gone = false;
  };
  using Position = std::size_t;
  // What jobs of one kind ask for, and of which nodes.
  struct Kind {
    Shape shape;
    ScopeId scope;
    auto operator<=>(const Kind&) const = default;
  };

  // Kinds as bits; two kinds may share one.
  using Kinds = std::uint32_t;
  static constexpr std::uint32_t kind_bits = 32;
  static Kinds bit(std::uint32_t kind) { return Kinds{1} << (kind % kind_bits); }
  // Who is looked for: jobs of these kinds whatever their estimate, and of those when it is short.
  struct Wanted {
    Kinds any = 0;
    Kinds brief = 0;
    Duration brief_most{};
  };

  void insert(const Request& request, std::int64_t key);
  // REQUIRES: a job waits at `position`. Other positions stay good until the next insert().
  void erase(Position position);

  [[nodiscard]] std::size_t size() const { return alive_; }
  [[nodiscard]] bool empty() const { return alive_ == 0; }
  // Positions of waiting jobs, in order; end() when there is no further one.
  [[nodiscard]] Position first() const { return first_; }
  [[nodiscard]] Position next(Position position) const { return skip_gone(position + 1); }
  [[nodiscard]] Position end() const { return entries_.size(); }
  [[nodiscard]] const Entry& operator[](Position position) const { return entries_[position]; }
  // The next position of a job that is wanted, or shares the bit of its kind with one that is.
  [[nodiscard]] Position next(Position position, const Wanted& wanted);
  // Each kind there ever was.
  [[nodiscard]] const std::vector<Kind>& kinds() const { return kinds_; }
  // Nobody waits any more; kinds keep their numbers.
  void clear();
  // Where this job waits. REQUIRES: it does.
  [[nodiscard]] Position find(const Request& request, std::int64_t key) const;

 private:
  [[nodiscard]] Position skip_gone(Position position) const {
    while (position < entries_.size() && entries_[position].gone) {
      ++position;
    }
    return position;
  }
  static constexpr Position block_size = 64;
  struct Block {  // never less than what waits in it; exact after refresh()
    Kinds kinds = 0;
    std::array<Duration, kind_bits> briefest{};  // by bit; only of those set
    void add(const Entry& entry);
    [[nodiscard]] bool has(const Wanted& wanted) const;
  };
  [[nodiscard]] Entry entry_of(const Request& request, std::int64_t key);
  std::uint32_t kind_of(const Kind& kind);
  void refresh(Position block);
  void close_gaps();

  std::vector<Entry> entries_;
  std::vector<Block> blocks_;
  Position fresh_blocks_ = 0;  // those before it say what they must; an insertion shifts the rest
  std::vector<Kind> kinds_;
  std::map<Kind, std::uint32_t> number_of_kind_;
  Position first_ = 0;
  std::size_t alive_ = 0;
};

}  // namespace berth
