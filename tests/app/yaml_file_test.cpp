// Files that are no configs, or no files.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/yaml_settings.hpp"
#include "core/settings_tree.hpp"
#include "tests/core/settings_trees.hpp"

using namespace berth;
using berth::testing::error_of;

namespace {

// A folder of its own for each test, gone afterwards.
class Folder {
 public:
  Folder() {
    std::string made = (std::filesystem::temp_directory_path() / "berth_yaml_XXXXXX").string();
    path_ = ::mkdtemp(made.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::string loading(const std::string& path) {
  return error_of([&] { (void)load_yaml_file(path); });
}

}  // namespace

TEST_CASE("a file is named in its messages") {
  const Folder folder;
  const std::string path = folder.file("c.yaml");
  std::ofstream(path) << "seed: 1\nseed: 2\n";
  CHECK(loading(path) ==
        path + ":2:1: seed: is written twice, first in line 1\n  keep one of them");
}

TEST_CASE("a missing file, a folder and a loop of links are refused") {
  const Folder folder;
  const std::string loop = folder.file("loop");
  std::filesystem::create_symlink("loop", loop);
  CHECK(loading(folder.file("none.yaml")) == folder.file("none.yaml") + ": no such file");
  CHECK(loading(folder.file("loop")) ==
        loop + ": cannot be read: too many levels of symbolic links");
  CHECK(loading(folder.file("")) == folder.file("") + ": is a directory\n  name a file");
}

TEST_CASE("a pipe without a writer and an endless device are refused at once") {
  const Folder folder;
  const std::string pipe = folder.file("pipe");
  CHECK(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(loading(pipe) == pipe + ": is not a regular file\n  name a file");
  CHECK(loading("/dev/zero") == "/dev/zero: is not a regular file\n  name a file");
}

TEST_CASE("a file larger than 4 MiB is not read to its end") {
  const Folder folder;
  const std::string path = folder.file("large.yaml");
  std::ofstream(path) << "#";
  std::filesystem::resize_file(path, std::uintmax_t{1} << 40U);  // sparse
  CHECK(loading(path) ==
        path + ": is larger than 4 MiB\n  describe repetition by counts; large tables are traces");
}
