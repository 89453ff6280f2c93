# Run by `cmake --install`: shell completions, the man page and the change logs. Whatever cannot be
# made here (no help2man, a program that cannot run on this machine) is left out and said so.
file(MAKE_DIRECTORY "${BERTH_WORK}")

# Runs a command and installs what it prints as FILE; MODE is `compressed` or `plain`.
function(install_output file mode)
  get_filename_component(name "${file}" NAME)
  get_filename_component(folder "${file}" DIRECTORY)
  set(made "${BERTH_WORK}/${name}")
  execute_process(COMMAND ${ARGN} OUTPUT_FILE "${made}" ERROR_QUIET RESULT_VARIABLE failed)
  if(failed)
    list(JOIN ARGN " " command)
    message(STATUS "Not installed: ${file} (failed: ${command})")
    return()
  endif()
  if(mode STREQUAL compressed)
    execute_process(COMMAND gzip -9nf "${made}" COMMAND_ERROR_IS_FATAL ANY)
    string(APPEND made ".gz")
  endif()
  file(INSTALL "${made}" DESTINATION "${CMAKE_INSTALL_PREFIX}/${folder}")
endfunction()

set(bash_name berth)
set(zsh_name _berth)
set(fish_name berth.fish)
set(bash_folder bash-completion/completions)
set(zsh_folder zsh/vendor-completions)
set(fish_folder fish/vendor_completions.d)
foreach(shell bash zsh fish)
  install_output("${BERTH_DATADIR}/${${shell}_folder}/${${shell}_name}" plain
    "${BERTH_PROGRAM}" completion ${shell})
endforeach()

install_output("${BERTH_MANDIR}/man1/berth.1" compressed
  help2man --no-info --section 1 --name "discrete-event simulator of GPU clouds" "${BERTH_PROGRAM}")
install_output("${BERTH_DOCDIR}/changelog" compressed
  "${CMAKE_COMMAND}" -E cat "${BERTH_SOURCE}/CHANGELOG.md")

# Debian wants its own form of the change log; the real one is CHANGELOG.md.
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE "${BERTH_WORK}/debian.txt" "berth (${BERTH_VERSION}-1) unstable; urgency=medium

  * See changelog.gz.

 -- The Berth authors <berth@users.noreply.github.com>  ${date}
")
install_output("${BERTH_DOCDIR}/changelog.Debian" compressed
  "${CMAKE_COMMAND}" -E cat "${BERTH_WORK}/debian.txt")
