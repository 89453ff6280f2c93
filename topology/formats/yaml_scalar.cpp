#include "topology/formats/yaml_scalar.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/settings_tree.hpp"

namespace berth {
namespace {

bool is_letter(char byte) { return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z'); }
bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

// Words that readers of YAML take for a truth value or as nothing.
bool means_something(std::string_view text) {
  constexpr std::array<std::string_view, 7> words{"true", "false", "yes", "no",
                                                  "on",   "off",   "null"};
  std::string small(text);
  std::ranges::transform(small, small.begin(), [](char byte) {
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
  });
  return std::ranges::find(words, small) != words.end();
}

// `more`: what else is harmless where the scalar stands.
bool is_plain(std::string_view text, std::string_view more) {
  return !text.empty() && is_letter(text.front()) && !means_something(text) &&
         std::ranges::all_of(text, [more](char byte) {
           return is_letter(byte) || is_digit(byte) || more.find(byte) != std::string_view::npos;
         });
}

constexpr std::string_view harmless_in_flow = "_-./";
constexpr std::string_view harmless = "_-./,[]";

}  // namespace

std::string yaml_quoted(std::string_view text) {
  std::string made = "\"";
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') {
      made += '\\';
    }
    if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F) {
      made += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    } else {
      made += byte;
    }
  }
  return made + '"';
}

std::string yaml_scalar(std::string_view text) {
  return is_plain(text, harmless) ? std::string(text) : yaml_quoted(text);
}

std::string yaml_flow(Setting value) {
  std::string made;
  if (value.is_map()) {
    for (const auto& [key, inner] : value.entries()) {
      made += (made.empty() ? "" : ", ") + yaml_scalar(key) + ": " + yaml_flow(inner);
    }
    return "{" + made + "}";
  }
  if (value.is_list()) {
    for (const Setting item : value.items()) {
      made += (made.empty() ? "" : ", ") + yaml_flow(item);
    }
    return "[" + made + "]";
  }
  if (!value.is_scalar()) {
    return "~";
  }
  const std::string text = value.text();
  const bool number = !text.empty() && std::ranges::all_of(text, is_digit);
  if (value.node().quoted ||
      !(number || is_plain(text, harmless_in_flow) || means_something(text))) {
    return yaml_quoted(text);
  }
  return text;
}

}  // namespace berth
