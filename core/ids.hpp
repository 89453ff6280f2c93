// Strong ids: 32-bit indices into dense arrays, with no arithmetic, so that a node is never taken
// for a job.
#pragma once

#include <compare>
#include <cstdint>

namespace berth {

template <class Tag>
class Id {
 public:
  constexpr Id() = default;
  explicit constexpr Id(std::uint32_t index) : index_(index) {}
  [[nodiscard]] constexpr std::uint32_t index() const { return index_; }
  constexpr auto operator<=>(const Id&) const = default;

 private:
  std::uint32_t index_ = 0;
};

using NodeId = Id<struct NodeTag>;
using DomainId = Id<struct DomainTag>;  // a domain of the topology: a leaf, a rack, a site ...
using LevelId = Id<struct LevelTag>;    // 0 is the outermost level
using JobId = Id<struct JobTag>;        // a job alive now; the index is reused after its end
using TenantId = Id<struct TenantTag>;
using ClassId = Id<struct ClassTag>;  // of jobs: training, inference ...
using PartitionId = Id<struct PartitionTag>;
using CommunicationId = Id<struct CommunicationTag>;  // how its GPUs talk to each other; 0: not

}  // namespace berth
