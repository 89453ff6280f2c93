// The whole program called with words and streams, in a folder of its own.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "app/berth_main.hpp"
#include "scheduler/placer.hpp"

namespace berth::testing {

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::string without(std::string text, const std::string& part) {
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part)) {
    text.erase(at, part.size());
  }
  return text;
}

// A folder that is gone at the end of the test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "berth_test_XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string operator/(const std::string& name) const {
    return (path_ / name).string();
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  // Names of all files below, hidden ones too, in order.
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path_)) {
      if (!entry.is_directory()) {
        names.push_back(std::filesystem::relative(entry.path(), path_).string());
      }
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  // Runs with words that begin with '@' taken as files of this folder; messages name them without
  // the folder.
  [[nodiscard]] Outcome berth(std::vector<std::string> words) const {
    for (std::string& word : words) {
      word = word.starts_with('@') ? *this / word.substr(1) : word;
    }
    std::ostringstream out;
    std::ostringstream err;
    const int code = berth_main(words, out, err);
    const std::string prefix = path_.string() + "/";
    return {code, without(out.str(), prefix), without(err.str(), prefix)};
  }

 private:
  std::filesystem::path path_;
};

// A small config, by its parts, so that a test says only what is special about its own.
using Keys = std::map<std::string, std::string>;
inline std::string config(const Keys& keys = {}) {
  Keys all{{"seed", "1"},
           {"cluster", "{kind: uniform, nodes: 4, gpus_per_node: 8}"},
           {"workload",
            "{kind: synthetic, jobs: 50, arrivals: {kind: poisson, mean_gap: 9m}, "
            "sizes: {1: 50, 8: 30, 16: 5}, work: {kind: lognormal, median: 1h, sigma: 1}}"},
           {"policy", "easy"}};
  std::string text;
  for (const auto& [key, value] : keys) {
    all[key] = value;
  }
  for (const auto& [key, value] : all) {
    text += value.empty() ? "" : key + ": " + value + "\n";
  }
  return text;
}

// What is said of a config that has these keys, when it is run; "fine" when nothing is.
inline std::string said_of(const std::string& yaml) {
  const Folder folder;
  folder.write("c.yaml", yaml);
  const Outcome outcome = folder.berth({"run", "@c.yaml"});
  const bool clean = outcome.out.empty() && folder.files() == std::vector<std::string>{"c.yaml"};
  return outcome.code == 0            ? "fine"
         : outcome.code == 2 && clean ? outcome.err
                                      : "code " + std::to_string(outcome.code) + outcome.err;
}

inline std::string said_of(const Keys& keys) { return said_of(config(keys)); }

// "first_fit, best_fit, ...": the known placers as messages list them.
inline std::string known_placers() {
  std::string all;
  for (const std::string_view name : placer_names()) {
    all += (all.empty() ? "" : ", ") + std::string(name);
  }
  return all;
}

// What is said of words, with a good config at @c.yaml.
inline std::string said_to(const std::vector<std::string>& words) {
  const Folder folder;
  folder.write("c.yaml", config());
  const Outcome outcome = folder.berth(words);
  return outcome.code == 2 && outcome.out.empty()
             ? outcome.err
             : "code " + std::to_string(outcome.code) + ": " + outcome.out + outcome.err;
}

}  // namespace berth::testing
