# For a build from nothing of which only the tests matter, as of continuous integration: half of the
# compiling. What many files include is parsed once, and little is optimised. Not for daily work: a
# change of one of these headers compiles all, ccache passes such files by, and an #include that is
# missing is not noticed.
option(BERTH_QUICK_BUILD "compile all in half the time, for a program that is slower"
  "$ENV{BERTH_QUICK_BUILD}")
if(NOT BERTH_QUICK_BUILD)
  return()
endif()
target_compile_options(berth_flags INTERFACE $<$<CONFIG:Release>:-O1>)
# More false alarms of GCC 12, which takes precompiled headers for those of the project.
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  target_compile_options(berth_flags INTERFACE
    -Wno-array-bounds -Wno-maybe-uninitialized -Wno-stringop-overflow)
endif()

set(standard <algorithm> <map> <memory> <optional> <set> <string> <utility> <vector> <fmt/format.h>)
set(common "${PROJECT_SOURCE_DIR}/core/settings_tree.hpp" "${PROJECT_SOURCE_DIR}/core/time.hpp")
set(scheduling "${PROJECT_SOURCE_DIR}/cluster/cluster.hpp"
  "${PROJECT_SOURCE_DIR}/scheduler/policy.hpp")

target_precompile_headers(berth_topology PRIVATE ${standard} ${common})
target_precompile_headers(berth_workloads REUSE_FROM berth_topology)
target_precompile_headers(berth_scheduler PRIVATE ${standard} ${common} ${scheduling})
target_precompile_headers(berth_simulator REUSE_FROM berth_scheduler)
target_precompile_headers(berth_app REUSE_FROM berth_scheduler)
if(BERTH_TESTS)
  target_precompile_headers(test_topology PRIVATE <doctest/doctest.h> ${standard} ${common})
  target_precompile_headers(test_workloads REUSE_FROM test_topology)
  target_precompile_headers(test_scheduler PRIVATE <doctest/doctest.h> ${standard} ${common}
    ${scheduling})
  target_precompile_headers(test_simulator REUSE_FROM test_scheduler)
  target_precompile_headers(test_app REUSE_FROM test_scheduler)
endif()
