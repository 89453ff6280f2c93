// The formats of `berth topology`, by name: what each is, and whether it is read or written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

enum class TopologyFormat : std::uint8_t {
  ibnetdiscover,
  lfts,
  topology_conf,
  topology_conf_block,
  topology_yaml,
  topology_yaml_block,
  topograph,
  topograph_graph,
  openb,
  k8s_labels,
  graphml,
  dot,
  config,  // our own YAML: a config, or what stands at its `cluster`
};

struct FormatLine {
  TopologyFormat format;
  std::string_view name;
  bool reads;
  bool writes;
  std::string_view summary;
};

// In the order of the enum.
const std::vector<FormatLine>& topology_formats();
std::string_view format_name(TopologyFormat format);

// The format of that name, if it can be read; InputError otherwise, with `option` in front.
TopologyFormat readable_format(const std::string& name, const std::string& option);
TopologyFormat writable_format(const std::string& name, const std::string& option);
std::vector<std::string_view> readable_formats();
std::vector<std::string_view> writable_formats();

}  // namespace berth
