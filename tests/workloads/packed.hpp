// Packs texts for tests as gzip and zstd do.
#pragma once

#include <stdexcept>
#include <string>

#include <zlib.h>
#include <zstd.h>

namespace berth::testing {

inline std::string gzipped(const std::string& text) {
  z_stream state{};
  constexpr int gzip_format = 16 + MAX_WBITS;
  if (deflateInit2(&state, 6, Z_DEFLATED, gzip_format, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::logic_error("zlib does not start");
  }
  std::string packed(deflateBound(&state, static_cast<uLong>(text.size())), '\0');
  state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  state.avail_in = static_cast<uInt>(text.size());
  state.next_out = reinterpret_cast<Bytef*>(packed.data());
  state.avail_out = static_cast<uInt>(packed.size());
  deflate(&state, Z_FINISH);
  packed.resize(state.total_out);
  deflateEnd(&state);
  return packed;
}

inline std::string zstd_packed(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
  return packed;
}

}  // namespace berth::testing
