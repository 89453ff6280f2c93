include(BerthVersion)
include(EmbedPolicies)
target_link_libraries(berth_app PUBLIC berth_version)

add_executable(berth "${PROJECT_SOURCE_DIR}/app/main.cpp")
target_link_libraries(berth PRIVATE berth_app)
