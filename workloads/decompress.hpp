// Sees by the first bytes whether a stream is gzip or zstd and undoes it; anything else passes
// through as it is.
#pragma once

#include <memory>
#include <string>

#include "workloads/bytes.hpp"

namespace berth {

// `path` is named in errors: "path: the compressed data ends too early".
std::unique_ptr<ByteStream> decompressed(std::unique_ptr<ByteStream> packed,
                                         const std::string& path);

}  // namespace berth
