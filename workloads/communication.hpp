// How the GPUs of a job talk to each other: the share of its run time that waits for communication
// (what computing does not hide) where it is placed best, by which collectives, in messages of
// which size. Shares are of that exposed time. A job of one GPU does not communicate whatever its
// profile says. docs/model.md says what becomes of it.
//
//   communication: dense          one of dense, moe, inference, none; or with numbers of its own:
//   communication: {kind: moe, exposed: 0.3, message: 32MiB}
//   communication: {exposed: 0.2, all_reduce: 0.7, all_to_all: 0.3}   the unnamed are 0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/settings.hpp"

namespace berth {

enum class Collective : std::uint8_t { all_reduce, all_gather, all_to_all };
inline constexpr std::array<std::string_view, 3> collective_names{"all_reduce", "all_gather",
                                                                  "all_to_all"};

struct Communication {
  double exposed = 0;                                 // 0: it does not matter where the job runs
  std::array<double, collective_names.size()> mix{};  // by Collective; adds up to 1 if exposed
  std::int64_t message = 0;                           // bytes of one collective, of each GPU

  bool operator==(const Communication&) const = default;
};

// The profiles by name; REQUIRES: one of communication_names().
Communication communication_named(std::string_view name);
std::vector<std::string_view> communication_names();

// The key `communication` of a workload.
Communication read_communication(Setting workload, std::string_view otherwise);

// The profiles that the jobs of a run have, by small dense ids; 0 is `none`.
class Communications {
 public:
  Communications() : known_(1) {}
  CommunicationId id(const Communication& communication);
  [[nodiscard]] const Communication& operator[](CommunicationId id) const {
    return known_[id.index()];
  }

 private:
  std::vector<Communication> known_;
};

}  // namespace berth
