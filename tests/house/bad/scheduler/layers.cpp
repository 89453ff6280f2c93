#include "cluster/cluster.hpp"
#include "simulator/event.hpp"  // breaks: layers
#include "app/options.hpp"      // breaks: layers
