// Needs the chicken.
#pragma once

#include "simulator/chicken.hpp"  // breaks: cycles
