// What can be named in a config, with a line about each: for `berth list`, for completion.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace berth {

struct NamedPart {
  std::string name;
  std::string summary;
  std::string use = {};  // of a format: "read, written"; of a preset: "policy"
};

struct Topic {
  std::string name;     // "placers"
  std::string summary;  // "where a job goes"
  std::vector<NamedPart> parts;
};

// All topics; "policies" are among the "presets" too.
std::vector<Topic> all_topics();
// InputError when there is no such topic.
Topic topic(const std::string& name);

}  // namespace berth
