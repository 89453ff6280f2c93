#include "workloads/decompress.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include <zlib.h>
#include <zstd.h>

#include "core/check.hpp"
#include "core/error.hpp"

namespace berth {
namespace {

constexpr std::size_t piece = std::size_t{64} * 1024;
constexpr std::string_view gzip_magic{"\x1f\x8b", 2};
constexpr std::string_view zstd_magic{"\x28\xb5\x2f\xfd", 4};

// What was read but not yet used of a stream.
class Input {
 public:
  Input(std::unique_ptr<ByteStream> stream, const std::string& path)
      : stream_(std::move(stream)), path_(path), buffer_(piece) {
    refill();
  }
  // False at the end of the stream.
  bool refill() {
    if (used_ == size_) {
      size_ = stream_->read(buffer_);
      used_ = 0;
    }
    return used_ < size_;
  }
  [[nodiscard]] std::string_view rest() const { return {buffer_.data() + used_, size_ - used_}; }
  void use(std::size_t bytes) { used_ += bytes; }
  [[nodiscard]] double progress() const { return stream_->progress(); }
  [[noreturn]] void fail(const std::string& what) const { throw InputError(Where{path_}, what); }
  [[noreturn]] void ends_too_early() const { fail("the compressed data ends too early"); }
  [[noreturn]] void damaged() const { fail("the compressed data is damaged"); }

 private:
  std::unique_ptr<ByteStream> stream_;
  std::string path_;
  std::vector<char> buffer_;
  std::size_t used_ = 0;
  std::size_t size_ = 0;
};

class Plain final : public ByteStream {
 public:
  explicit Plain(Input input) : input_(std::move(input)) {}
  std::size_t read(std::span<char> out) override {
    if (!input_.refill()) {
      return 0;
    }
    const std::size_t got = input_.rest().copy(out.data(), out.size());
    input_.use(got);
    return got;
  }
  [[nodiscard]] double progress() const override { return input_.progress(); }

 private:
  Input input_;
};

class Gzip final : public ByteStream {
 public:
  explicit Gzip(Input input) : input_(std::move(input)) {
    constexpr int gzip_with_window_of_32_kib = 16 + MAX_WBITS;
    check(inflateInit2(&state_, gzip_with_window_of_32_kib) == Z_OK, "zlib starts");
  }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;
  ~Gzip() override { inflateEnd(&state_); }

  std::size_t read(std::span<char> out) override {
    state_.next_out = reinterpret_cast<Bytef*>(out.data());
    state_.avail_out = static_cast<uInt>(out.size());
    while (state_.avail_out == out.size()) {
      if (!input_.refill()) {
        if (between_members_) {
          break;
        }
        input_.ends_too_early();
      }
      step();
    }
    return out.size() - state_.avail_out;
  }
  [[nodiscard]] double progress() const override { return input_.progress(); }

 private:
  // A file may hold several members one after the other (as pigz and `cat a.gz b.gz` write them).
  void step() {
    if (between_members_) {
      check(inflateReset(&state_) == Z_OK, "zlib starts again");
      between_members_ = false;
    }
    const std::string_view rest = input_.rest();
    state_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest.data()));
    state_.avail_in = static_cast<uInt>(rest.size());
    const int result = inflate(&state_, Z_NO_FLUSH);
    input_.use(rest.size() - state_.avail_in);
    if (result == Z_STREAM_END) {
      between_members_ = true;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      input_.damaged();
    }
  }

  Input input_;
  z_stream state_{};
  bool between_members_ = false;
};

struct FreeZstd {
  void operator()(ZSTD_DStream* state) const { ZSTD_freeDStream(state); }
};

class Zstd final : public ByteStream {
 public:
  explicit Zstd(Input input) : input_(std::move(input)), state_(ZSTD_createDStream()) {
    check(state_ != nullptr, "zstd starts");
  }
  std::size_t read(std::span<char> out) override {
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    while (to.pos == 0) {
      const bool more = input_.refill();
      if (!more && missing_ == 0) {
        break;
      }
      step(to);
      if (!more && to.pos == 0 && missing_ != 0) {
        input_.ends_too_early();
      }
    }
    return to.pos;
  }
  [[nodiscard]] double progress() const override { return input_.progress(); }

 private:
  void step(ZSTD_outBuffer& to) {
    const std::string_view rest = input_.rest();
    ZSTD_inBuffer from{rest.data(), rest.size(), 0};
    missing_ = ZSTD_decompressStream(state_.get(), &to, &from);
    if (ZSTD_isError(missing_) != 0) {
      input_.damaged();
    }
    input_.use(from.pos);
  }

  Input input_;
  std::unique_ptr<ZSTD_DStream, FreeZstd> state_;
  std::size_t missing_ = 0;  // of the current frame; 0 between frames
};

}  // namespace

std::unique_ptr<ByteStream> decompressed(std::unique_ptr<ByteStream> packed,
                                         const std::string& path) {
  Input input(std::move(packed), path);
  const std::string_view beginning = input.rest();
  if (beginning.starts_with(gzip_magic)) {
    return std::make_unique<Gzip>(std::move(input));
  }
  if (beginning.starts_with(zstd_magic)) {
    return std::make_unique<Zstd>(std::move(input));
  }
  return std::make_unique<Plain>(std::move(input));
}

}  // namespace berth
