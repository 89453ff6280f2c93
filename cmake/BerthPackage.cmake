# `cmake --install` and the Debian package (`cpack -G DEB --config build/release/CPackConfig.cmake`).
include(GNUInstallDirs)

install(TARGETS berth)
install(DIRECTORY configs DESTINATION "${CMAKE_INSTALL_DATADIR}/berth")
install(DIRECTORY docs/ DESTINATION "${CMAKE_INSTALL_DOCDIR}" FILES_MATCHING PATTERN "*.md")
install(FILES README.md DESTINATION "${CMAKE_INSTALL_DOCDIR}" OPTIONAL)
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" RENAME copyright)

# What the program says about itself (completions, man page) and compressed change logs are made
# while installing, because they need the finished program; see InstallExtras.cmake.
install(CODE "
  set(BERTH_PROGRAM \"$<TARGET_FILE:berth>\")
  set(BERTH_SOURCE \"${PROJECT_SOURCE_DIR}\")
  set(BERTH_WORK \"${PROJECT_BINARY_DIR}/package\")
  set(BERTH_VERSION \"${PROJECT_VERSION}\")
  set(BERTH_DATADIR \"${CMAKE_INSTALL_DATADIR}\")
  set(BERTH_DOCDIR \"${CMAKE_INSTALL_DOCDIR}\")
  set(BERTH_MANDIR \"${CMAKE_INSTALL_MANDIR}\")
  include(\"${PROJECT_SOURCE_DIR}/cmake/InstallExtras.cmake\")")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME berth)
set(CPACK_PACKAGE_VENDOR "The Berth authors")
set(CPACK_PACKAGE_CONTACT "The Berth authors <berth@users.noreply.github.com>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "discrete-event simulator of GPU clouds")
set(CPACK_PACKAGE_DESCRIPTION
"Berth replays or invents the jobs, failures and repairs of a GPU cloud and
answers which scheduling policy serves it best: where jobs are placed, who
may overtake whom, what failures cost, and what a bigger or differently
wired fleet would change. The same inputs and seed give the same bytes on
any machine.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
include(CPack)
