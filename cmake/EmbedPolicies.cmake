# Puts configs/policies/*.yaml into berth_app, so that the binary knows the policies by name
# wherever it is installed. See app/embedded_policies.hpp.
set(policies_source "${PROJECT_BINARY_DIR}/generated/embedded_policies.cpp")
file(GLOB policies CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/configs/policies/*.yaml")
list(SORT policies)

add_custom_command(
  OUTPUT "${policies_source}"
  COMMAND "${CMAKE_COMMAND}" "-DPOLICIES=${policies}" "-DOUTPUT=${policies_source}"
    -P "${CMAKE_CURRENT_LIST_DIR}/WritePolicies.cmake"
  # The list of names too: a policy that is removed leaves nothing newer behind.
  DEPENDS ${policies} "${CMAKE_CURRENT_LIST_DIR}/WritePolicies.cmake"
    "${PROJECT_BINARY_DIR}/generated/policies.txt"
  COMMENT "Embedding configs/policies" VERBATIM)
file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/generated/policies.txt" CONTENT "${policies}\n")

target_sources(berth_app PRIVATE "${policies_source}")
# Generated: our formatter and clang-tidy have nothing to say about it.
set_source_files_properties("${policies_source}" PROPERTIES SKIP_LINTING ON)
