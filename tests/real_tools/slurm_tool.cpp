// Reads a topology.conf and writes the tree of the fleet it makes: what real_slurm.py puts before
// Slurm. usage: slurm_tool FILE
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "topology/import.hpp"

int main(int count, char** arguments) {
  if (count != 2) {
    return 2;
  }
  std::ifstream file(arguments[1]);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  try {
    berth::ImportOptions options;
    options.node.gpus = 8;
    const auto read = berth::read_topology_conf(text, arguments[1]);
    const auto made = berth::import_slurm(read, options, arguments[1]);
    std::cout << berth::write_topology_conf(berth::slurm_tree_of(made.topology));
  } catch (const berth::InputError& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
  return 0;
}
