#include "topology/import.hpp"

namespace berth {

Imported import_nodes(const NodeList& list) {
  FleetBuilder builder;
  for (const NodeList::Node& node : list.nodes) {
    builder.add_node(node.name, node.kind);
  }
  Imported imported;
  imported.topology.fleet = builder.build();
  return imported;
}

}  // namespace berth
