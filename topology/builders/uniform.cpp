#include "topology/builders.hpp"
#include "topology/builders/parts.hpp"

namespace berth {

Topology uniform_topology(Setting cluster) {
  return bare(build_parts(cluster, {read_part(cluster, false)}));
}

}  // namespace berth
