#include "topology/builders.hpp"
#include "topology/builders/parts.hpp"

namespace berth {

Topology leveled_topology(Setting cluster) {
  return bare(build_parts(cluster, {read_part(cluster, true)}));
}

}  // namespace berth
