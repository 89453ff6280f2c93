// A header, which must not show Boost.Graph to those who include it.
#pragma once

#include <boost/graph/graph_traits.hpp>  // breaks: homes
