// The files of a result: all of them appear, or none.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "simulator/sinks/output_file.hpp"

namespace berth {

class ResultFolder {
 public:
  // Makes the folder where it is missing; InputError when that is not possible.
  explicit ResultFolder(const std::string& path);
  ~ResultFolder();  // without a commit, nothing stays
  ResultFolder(const ResultFolder&) = delete;
  ResultFolder& operator=(const ResultFolder&) = delete;

  // A file of that name, good until the commit.
  TextOut& file(const std::string& name);
  void write(const std::string& name, const std::string& text) { file(name).write(text); }
  // What an earlier result left under names that begin so goes when this one is committed, lest the
  // two be taken for one.
  void replace_older(std::string prefix) { older_.push_back(std::move(prefix)); }
  // Gives all files their names, in the order in which they were begun.
  void commit();

 private:
  std::filesystem::path path_;
  bool made_ = false;  // by us
  void remove_older() const;

  std::vector<std::unique_ptr<OutputFile>> files_;
  std::vector<std::string> older_;  // prefixes
};

}  // namespace berth
