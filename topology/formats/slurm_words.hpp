// The lines of Slurm's configuration files as Slurm reads them (checked against slurmctld 22.05): a
// `#` that no backslash precedes begins a comment; then a backslash at the end joins the next line;
// keys are words of any case, values end at a blank or are in double quotes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "topology/formats/text_line.hpp"

namespace berth {

std::string in_small_letters(std::string_view text);

// A line with those it goes on in, from the number of the first.
struct SlurmLine {
  std::string text;
  std::size_t number = 0;
};

// False at the end of the text.
bool next_slurm_line(TextOfLines& lines, SlurmLine& whole);

struct SlurmWord {
  std::string key;  // in small letters
  std::string_view value;
};

// KEY=VALUE by KEY=VALUE; InputError at `where` for anything else, and for `Include`.
class SlurmWords {
 public:
  SlurmWords(std::string_view text, const Where& where);  // both outlive it
  [[nodiscard]] bool done() const { return rest_.empty(); }
  SlurmWord next();  // REQUIRES: not done()

 private:
  std::string_view value(std::string_view key);
  void skip();

  std::string_view rest_;
  const Where& where_;
};

}  // namespace berth
