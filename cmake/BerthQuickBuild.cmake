# For a build from nothing of which only the tests matter, as of continuous integration: a third of
# the compiling. What many files include is parsed once, and little is optimised. Not for daily work: a
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
target_precompile_headers(berth_app PRIVATE ${standard} ${common} ${scheduling} <CLI/CLI.hpp>
  <nlohmann/json.hpp>)
if(BERTH_TESTS)
  target_precompile_headers(test_topology PRIVATE <doctest/doctest.h> ${standard} ${common})
  target_precompile_headers(test_workloads REUSE_FROM test_topology)
  target_precompile_headers(test_scheduler PRIVATE <doctest/doctest.h> ${standard} ${common}
    ${scheduling})
  target_precompile_headers(test_simulator REUSE_FROM test_scheduler)
  target_precompile_headers(test_app PRIVATE <doctest/doctest.h> ${standard} ${common}
    ${scheduling} <nlohmann/json.hpp>)
endif()

# Tests a handful at a time, each in a namespace of its own, so that what they share is compiled
# once. Files that define what others call stay by themselves. It stops where a name of one test's
# headers stands in another namespace of another's: one of the two wants another name.
function(berth_tests_by_the_handful target)
  get_target_property(sources ${target} SOURCES)
  set(kept "")
  set(tests "")
  foreach(source IN LISTS sources)
    set(others "")
    if(IS_ABSOLUTE "${source}")
      file(STRINGS "${source}" others LIMIT_COUNT 1
        REGEX "^(namespace [a-z]|extern|#define|#include .*[.]cpp)")
    endif()
    if(NOT IS_ABSOLUTE "${source}" OR others)
      list(APPEND kept "${source}")
    else()
      list(APPEND tests "${source}")
    endif()
  endforeach()

  set(includes "")
  set(bodies "")
  set(units 0)
  set(handful 0)
  list(LENGTH tests left)
  foreach(source IN LISTS tests)
    file(STRINGS "${source}" included REGEX "^#include ")
    string(REPLACE ";" "\n" included "${included}")
    string(APPEND includes "${included}\n")
    get_filename_component(name "${source}" NAME_WE)
    string(APPEND bodies "namespace ${name}_alone {\n#include \"${source}\"\n}\n")
    math(EXPR handful "${handful} + 1")
    math(EXPR left "${left} - 1")
    if(handful EQUAL 6 OR left EQUAL 0)
      set(unit "${PROJECT_BINARY_DIR}/tests/units/${target}_${units}.cpp")
      file(CONFIGURE OUTPUT "${unit}" CONTENT "${includes}\n${bodies}" @ONLY)
      list(APPEND kept "${unit}")
      set(includes "")
      set(bodies "")
      set(handful 0)
      math(EXPR units "${units} + 1")
    endif()
  endforeach()
  set_property(TARGET ${target} PROPERTY SOURCES ${kept})
endfunction()

if(BERTH_TESTS)
  foreach(room core topology workloads cluster scheduler simulator app)
    berth_tests_by_the_handful(test_${room})
  endforeach()
endif()
