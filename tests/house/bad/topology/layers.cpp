#include "core/bans.hpp"
#include "topology/graph.hpp"
#include "workloads/job.hpp"  // breaks: layers
#include <boost/graph/adjacency_list.hpp>
