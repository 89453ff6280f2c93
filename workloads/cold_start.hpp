// What a replica of a model does before it serves: its container image comes to the node, CUDA and
// the framework start, the weights come from storage into GPU memory, and it warms up. Two presets:
//
// - `optimised`: the image is on the node already, the weights are streamed straight into GPU
//   memory by Tensorizer (4.6 GiB/s measured locally, its README), 8 s of warm-up: 14.8 s for 7B
//   (14 GB). Published for 7B: 9 to 19 s.
// - `unoptimised`: the middle of what is published of each step for 7B: image 5 to 15 s, CUDA 3 to
//   5 s, download 30 to 120 s (14 GB at 187 MB/s), warm-up 5 to 10 s; and loading by Hugging Face's
//   library (1 GB/s): 110 s. Published for 7B in all: 58 to 180 s.
//
// Sources: facts 5.7 (a vendor's page for 7B, the READMEs of Tensorizer, CoreWeave's blog and its
// documentation of object storage, 7 GB/s for each GPU).
#pragma once

#include <cstdint>

#include "core/settings.hpp"
#include "core/time.hpp"

namespace berth {

struct ColdStart {
  Duration image{};
  Duration cuda{};
  std::int64_t weights = 0;   // bytes
  std::int64_t download = 0;  // bytes a second, onto the node; 0: they are not copied there first
  std::int64_t load = 1;      // bytes a second, into GPU memory
  Duration warm_up{};

  [[nodiscard]] Duration total() const;
};

// A length, or one of the presets: {kind: optimised, weights: 14GB, image, cuda, download, loader,
// warm_up}; the loader is a name or bytes a second. `gpus` of the replica, by which some loaders
// go; 0: not known here.
Duration read_cold_start(Setting setting, std::uint32_t gpus);

}  // namespace berth
