include(BerthVersion)
include(Embed)
berth_embed(berth_app policies)
berth_embed(berth_app fleets)
target_link_libraries(berth_app PUBLIC berth_version)

add_executable(berth "${PROJECT_SOURCE_DIR}/app/main.cpp")
target_link_libraries(berth PRIVATE berth_app)
