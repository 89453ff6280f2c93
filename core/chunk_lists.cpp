#include "core/chunk_lists.hpp"

#include <new>
#include <utility>

#include "core/check.hpp"

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace berth {
namespace {

constexpr std::size_t large_page = std::size_t{2} << 20;

std::align_val_t alignment_of(std::size_t bytes) {
  return std::align_val_t{bytes < large_page ? cache_line : large_page};
}

}  // namespace

void* take_memory(std::size_t bytes) {
  void* const memory = ::operator new(bytes, alignment_of(bytes));
#ifdef __linux__
  if (bytes >= large_page) {
    ::madvise(memory, bytes, MADV_HUGEPAGE);  // a wish: nothing is lost when it is refused
  }
#endif
  return memory;
}

void return_memory(void* memory, std::size_t bytes) {
  ::operator delete(memory, alignment_of(bytes));
}

std::uint32_t ChunkLists::new_chunk() {
  if (free_ != none) {
    return std::exchange(free_, chunks_[free_].next);
  }
  check(chunks_.size() < none, "the event queue holds fewer than 2^32 chunks");
  chunks_.emplace_back();
  return static_cast<std::uint32_t>(chunks_.size() - 1);
}

void ChunkLists::extend(List& list) {
  const std::uint32_t at = new_chunk();
  if (list.tail == none) {
    list.head = at;
  } else {
    close(list);
    chunks_[list.tail].next = at;
  }
  list.tail = at;
  list.room = chunk_keys;
}

void ChunkLists::close(const List& list) { chunks_[list.tail].used = chunk_keys - list.room; }

void ChunkLists::prepend(std::size_t list, const HeapKey& key) {
  List& to = lists_[list];
  if (to.head == none) {
    return append(list, key);
  }
  const std::uint32_t at = new_chunk();
  chunks_[at].next = std::exchange(to.head, at);
  chunks_[at].used = 1;
  chunks_[at].keys[0] = key;
  ++to.size;
}

void ChunkLists::splice(std::size_t to, std::size_t from) {
  List& front = lists_[to];
  const List back = std::exchange(lists_[from], {});
  if (front.head == none || back.head == none) {
    front = front.head == none ? back : front;
    return;
  }
  close(front);
  chunks_[front.tail].next = back.head;
  front.tail = back.tail;
  front.room = back.room;
  front.size += back.size;
}

}  // namespace berth
