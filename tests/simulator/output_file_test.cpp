#include "simulator/sinks/output_file.hpp"

#include <csignal>
#include <fstream>
#include <iterator>
#include <string>

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/check.hpp"
#include "core/error.hpp"

using namespace berth;

namespace {

// What is being written of jobs.csv.
std::string part_of_jobs() { return ".jobs.csv." + std::to_string(::getpid()) + ".part"; }

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "berth-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::filesystem::path operator/(const char* name) const { return path_ / name; }
  [[nodiscard]] bool has(const char* name) const { return std::filesystem::exists(path_ / name); }
  [[nodiscard]] bool empty() const { return std::filesystem::is_empty(path_); }
  [[nodiscard]] std::string text(const char* name) const {
    std::ifstream file(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::filesystem::path path_;
};

// While it lives, files cannot grow beyond `bytes`.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : before_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, before_handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*before_handler_)(int);
};

template <class Action>
std::string complaint(const Action& action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("an output file has its name only when it is whole") {
  const Folder folder;
  OutputFile file(folder / "jobs.csv");
  file.write("one\n");
  CHECK_FALSE(folder.has("jobs.csv"));
  CHECK(folder.has(part_of_jobs().c_str()));
  file.write("two\n");
  file.commit();
  CHECK(folder.text("jobs.csv") == "one\ntwo\n");
  CHECK_FALSE(folder.has(part_of_jobs().c_str()));
}

TEST_CASE("an output file that is given up leaves what was there before") {
  const Folder folder;
  std::ofstream(folder / "jobs.csv") << "earlier";
  { OutputFile(folder / "jobs.csv").write("later"); }
  CHECK(folder.text("jobs.csv") == "earlier");
  CHECK_FALSE(folder.has(part_of_jobs().c_str()));
}

TEST_CASE("a commit replaces an earlier file, and the rest of a run that was killed") {
  const Folder folder;
  std::ofstream(folder / "jobs.csv") << "earlier and longer";
  std::ofstream(folder / part_of_jobs().c_str()) << "half of something long";
  OutputFile file(folder / "jobs.csv");
  file.write("later");
  file.commit();
  CHECK(folder.text("jobs.csv") == "later");
}

TEST_CASE("texts longer than the buffer arrive in order") {
  const Folder folder;
  OutputFile file(folder / "long");
  const std::string whole(200'000, 'x');
  const std::string nearly(65'535, 'y');
  for (const std::string& text : {std::string("a"), whole, nearly, std::string("bc"), nearly}) {
    file.write(text);
  }
  file.commit();
  CHECK(folder.text("long") == "a" + whole + nearly + "bc" + nearly);
}

TEST_CASE("a folder that is not there is an error that names the file and the reason") {
  const Folder folder;
  const auto path = folder / "nowhere" / "jobs.csv";
  CHECK(complaint([&] { const OutputFile file(path); }) ==
        "cannot write " + path.string() + ": No such file or directory");
}

TEST_CASE("a full disk is an error that names the file and the reason, and leaves nothing") {
  const Folder folder;
  std::filesystem::create_symlink("/dev/full", folder / part_of_jobs().c_str());
  OutputFile file(folder / "jobs.csv");
  file.write("all that is in the buffer");
  CHECK(complaint([&] { file.commit(); }) ==
        "cannot write " + (folder / "jobs.csv").string() + ": No space left on device");
  CHECK(folder.empty());
}

TEST_CASE("a disk that fills up while a file is written is an error, and leaves nothing") {
  const Folder folder;
  OutputFile file(folder / "jobs.csv");
  const std::string expected =
      "cannot write " + (folder / "jobs.csv").string() + ": File too large";
  {
    const FileSizeLimit limit(100'000);
    CHECK(complaint([&] { file.write(std::string(150'000, 'x')); }) == expected);
  }
  CHECK(folder.empty());
  CHECK_THROWS_AS(file.commit(), InternalError);
}

TEST_CASE("a name that cannot be given is an error, and leaves nothing") {
  const Folder folder;
  std::filesystem::create_directory(folder / "jobs.csv");
  OutputFile file(folder / "jobs.csv");
  CHECK(complaint([&] { file.commit(); }) ==
        "cannot write " + (folder / "jobs.csv").string() + ": Is a directory");
  CHECK_FALSE(folder.has(part_of_jobs().c_str()));
}

TEST_CASE("a file that was committed is not written again") {
  const Folder folder;
  OutputFile file(folder / "jobs.csv");
  file.commit();
  CHECK_THROWS_AS(file.write("more"), InternalError);
  CHECK_THROWS_AS(file.commit(), InternalError);
  CHECK(folder.text("jobs.csv").empty());
}
