#include "workloads/bytes.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/error.hpp"

namespace berth {
namespace {

double part_of(std::uint64_t read, std::uint64_t size) {
  return size == 0 ? 1.0 : std::min(1.0, static_cast<double>(read) / static_cast<double>(size));
}

struct CloseFile {
  void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};

class FileBytes final : public ByteStream {
 public:
  explicit FileBytes(const std::string& path) : path_(path) {
    if (const std::string why = unreadable(path); !why.empty()) {
      throw InputError(Where{path}, why);
    }
    file_.reset(std::fopen(path.c_str(), "rb"));
    if (file_ == nullptr) {
      throw InputError(Where{path}, "cannot be opened", std::strerror(errno));
    }
    std::error_code ignored;
    size_ = std::filesystem::file_size(path, ignored);
  }
  std::size_t read(std::span<char> out) override {
    const std::size_t got = std::fread(out.data(), 1, out.size(), file_.get());
    if (got < out.size() && std::ferror(file_.get()) != 0) {
      throw InputError(Where{path_}, "cannot be read to its end", std::strerror(errno));
    }
    read_ += got;
    return got;
  }
  [[nodiscard]] double progress() const override { return part_of(read_, size_); }

 private:
  std::string path_;
  std::unique_ptr<std::FILE, CloseFile> file_;
  std::uint64_t size_ = 0;
  std::uint64_t read_ = 0;
};

class MemoryBytes final : public ByteStream {
 public:
  explicit MemoryBytes(std::string content) : content_(std::move(content)) {}
  std::size_t read(std::span<char> out) override {
    const std::size_t got = content_.copy(out.data(), out.size(), read_);
    read_ += got;
    return got;
  }
  [[nodiscard]] double progress() const override { return part_of(read_, content_.size()); }

 private:
  std::string content_;
  std::size_t read_ = 0;
};

}  // namespace

std::string unreadable(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    return "no such file";
  }
  if (error) {
    return "cannot be opened: " + error.message();
  }
  if (std::filesystem::is_directory(status)) {
    return "is a directory, not a file";
  }
  return std::filesystem::is_regular_file(status) ? "" : "is not a regular file";
}

std::unique_ptr<ByteStream> open_bytes(const std::string& path) {
  return std::make_unique<FileBytes>(path);
}

std::unique_ptr<ByteStream> bytes_of(std::string content) {
  return std::make_unique<MemoryBytes>(std::move(content));
}

}  // namespace berth
