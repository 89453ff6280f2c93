// Needs the egg.
#pragma once

#include "simulator/egg.hpp"
