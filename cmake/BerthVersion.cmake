# berth_version: `#include "generated/berth_version.hpp"`. Each build asks git for the commit and
# rewrites the header only when it changed, so a new commit recompiles only who includes it.
set(BERTH_VERSION_HEADER "${PROJECT_BINARY_DIR}/generated/berth_version.hpp")
find_package(Git QUIET)

set(write_version "${CMAKE_COMMAND}"
  "-DGIT=${GIT_EXECUTABLE}" "-DSOURCE=${PROJECT_SOURCE_DIR}" "-DVERSION=${PROJECT_VERSION}"
  "-DHEADER=${BERTH_VERSION_HEADER}" -P "${CMAKE_CURRENT_LIST_DIR}/WriteVersion.cmake")
execute_process(COMMAND ${write_version} COMMAND_ERROR_IS_FATAL ANY)
add_custom_target(berth_version_header COMMAND ${write_version}
  BYPRODUCTS "${BERTH_VERSION_HEADER}" COMMENT "Asking git for the commit" VERBATIM)

add_library(berth_version INTERFACE)
target_include_directories(berth_version INTERFACE "${PROJECT_BINARY_DIR}")
add_dependencies(berth_version berth_version_header)
