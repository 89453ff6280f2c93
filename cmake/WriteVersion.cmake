# Writes HEADER from VERSION and the commit of SOURCE; see BerthVersion.cmake. A source tree without
# its own .git (a tarball, perhaps unpacked inside another repository) has no known commit.
set(commit "unknown")
if(GIT AND EXISTS "${SOURCE}/.git")
  execute_process(
    COMMAND "${GIT}" -c "safe.directory=*" -C "${SOURCE}" rev-parse --short=12 HEAD
    OUTPUT_VARIABLE found OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed)
    set(commit "${found}")
  endif()
endif()

set(text "// What `berth --version` and the manifest of a run say. Written by the build.
#pragma once

#include <string_view>

namespace berth {
inline constexpr std::string_view version = \"${VERSION}\";
inline constexpr std::string_view commit = \"${commit}\";
}  // namespace berth
")
set(before "")
if(EXISTS "${HEADER}")
  file(READ "${HEADER}" before)
endif()
if(NOT text STREQUAL before)
  file(WRITE "${HEADER}" "${text}")
endif()
