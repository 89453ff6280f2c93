#include "app/topology_formats.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "core/error.hpp"
#include "core/settings_tree.hpp"

namespace berth {
namespace {

std::vector<std::string_view> names_that(bool FormatLine::*can) {
  std::vector<std::string_view> names;
  for (const FormatLine& line : topology_formats()) {
    if (line.*can) {
      names.push_back(line.name);
    }
  }
  return names;
}

TopologyFormat named(const std::string& name, const std::string& option, bool FormatLine::*can) {
  const auto& all = topology_formats();
  const auto line = std::ranges::find(all, std::string_view(name), &FormatLine::name);
  if (line != all.end() && (*line).*can) {
    return line->format;
  }
  const bool reading = can == &FormatLine::reads;
  const std::string what = line == all.end() ? "no such format " + shown(name)
                           : reading         ? shown(name) + " is only written"
                                             : shown(name) + " is only read";
  throw InputError({option}, what, suggestion(name, names_that(can)));
}

}  // namespace

const std::vector<FormatLine>& topology_formats() {
  using enum TopologyFormat;
  static const std::vector<FormatLine> lines{
      {ibnetdiscover, "ibnetdiscover", true, true,
       "an InfiniBand fabric cable by cable, as ibnetdiscover prints it and ibsim reads it"},
      {lfts, "lfts", true, true, "forwarding tables, as OpenSM dumps them (opensm-lfts.dump)"},
      {topology_conf, "topology.conf", true, true, "Slurm's switches as a tree, or its blocks"},
      {topology_conf_block, "topology.conf:block", false, true, "the same, written as blocks"},
      {topology_yaml, "topology.yaml", true, true, "Slurm's topologies, several in one file"},
      {topology_yaml_block, "topology.yaml:block", false, true, "the same, written as blocks"},
      {topograph, "topograph", true, true, "a model of NVIDIA Topograph, YAML"},
      {topograph_graph, "topograph-graph", false, true,
       "nodes with their layers, Topograph's JSON"},
      {openb, "openb", true, false, "nodes one by one, as the openb trace lists them, CSV"},
      {k8s_labels, "k8s-labels", false, true, "labels of Kubernetes nodes, YAML"},
      {graphml, "graphml", false, true, "the fabric for graph tools"},
      {dot, "dot", false, true, "the fabric for Graphviz to draw"},
      {config, "berth", true, false, "a config of Berth, or a file with the cluster of one"},
  };
  return lines;
}

std::string_view format_name(TopologyFormat format) {
  const auto& all = topology_formats();
  const auto line = std::ranges::find(all, format, &FormatLine::format);
  check(line != all.end(), "every format is in the table");
  return line->name;
}

TopologyFormat readable_format(const std::string& name, const std::string& option) {
  return named(name, option, &FormatLine::reads);
}

TopologyFormat writable_format(const std::string& name, const std::string& option) {
  return named(name, option, &FormatLine::writes);
}

std::vector<std::string_view> readable_formats() { return names_that(&FormatLine::reads); }
std::vector<std::string_view> writable_formats() { return names_that(&FormatLine::writes); }

}  // namespace berth
