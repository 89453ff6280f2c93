# berth_room(NAME [USES ROOM...]): one library per room, made of every .cpp below its folder, so
# that a new placer, order or reader needs no change here.
function(berth_room name)
  cmake_parse_arguments(ROOM "" "" "USES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${name}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "/app/main\\.cpp$")
  add_library(berth_${name} STATIC ${sources})
  target_link_libraries(berth_${name} PUBLIC berth_flags)
  foreach(room IN LISTS ROOM_USES)
    target_link_libraries(berth_${name} PUBLIC berth_${room})
  endforeach()
endfunction()
