# Writes OUTPUT, the table of FOLDER, from the YAML files FILES; see Embed.cmake.
set(entries "")
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME_WLE)
  file(READ "${file}" text)
  if(text MATCHES "\\)yaml\"")
    message(FATAL_ERROR "${file}: must not contain )yaml\"")
  endif()
  string(APPEND entries "      {\"${name}\", R\"yaml(${text})yaml\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Written by the build from configs/${FOLDER}.
#include \"app/embedded_${FOLDER}.hpp\"

namespace berth {

const std::vector<std::pair<std::string, std::string>>& embedded_${FOLDER}() {
  static const std::vector<std::pair<std::string, std::string>> table{
${entries}  };
  return table;
}

}  // namespace berth
")
