// Any bytes as a dump of forwarding tables: tables, or refused with an InputError. A dump is the
// same when it is written and read again, and when it has gone through the tables of a fabric that
// it fits.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/check.hpp"
#include "core/error.hpp"
#include "topology/formats.hpp"

namespace {

using namespace berth;

// What the seeds are of: two switches with an HCA each.
Fabric two_leaves() {
  FabricBuilder builder;
  for (const std::uint64_t guid : {1U, 2U, 3U, 4U}) {
    Device device;
    device.kind = guid <= 2 ? DeviceKind::switch_ : DeviceKind::hca;
    device.ports = guid <= 2 ? 8 : 1;
    device.guid = Guid{guid << 8U};
    builder.add(device);
  }
  builder.connect({DeviceId(0), 1}, {DeviceId(1), 1}, {});
  builder.connect({DeviceId(0), 2}, {DeviceId(2), 1}, {});
  builder.connect({DeviceId(1), 2}, {DeviceId(3), 1}, {});
  return builder.build();
}

// Nothing when the input is wrong, and the reader says so.
template <class Function>
auto unless_refused(Function&& function) -> std::optional<decltype(function())> {
  try {
    return function();
  } catch (const InputError&) {
    return std::nullopt;
  }
}

std::optional<LftDump> read(std::string_view text) {
  return unless_refused([text] { return read_lfts(text, "lfts"); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Fabric fabric = two_leaves();
  const auto dump = read({reinterpret_cast<const char*>(data), size});
  if (!dump) {
    return 0;
  }
  check(read(write_lfts(*dump)) == dump, "what is written is read as the same");
  const auto fit = [](const LftDump& some) {
    return unless_refused([&some] { return tables_of(some, fabric, "lfts"); });
  };
  if (const auto tables = fit(*dump)) {
    check(fit(lfts_of(fabric, *tables)) == tables, "tables come through a dump");
  }
  return 0;
}
