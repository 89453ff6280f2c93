#include "app/cli_options.hpp"

namespace berth {
namespace {

void add_file(CLI::App& sub, Arguments& arguments) {
  add_many(sub, "FILE", arguments.configs, "A config, a cluster or a file of `berth list formats`");
  add_many(sub, "--set", arguments.sets,
           "Put a value over the config; of another file over {file: FILE}: gpus_per_node=4")
      ->type_name("KEY.PATH=VALUE")
      ->group(input_group);
}

void add_from(CLI::App& sub, Arguments& arguments) {
  sub.add_option("--from", arguments.from, "The format of the file (default: as it looks)")
      ->type_name("FORMAT")
      ->group(input_group);
}

void add_without(CLI::App& sub, Arguments& arguments, const char* description) {
  add_many(sub, "--without", arguments.without, description)->type_name("PART")->group(input_group);
}

void add_target(CLI::App& sub, Arguments& arguments) {
  sub.add_option("--to", arguments.to, "The format to write, see `berth list formats`")
      ->type_name("FORMAT")
      ->group(result_group);
  sub.add_option("--out", arguments.out, "Write it into this file instead of stdout")
      ->type_name("FILE")
      ->group(result_group);
}

void add_show(CLI::App& app, Arguments& arguments) {
  CLI::App& sub = *add_command(
      app, "show", "Summarise a cluster: nodes, tiers, cables, bisection, weak points",
      "Examples:\n"
      "  berth topology show fabric.txt\n"
      "  berth topology show my.yaml --json\n"
      "  berth topology show my.yaml --without 'leaf03[7]' --without rack2\n\n"
      "--without says which nodes are lost or slowed when these parts fail: a cable (by a port it\n"
      "is in), a switch, HCA, node, domain, rack, PDU or CDU.");
  add_file(sub, arguments);
  add_from(sub, arguments);
  add_without(sub, arguments, "Say what is lost when this part fails; repeat for several");
  sub.add_option("--dot", arguments.dot, "Draw the fabric into this file, for Graphviz")
      ->type_name("FILE")
      ->group(result_group);
  add_json(sub, arguments);
  add_talk(sub, arguments);
}

void add_convert(CLI::App& app, Arguments& arguments) {
  CLI::App& sub = *add_command(app, "convert", "Write a cluster in another tool's format",
                               "Examples:\n"
                               "  berth topology convert fabric.txt --to topology.conf\n"
                               "  berth topology convert topology.conf --to topology.yaml:block\n\n"
                               "Into the format that it has, a file is written without loss.");
  add_file(sub, arguments);
  add_from(sub, arguments);
  add_target(sub, arguments);
  add_talk(sub, arguments);
}

void add_engine(CLI::App& sub, Arguments& arguments) {
  sub.add_option("--engine", arguments.engine, "ftree, minhop or updn")
      ->type_name("NAME")
      ->group(input_group);
  sub.add_option("--tables", arguments.tables, "Instead: the tables of this opensm-lfts.dump")
      ->type_name("FILE")
      ->group(input_group);
  sub.add_option("--roots", arguments.roots,
                 "GUIDs of the root switches, comma separated or a file")
      ->type_name("GUIDS|FILE")
      ->group(input_group);
  sub.add_option("--cns", arguments.cns, "Port GUIDs of the compute nodes, likewise (default: all)")
      ->type_name("GUIDS|FILE")
      ->group(input_group);
  sub.add_option("--subnet", arguments.subnet, "Of a fabric with several: which, from 1")
      ->type_name("N")
      ->group(input_group);
}

void add_route(CLI::App& app, Arguments& arguments) {
  CLI::App& sub = *add_command(
      app, "route", "Compute forwarding tables as OpenSM does, and what they do",
      "Examples:\n"
      "  berth topology route fabric.txt --engine ftree --roots roots.guids --out lfts.dump\n"
      "  berth topology route fabric.txt --engine minhop --without 'leaf03[7]' --json\n\n"
      "Pairs that cannot reach each other are counted and warned of; the exit code stays 0.\n"
      "With --without, the tables are those of an OpenSM that ran before these parts failed, and "
      "the\n"
      "entries that change are counted.");
  add_file(sub, arguments);
  add_from(sub, arguments);
  add_engine(sub, arguments);
  add_without(sub, arguments, "Route without this part; repeat for several");
  sub.add_option("--out", arguments.out, "Write the tables, as `opensm -R file -U` reads them")
      ->type_name("FILE")
      ->group(result_group);
  sub.add_option("--loads", arguments.loads, "Write the loads of each link, CSV")
      ->type_name("FILE")
      ->group(result_group);
  add_json(sub, arguments);
  add_talk(sub, arguments);
}

void add_generate(CLI::App& app, Arguments& arguments) {
  CLI::App& sub =
      *add_command(app, "generate", "Write the cluster of a config in another tool's format",
                   "Examples:\n"
                   "  berth topology generate my.yaml --to ibnetdiscover --out fabric.txt\n"
                   "  berth topology generate my.yaml --set cluster.nodes=64 --to k8s-labels");
  add_many(sub, "CONFIG", arguments.configs, "A config, or a file with the cluster of one");
  add_set(sub, arguments);
  add_target(sub, arguments);
  add_talk(sub, arguments);
}

}  // namespace

void add_topology(CLI::App& app, Arguments& arguments) {
  CLI::App& sub = *add_command(app, "topology", "Look at fabrics, convert and route them",
                               "Examples:\n"
                               "  berth topology show fabric.txt\n"
                               "  berth topology COMMAND --help          examples of each command");
  sub.require_subcommand(0, 1);
  add_show(sub, arguments);
  add_convert(sub, arguments);
  add_route(sub, arguments);
  add_generate(sub, arguments);
}

}  // namespace berth
