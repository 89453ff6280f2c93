# Each library has one home room; see docs/architecture.md.
find_package(Boost 1.74 REQUIRED)
find_package(spdlog REQUIRED)
find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(ZLIB REQUIRED)
find_package(zstd REQUIRED)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
find_path(RANDOM123_INCLUDE Random123/philox.h REQUIRED)

# Headers of others are system headers: our warnings are about our code.
target_include_directories(berth_core SYSTEM PRIVATE "${RANDOM123_INCLUDE}")
target_link_libraries(berth_core PUBLIC fmt::fmt Boost::headers PRIVATE PkgConfig::xxhash)
target_link_libraries(berth_workloads PRIVATE ZLIB::ZLIB zstd::libzstd_shared)
target_link_libraries(berth_simulator PRIVATE nlohmann_json::nlohmann_json spdlog::spdlog)
target_link_libraries(berth_app PRIVATE yaml-cpp CLI11::CLI11 spdlog::spdlog
  PUBLIC nlohmann_json::nlohmann_json Threads::Threads)
