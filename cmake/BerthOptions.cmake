# Language, warnings and floating-point rules that hold for every target of ours.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

option(BERTH_TESTS "build the tests" ON)
option(BERTH_BENCH "build the benchmarks" ON)
option(BERTH_FUZZ "build the libFuzzer targets (clang only)" OFF)
option(BERTH_NIGHTLY "let the long tests run their full length" OFF)
option(BERTH_SANITIZE "address and undefined-behaviour sanitizers; a finding ends the run" OFF)
option(BERTH_TIDY "run clang-tidy on each file that is compiled" OFF)

find_program(BERTH_CCACHE ccache)
if(BERTH_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${BERTH_CCACHE}")
endif()

# What each target of ours compiles with. -ffp-contract=off is PUBLIC by being here: a fused
# multiply-add rounds once where two operations round twice, and results would differ by machine.
add_library(berth_flags INTERFACE)
target_include_directories(berth_flags INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(berth_flags INTERFACE
  -ffp-contract=off -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow
  -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast -Wundef -Werror)
# False alarms of GCC 12 in optimised builds: overlapping memory in "text" + std::string (GCC bug
# 105651), and reads past the inline storage of a boost small_vector that is moved.
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(berth_flags INTERFACE -Wno-restrict -Wno-stringop-overread)
endif()
target_compile_definitions(berth_flags INTERFACE
  $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)

if(BERTH_FUZZ AND NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
  message(FATAL_ERROR "BERTH_FUZZ needs clang: cmake --preset fuzz")
endif()
if(BERTH_SANITIZE OR BERTH_FUZZ)
  target_compile_options(berth_flags INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(berth_flags INTERFACE -fsanitize=address,undefined)
  target_compile_definitions(berth_flags INTERFACE _GLIBCXX_ASSERTIONS)
endif()
if(BERTH_FUZZ)
  target_compile_options(berth_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(BERTH_TIDY)
  # clang-tidy 14, Debian's default, cannot read parts of libstdc++ 12.
  find_program(BERTH_CLANG_TIDY NAMES clang-tidy-16 clang-tidy-19 clang-tidy REQUIRED)
  set(CMAKE_CXX_CLANG_TIDY "${BERTH_CLANG_TIDY};--quiet")
endif()
