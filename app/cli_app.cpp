#include "app/cli_app.hpp"

#include "app/cli_options.hpp"

namespace berth {
namespace {

void add_config_options(CLI::App& sub, Arguments& arguments) {
  add_set(sub, arguments);
  sub.add_option("--seed", arguments.seed, "Seed of all randomness, instead of the config's")
      ->type_name("N")
      ->group(input_group);
}

void add_run(CLI::App& app, Arguments& arguments) {
  CLI::App& sub = *add_command(
      app, "run", "Simulate one config under one policy and say what happened",
      "Examples:\n"
      "  berth run configs/demo.yaml\n"
      "  berth run configs/kth_sp2.yaml --policy conservative\n"
      "  berth run configs/demo.yaml --set workload.0.jobs=500 --seed 7 --out results\n\n"
      "--out DIR writes summary.json, jobs.csv, manifest.json and, with --events, events.log.");
  add_many(sub, "CONFIG", arguments.configs, "The config, a YAML file");
  add_config_options(sub, arguments);
  add_many(sub, "--policy", arguments.policies,
           "A policy of the config, a preset (see `berth list policies`) or a file")
      ->type_name("NAME|FILE")
      ->group(input_group);
  sub.add_option("--out", arguments.out, "Write the result files into this folder")
      ->type_name("DIR")
      ->group(result_group);
  sub.add_flag("--events", arguments.events, "With --out: events.log too, a line per event")
      ->group(result_group);
  add_json(sub, arguments);
  add_talk(sub, arguments);
}

void add_compare(CLI::App& app, Arguments& arguments) {
  CLI::App& sub = *add_command(
      app, "compare", "Run several policies on the same jobs and compare them",
      "Examples:\n"
      "  berth compare configs/demo.yaml\n"
      "  berth compare configs/kth_sp2.yaml --policy fifo --policy easy --policy my.yaml\n"
      "  berth compare configs/demo.yaml --seeds 30 --json\n\n"
      "The first policy is the one the others are compared to. With one --policy, that is the\n"
      "config's own. Every policy sees the same jobs; seeds are numbered runs of the same seed.");
  add_many(sub, "CONFIG", arguments.configs, "The config, a YAML file");
  add_config_options(sub, arguments);
  add_many(sub, "--policy", arguments.policies,
           "Instead of the config's policies; repeat for several")
      ->type_name("NAME|FILE")
      ->group(input_group);
  sub.add_option("--seeds", arguments.seeds, "Runs of each policy (default: the config's, or 10)")
      ->type_name("N")
      ->group(input_group);
  sub.add_option("--threads", arguments.threads, "Runs at a time (default: one per core)")
      ->type_name("N")
      ->group(common_group);
  sub.add_option("--out", arguments.out, "Write comparison.json and a summary of each run here")
      ->type_name("DIR")
      ->group(result_group);
  add_json(sub, arguments);
  add_talk(sub, arguments);
}

void add_check(CLI::App& app, Arguments& arguments) {
  CLI::App& sub = *add_command(app, "check", "Validate configs and say what would run; run nothing",
                               "Examples:\n"
                               "  berth check configs/*.yaml\n"
                               "  berth check my.yaml --set cluster.nodes=64\n\n"
                               "Prints the config with all that was not written filled in.");
  add_many(sub, "CONFIG", arguments.configs, "The configs, YAML files")
      ->expected(1, 1'000'000)
      ->allow_extra_args(true);
  add_config_options(sub, arguments);
  add_json(sub, arguments);
  add_talk(sub, arguments);
}

void add_list(CLI::App& app, Arguments& arguments) {
  CLI::App& sub = *add_command(app, "list", "List the parts a config can name",
                               "Examples:\n"
                               "  berth list\n"
                               "  berth list policies");
  sub.add_option(
      "TOPIC", arguments.topic,
      "placers, orders, backfills, preemptions, admissions, policies, presets, formats, workloads, "
      "clusters, failures or lifecycle");
  sub.add_flag("--dot", arguments.as_graph, "Print the life cycle of nodes as a Graphviz graph");
  add_json(sub, arguments);
  add_talk(sub, arguments);
}

void add_completion(CLI::App& app, Arguments& arguments) {
  CLI::App& sub = *add_command(app, "completion", "Print a completion script for a shell",
                               "Examples:\n"
                               "  source <(berth completion bash)\n"
                               "  berth completion fish > ~/.config/fish/completions/berth.fish");
  sub.add_option("SHELL", arguments.shell, "bash, zsh or fish");
}

}  // namespace

std::unique_ptr<CLI::App> make_cli(Arguments& arguments) {
  auto app = std::make_unique<CLI::App>("Berth simulates GPU clouds: who waits, and why.", "berth");
  app->allow_extras();
  app->require_subcommand(0, 1);
  app->set_help_flag("-h,--help", "Print this help")->group(common_group);
  app->add_flag("--version")->description("Print version and commit")->group(common_group);
  app->footer(
      "Begin with:\n"
      "  berth compare configs/demo.yaml        compare four policies\n"
      "  berth COMMAND --help                   examples of each command\n\n"
      "Exit codes: 0 done, 1 the answer is no, 2 the input is wrong, 3 a bug in Berth,\n"
      "130 interrupted.");
  add_run(*app, arguments);
  add_compare(*app, arguments);
  add_check(*app, arguments);
  add_place(*app, arguments);
  add_topology(*app, arguments);
  add_list(*app, arguments);
  add_completion(*app, arguments);
  return app;
}

}  // namespace berth
