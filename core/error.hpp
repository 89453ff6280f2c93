// What is wrong with a user's input: where, what, and what would be right. Prints as
//   path:line:column: key.path: what is wrong
//     what would be right
#pragma once

#include <stdexcept>
#include <string>

namespace berth {

// A place in a file. Lines and columns count from 1; 0 means "not known" and is left out.
struct Where {
  std::string path;
  int line = 0;
  int column = 0;
};

class InputError : public std::runtime_error {
 public:
  // `what` may begin with "key.path: "; `remedy` may be empty. Both lower case, no full stop.
  InputError(const Where& where, const std::string& what, const std::string& remedy = {});
};

// "path:line:column", without the parts that are not known.
std::string to_string(const Where& where);

// The known name nearest to `name` when it is near enough to be a slip of the keyboard, else "".
template <class Names>
std::string nearest_name(const std::string& name, const Names& known);

int edit_distance(const std::string& a, const std::string& b);

template <class Names>
std::string nearest_name(const std::string& name, const Names& known) {
  std::string best;
  int best_distance = 1 + static_cast<int>(name.size()) / 3;
  for (const auto& candidate : known) {
    if (const int distance = edit_distance(name, std::string(candidate));
        distance < best_distance || (distance == best_distance && best.empty())) {
      best = std::string(candidate);
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace berth
