#include "topology/builders.hpp"
#include "topology/builders/parts.hpp"

namespace berth {

Fleet uniform_fleet(Setting cluster) { return build_parts(cluster, {read_part(cluster, false)}); }

}  // namespace berth
