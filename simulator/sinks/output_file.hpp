// A file that is whole or not there. It is written beside its place, as .NAME.part, and renamed
// when it is committed; without a commit it is removed, and what had that name before stays.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "simulator/sinks/text_out.hpp"

namespace berth {

// Every failure (of opening, writing, closing or renaming) is an InputError that names the path and
// the reason.
class OutputFile final : public TextOut {
 public:
  explicit OutputFile(std::filesystem::path path);
  ~OutputFile() override;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view text) override;
  // Gives the file its name. Nothing may be written afterwards.
  void commit();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  void flush();
  void put(std::string_view text);
  void discard();
  // Removes what was written so far and throws for the current errno.
  [[noreturn]] void fail();

  std::filesystem::path path_;
  std::filesystem::path part_;
  std::string buffer_;
  int descriptor_ = -1;
};

}  // namespace berth
