// What tests of workloads share: files that vanish, workloads from a line of config, all jobs of a
// source, and what an error says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

#include "core/error.hpp"
#include "tests/workloads/flow_settings.hpp"
#include "workloads/source.hpp"

namespace berth::testing {

// A file with the given content and a name that no other test has, removed at the end of its scope.
class TempFile {
 public:
  explicit TempFile(const std::string& content, const std::string& ending = ".swf") {
    static int made = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("berth_test_" + std::to_string(::getpid()) + "_" + std::to_string(++made) + ending);
    std::ofstream(path_, std::ios::binary) << content;
  }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  ~TempFile() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

inline std::vector<Job> all_jobs(JobSource& source) {
  std::vector<Job> jobs;
  Job job;
  while (source.next(job)) {
    jobs.push_back(job);
  }
  return jobs;
}

inline std::vector<Job> first_jobs(JobSource& source, std::size_t count) {
  std::vector<Job> jobs(count);
  for (Job& job : jobs) {
    REQUIRE(source.next(job));
  }
  return jobs;
}

inline std::unique_ptr<const Workload> workload(std::string_view config) {
  const SettingsTree tree = flow(config);
  auto made = make_workload(tree.root());
  check_all_used(tree.root());
  return made;
}

inline std::vector<Job> jobs_of(std::string_view config, RunKey run = {}, std::uint32_t index = 0) {
  Catalog catalog;
  return all_jobs(*workload(config)->open(run, index, catalog));
}

// What an InputError says, or "fine".
template <class Function>
std::string error_of(Function&& function) {
  try {
    function();
  } catch (const InputError& error) {
    return error.what();
  }
  return "fine";
}

inline std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

}  // namespace berth::testing
