# berth_embed(TARGET FOLDER): puts configs/FOLDER/*.yaml into TARGET, so that the binary knows them
# by name wherever it is installed. The build writes a table (NAME, TEXT) that is declared in
# app/embedded_FOLDER.hpp.
function(berth_embed target folder)
  set(output "${PROJECT_BINARY_DIR}/generated/embedded_${folder}.cpp")
  set(list "${PROJECT_BINARY_DIR}/generated/${folder}.txt")
  set(script "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/WriteEmbedded.cmake")
  file(GLOB files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/configs/${folder}/*.yaml")
  list(SORT files)

  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DFILES=${files}" "-DFOLDER=${folder}" "-DOUTPUT=${output}"
      -P "${script}"
    # The list of names too: a file that is removed leaves nothing newer behind.
    DEPENDS ${files} "${script}" "${list}"
    COMMENT "Embedding configs/${folder}" VERBATIM)
  file(CONFIGURE OUTPUT "${list}" CONTENT "${files}\n")

  target_sources(${target} PRIVATE "${output}")
  # Generated: our formatter and clang-tidy have nothing to say about it.
  set_source_files_properties("${output}" PROPERTIES SKIP_LINTING ON)
endfunction()
