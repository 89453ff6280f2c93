#include "topology/fleet.hpp"  // breaks: layers
#include "layers.hpp"          // breaks: layers
#include "core/bans.hpp"
#include "generated/berth_version.hpp"
