// Any bytes are a config or an InputError, never a crash, a hang or another exception; and what was
// read prints as a config that reads the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>

#include "app/yaml_settings.hpp"
#include "core/settings.hpp"
#include "core/settings_tree.hpp"

namespace {

using berth::InputError;
using berth::Setting;

template <class Read>
void try_read(Read read) {
  try {
    (void)read();
  } catch (const InputError&) {
  }
}

void read_scalar(Setting value) {
  try_read([&] { return value.count(0, std::numeric_limits<std::int64_t>::max()); });
  try_read([&] { return value.number(-1.0, 1.0); });
  try_read([&] { return value.duration(); });
  try_read([&] { return value.bytes(); });
  try_read([&] { return value.flag(); });
  try_read([&] { return value.choice({"none", "easy"}); });
}

void read_everything(Setting value) {
  read_scalar(value);
  if (value.is_map()) {
    for (const auto& entry : value.entries()) {
      read_everything(entry.second);
    }
  }
  if (value.is_list()) {
    for (const Setting item : value.items()) {
      read_everything(item);
    }
  }
}

std::string read_and_print(const std::string& text) {
  const berth::SettingsTree config = berth::load_yaml_text(text, "config");
  read_everything(config.root());
  berth::check_all_used(config.root());
  return resolved_yaml(config.root());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string printed;
  try {
    printed = read_and_print(std::string(data, data + size));
  } catch (const InputError&) {
    return 0;
  }
  if (read_and_print(printed) != printed) {
    std::abort();
  }
  return 0;
}
