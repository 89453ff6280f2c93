// Many first-in-first-out lists of keys in one pool of chunks: appending and draining run through
// memory in order, an emptied chunk is the next one filled, and nothing is allocated in a steady
// state however the keys move between the lists.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace berth {

constexpr std::size_t cache_line = 64;

void* take_memory(std::size_t bytes);
void return_memory(void* memory, std::size_t bytes);

// Memory of millions of events, in which every access is a chance to miss: it comes in cache lines,
// and much of it in pages of two megabytes where the system has any.
template <class T>
class LargePages {
 public:
  using value_type = T;

  LargePages() = default;
  template <class Other>
  explicit LargePages(const LargePages<Other>&) {}

  T* allocate(std::size_t count) { return static_cast<T*>(take_memory(count * sizeof(T))); }
  void deallocate(T* memory, std::size_t count) { return_memory(memory, count * sizeof(T)); }

  bool operator==(const LargePages&) const = default;

 private:
  static_assert(alignof(T) <= cache_line);
};

struct HeapKey {
  std::uint64_t time;  // nanoseconds
  std::uint32_t rank;
  std::uint32_t slot;  // where the owner keeps what the key stands for; no part of the order
};

inline bool fires_before(const HeapKey& a, const HeapKey& b) {
  return a.time < b.time || (a.time == b.time && a.rank < b.rank);
}

class ChunkLists {
 public:
  static constexpr std::uint32_t chunk_keys = 31;

  explicit ChunkLists(std::size_t lists) : lists_(lists) {}

  [[nodiscard]] std::size_t size(std::size_t list) const { return lists_[list].size; }

  void append(std::size_t list, const HeapKey& key) {
    List& to = lists_[list];
    if (to.room == 0) {
      extend(to);
    }
    chunks_[to.tail].keys[chunk_keys - to.room] = key;
    --to.room;
    ++to.size;
  }

  // Empties the list, then visits its keys in order; `visit` may append to any list.
  template <class Visit>
  void drain(std::size_t list, Visit visit) {
    const List from = std::exchange(lists_[list], {});
    std::uint32_t next = fetch_behind(from, from.head);
    for (std::uint32_t at = from.head; at != from.tail;) {
      const std::uint32_t after = fetch_behind(from, next);  // two ahead of the one visited
      visit_and_free(at, chunks_[at].used, visit);
      at = std::exchange(next, after);
    }
    if (from.tail != none) {
      visit_and_free(from.tail, chunk_keys - from.room, visit);
    }
  }

  // The same for the first chunk only. REQUIRES: the list is not empty.
  template <class Visit>
  void drain_chunk(std::size_t list, Visit visit) {
    List& from = lists_[list];
    const std::uint32_t at = from.head;
    const std::uint32_t used = used_of(from, at);
    if (at == from.tail) {
      from = {};
    } else {
      from.head = chunks_[at].next;
      from.size -= used;
    }
    visit_and_free(at, used, visit);
  }

  // Puts a key before all others of the list.
  void prepend(std::size_t list, const HeapKey& key);

  // Moves what `from` holds behind what `to` holds.
  void splice(std::size_t to, std::size_t from);

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  struct alignas(cache_line) Chunk {
    std::uint32_t next;
    std::uint32_t used;  // of the last chunk of a list the list itself knows, and only it
    std::array<HeapKey, chunk_keys> keys;
  };

  struct List {
    std::uint32_t head = none;
    std::uint32_t tail = none;
    std::uint32_t room = 0;  // in the last chunk
    std::uint32_t size = 0;
  };

  [[nodiscard]] std::uint32_t used_of(const List& list, std::uint32_t chunk) const {
    return chunk == list.tail ? chunk_keys - list.room : chunks_[chunk].used;
  }

  // The chunk behind this one, on its way into the cache; the last has itself behind it.
  [[nodiscard]] std::uint32_t fetch_behind(const List& list, std::uint32_t chunk) const {
    if (chunk == list.tail) {
      return chunk;
    }
    const std::uint32_t next = chunks_[chunk].next;
    const auto* const bytes = reinterpret_cast<const char*>(&chunks_[next]);
    for (std::size_t line = 0; line < sizeof(Chunk); line += cache_line) {
      __builtin_prefetch(bytes + line);
    }
    return next;
  }

  template <class Visit>
  void visit_and_free(std::uint32_t at, std::uint32_t used, Visit& visit) {
    for (std::uint32_t i = 0; i < used; ++i) {
      const HeapKey key = chunks_[at].keys[i];  // by value: visit may move the chunks
      visit(key);
    }
    chunks_[at].next = std::exchange(free_, at);
  }

  std::uint32_t new_chunk();
  void extend(List& list);
  void close(const List& list);

  std::vector<Chunk, LargePages<Chunk>> chunks_;
  std::uint32_t free_ = none;
  std::vector<List> lists_;
};

}  // namespace berth
