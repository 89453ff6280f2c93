# Writes OUTPUT from the YAML files POLICIES; see EmbedPolicies.cmake.
set(entries "")
foreach(policy IN LISTS POLICIES)
  get_filename_component(name "${policy}" NAME_WLE)
  file(READ "${policy}" text)
  if(text MATCHES "\\)yaml\"")
    message(FATAL_ERROR "${policy}: must not contain )yaml\"")
  endif()
  string(APPEND entries "      {\"${name}\", R\"yaml(${text})yaml\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Written by the build from configs/policies.
#include \"app/embedded_policies.hpp\"

namespace berth {

const std::vector<std::pair<std::string, std::string>>& embedded_policies() {
  static const std::vector<std::pair<std::string, std::string>> policies{
${entries}  };
  return policies;
}

}  // namespace berth
")
