#include "core/digest.hpp"

#include <fmt/format.h>
#include <xxhash.h>

namespace berth {

struct Digest::State {
  XXH3_state_t* hash = XXH3_createState();
  State() { XXH3_128bits_reset(hash); }
  ~State() { XXH3_freeState(hash); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

Digest::Digest() : state_(std::make_unique<State>()) {}
Digest::~Digest() = default;

void Digest::add(const char* bytes, std::size_t size) {
  XXH3_128bits_update(state_->hash, bytes, size);
}

std::string Digest::hex() const {
  const XXH128_hash_t digest = XXH3_128bits_digest(state_->hash);
  return fmt::format("{:016x}{:016x}", digest.high64, digest.low64);
}

}  // namespace berth
