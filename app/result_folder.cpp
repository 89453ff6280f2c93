#include "app/result_folder.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "core/error.hpp"

namespace berth {

ResultFolder::ResultFolder(const std::string& path) : path_(path) {
  std::error_code error;
  if (std::filesystem::exists(path_, error) && !std::filesystem::is_directory(path_, error)) {
    throw InputError({"--out"}, "'" + path + "' is not a folder", "name one, or a new one");
  }
  made_ = std::filesystem::create_directories(path_, error);
  if (error) {
    throw InputError({"--out"}, "cannot make the folder '" + path + "': " + error.message());
  }
}

ResultFolder::~ResultFolder() {
  files_.clear();
  if (made_) {
    std::error_code ignored;  // it is not empty when the commit succeeded
    std::filesystem::remove(path_, ignored);
  }
}

TextOut& ResultFolder::file(const std::string& name) {
  files_.push_back(std::make_unique<OutputFile>(path_ / name));
  return *files_.back();
}

void ResultFolder::commit() {
  std::vector<std::filesystem::path> named;
  try {
    for (const auto& file : files_) {
      file->commit();
      named.push_back(file->path());
    }
  } catch (...) {
    std::error_code ignored;
    for (const auto& path : named) {
      std::filesystem::remove(path, ignored);
    }
    throw;
  }
  remove_older();
}

void ResultFolder::remove_older() const {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(path_, ignored)) {
    const std::string name = entry.path().filename().string();
    const bool older = std::ranges::any_of(
        older_, [&name](const std::string& prefix) { return name.starts_with(prefix); });
    const bool ours = std::ranges::any_of(
        files_, [&entry](const auto& file) { return file->path() == entry.path(); });
    if (older && !ours) {
      std::filesystem::remove(entry.path(), ignored);
    }
  }
}

}  // namespace berth
