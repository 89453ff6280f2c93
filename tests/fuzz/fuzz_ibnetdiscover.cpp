// Any bytes as an ibnetdiscover file: a fabric, or refused with an InputError. A fabric is the same
// when it is written and read again.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/check.hpp"
#include "core/error.hpp"
#include "topology/formats.hpp"

namespace {

using namespace berth;

std::optional<Fabric> read(std::string_view text) {
  try {
    return read_ibnetdiscover(text, "fabric");
  } catch (const InputError&) {
    return std::nullopt;  // the input is wrong, and the reader said so
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (const auto fabric = read({reinterpret_cast<const char*>(data), size})) {
    check(fabric->cables() > 0, "a fabric has a cable");
    check(read(write_ibnetdiscover(*fabric)) == fabric, "what is written is read as the same");
  }
  return 0;
}
