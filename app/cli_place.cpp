// The options of `berth place`.
#include "app/cli_options.hpp"

namespace berth {
namespace {

constexpr const char* job_group = "The job";

void add_size(CLI::App& sub, Arguments& arguments) {
  sub.add_option("--nodes", arguments.nodes, "Nodes: whole ones, or with --gpus so many GPUs each")
      ->type_name("N")
      ->group(job_group);
  sub.add_option("--gpus", arguments.gpus, "GPUs: in all, or on each of --nodes, or of --tasks")
      ->type_name("G")
      ->group(job_group);
  sub.add_option("--tasks", arguments.tasks, "Tasks, of which a node may take several")
      ->type_name("N")
      ->group(job_group);
  sub.add_option("--cpus", arguments.cpus, "Cores of each task")->type_name("C")->group(job_group);
  sub.add_option("--memory", arguments.memory, "Memory of each task, 64GiB")
      ->type_name("SIZE")
      ->group(job_group);
}

void add_where(CLI::App& sub, Arguments& arguments) {
  sub.add_option("--level", arguments.level, "In one domain of this level or not at all (tas)")
      ->type_name("LEVEL")
      ->group(job_group);
  sub.add_option("--preferred", arguments.preferred, "In one domain of this level if it can (tas)")
      ->type_name("LEVEL")
      ->group(job_group);
  sub.add_option("--segment", arguments.segment,
                 "So many tasks in one block each (slurm_block), or slices of so many (tas)")
      ->type_name("N")
      ->group(job_group);
  sub.add_option("--switches", arguments.switches,
                 "On at most so many leaf switches, as sbatch has it (slurm_tree)")
      ->type_name("COUNT[@TIME]")
      ->group(job_group);
  sub.add_option("--exclusive", arguments.exclusive,
                 "topology: with nobody else in the blocks that it uses (slurm_block)")
      ->type_name("topology")
      ->group(job_group);
  add_many(sub, "--gpu-model", arguments.models, "Only GPUs of this model; repeat for several")
      ->type_name("NAME")
      ->group(job_group);
  add_many(sub, "--label", arguments.labels, "Only nodes with this label; repeat for several")
      ->type_name("LABEL")
      ->group(job_group);
  add_many(sub, "--tolerate", arguments.tolerates, "Nodes with this taint too; repeat for several")
      ->type_name("TAINT")
      ->group(job_group);
}

}  // namespace

void add_place(CLI::App& app, Arguments& arguments) {
  CLI::App& sub = *add_command(
      app, "place", "Ask a placer where one job would go on a cluster",
      "Examples:\n"
      "  berth place configs/demo.yaml --gpus 12\n"
      "  berth place --topology cluster.yaml --nodes 4 --unavailable 'n[01-03]' --explain\n"
      "  berth place --topology cluster.yaml --nodes 4 --placer tas --level rack\n\n"
      "Prints the nodes as a hostlist. Exit code 1 and a reason when the job does not fit now.");
  add_many(sub, "CONFIG", arguments.configs, "A config, for its cluster");
  sub.add_option("--topology", arguments.topology,
                 "A config, a cluster, or a file that `berth list formats` says is read")
      ->type_name("FILE")
      ->group(input_group);
  sub.add_option("--unavailable", arguments.unavailable, "Nodes out of service, n[1-4,7]")
      ->type_name("HOSTLIST")
      ->group(input_group);
  sub.add_option("--placer", arguments.placer, "See `berth list placers` (default: best_fit)")
      ->type_name("NAME[:key=value]")
      ->group(input_group);
  add_size(sub, arguments);
  add_where(sub, arguments);
  sub.add_flag("--explain", arguments.explain,
               "Say why, and what would let it fit: fewer tasks, fewer conditions, more nodes")
      ->group(result_group);
  add_json(sub, arguments);
  add_talk(sub, arguments);
}

}  // namespace berth
