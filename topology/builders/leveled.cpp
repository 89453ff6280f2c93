#include "topology/builders.hpp"
#include "topology/builders/parts.hpp"

namespace berth {

Fleet leveled_fleet(Setting cluster) { return build_parts(cluster, {read_part(cluster, true)}); }

}  // namespace berth
