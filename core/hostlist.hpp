// Slurm hostlists: n[001-016,020],m3. Ranges keep the zero padding they were written with.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

// The names in written order. REQUIRES of the text: balanced brackets, ascending ranges, at most
// `most` names in all; otherwise InputError (with an empty Where; callers add their own place).
std::vector<std::string> expand_hostlist(std::string_view text, std::size_t most = 1'000'000);

// The shortest hostlist of `names`, which are kept in the given order: neighbours whose prefix and
// padding agree and whose numbers follow each other fold into a range.
std::string fold_hostlist(const std::vector<std::string>& names);

}  // namespace berth
