#include "app/topology_file.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "app/yaml_settings.hpp"
#include "core/error.hpp"
#include "workloads/bytes.hpp"
#include "workloads/decompress.hpp"

namespace berth {
namespace {

constexpr std::size_t text_bytes_most = std::size_t{1} << 30U;

std::string lower(std::string_view text) {
  std::string small(text);
  std::ranges::transform(small, small.begin(), [](char byte) {
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte;
  });
  return small;
}

// The first line that says something, without the blanks around it.
std::string_view first_line(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin != line.npos && line[begin] != '#') {
      return line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin);
    }
  }
  return {};
}

bool begins_with_any(const std::string& line, const std::vector<std::string_view>& words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return line.starts_with(word); });
}

bool has_key(const SettingNode& map, std::string_view key) {
  return map.kind == SettingNode::Kind::map &&
         std::ranges::any_of(map.children, [&](const auto& child) { return child->key == key; });
}

[[noreturn]] void fail_unknown(const std::string& path) {
  throw InputError(
      {path}, "is in no format that is known",
      fmt::format("known: {}; --from says which", fmt::join(readable_formats(), ", ")));
}

bool may_be_yaml(const std::string& line) {
  return line.find(':') != line.npos || begins_with_any(line, {"-", "{", "["});
}

// Of YAML, by its outermost keys.
TopologyFormat format_of(const SettingNode& root, const std::string& path) {
  if (root.kind == SettingNode::Kind::list && !root.children.empty() &&
      has_key(*root.children.front(), "topology")) {
    return TopologyFormat::topology_yaml;
  }
  if (root.kind != SettingNode::Kind::map) {
    fail_unknown(path);
  }
  const bool model = has_key(root, "switches") || has_key(root, "blocks");
  return model && !has_key(root, "kind") && !has_key(root, "cluster") ? TopologyFormat::topograph
                                                                      : TopologyFormat::config;
}

// Nothing when it may be YAML.
std::optional<TopologyFormat> format_of(std::string_view text, const std::string& path) {
  const std::string line = lower(first_line(text));
  if (begins_with_any(line, {"vendid=", "devid=", "sysimgguid=", "switchguid=", "caguid=",
                             "rtguid=", "switch\t", "ca\t", "hca\t", "rt\t"})) {
    return TopologyFormat::ibnetdiscover;
  }
  if (begins_with_any(line, {"unicast lids"})) {
    return TopologyFormat::lfts;
  }
  if (begins_with_any(line, {"switchname=", "blockname=", "blocksizes=", "ringname="})) {
    return TopologyFormat::topology_conf;
  }
  if (begins_with_any(line, {"sn,cpu_milli,"})) {
    return TopologyFormat::openb;
  }
  if (text.find_first_not_of(" \t\r\n") == text.npos) {
    throw InputError({path}, "is empty");
  }
  if (!line.empty() && !may_be_yaml(line)) {
    fail_unknown(path);
  }
  return std::nullopt;
}

TopologyDocument read_yaml(SettingsTree tree, TopologyFormat format) {
  if (format == TopologyFormat::config) {
    return tree;
  }
  TopologyDocument document;
  if (format == TopologyFormat::topology_yaml) {
    document = read_topology_yaml(tree.root());
  } else {
    document = read_topograph(tree.root());
  }
  check_all_used(tree.root());
  return document;
}

TopologyDocument read_document(const std::string& text, const std::string& path,
                               TopologyFormat format) {
  switch (format) {
    case TopologyFormat::ibnetdiscover:
      return read_ibnetdiscover(text, path);
    case TopologyFormat::lfts:
      return read_lfts(text, path);
    case TopologyFormat::topology_conf:
      return std::vector{read_topology_conf(text, path)};
    case TopologyFormat::openb:
      return read_openb_nodes(text, path);
    default:
      return read_yaml(load_yaml_text(text, path), format);
  }
}

}  // namespace

std::string read_packed_text(const std::string& path) {
  const auto stream = decompressed(open_bytes(path), path);
  std::string text;
  std::array<char, 65536> block{};
  while (const std::size_t got = stream->read(block)) {
    text.append(block.data(), got);
    if (text.size() > text_bytes_most) {
      throw InputError({path}, "is larger than 1 GiB when it is unpacked");
    }
  }
  return text;
}

TopologyFile read_topology_file(const std::string& path, std::optional<TopologyFormat> from) {
  const std::string text = read_packed_text(path);
  if (const auto format = from ? from : format_of(text, path)) {
    return {path, *format, read_document(text, path, *format)};
  }
  SettingsTree tree = load_yaml_text(text, path);
  const TopologyFormat format = format_of(tree.node(), path);
  return {path, format, read_yaml(std::move(tree), format)};
}

}  // namespace berth
