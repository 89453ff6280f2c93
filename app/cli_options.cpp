#include "app/cli_options.hpp"

namespace berth {

CLI::App* add_command(CLI::App& app, const char* name, const char* description,
                      const char* examples) {
  CLI::App* const sub = app.add_subcommand(name, description);
  sub->allow_extras();  // reported by parse_command_line, with the nearest known name
  sub->footer(examples);
  sub->get_help_ptr()->group(common_group);
  return sub;
}

void add_talk(CLI::App& sub, Arguments& arguments) {
  sub.add_flag("-q,--quiet", arguments.quiet, "No warnings and no progress")->group(common_group);
  sub.add_flag("-v,--verbose", arguments.verbose, "Say on stderr what happens")
      ->group(common_group);
}

void add_json(CLI::App& sub, Arguments& arguments) {
  sub.add_flag("--json", arguments.json, "One JSON document on stdout instead of a table")
      ->group(result_group);
}

CLI::Option* add_many(CLI::App& sub, const char* name, std::vector<std::string>& values,
                      const char* description) {
  return sub.add_option(name, values, description)->allow_extra_args(false)->take_all();
}

void add_set(CLI::App& sub, Arguments& arguments) {
  add_many(sub, "--set", arguments.sets, "Put a value over the config, for example policy=easy")
      ->type_name("KEY.PATH=VALUE")
      ->group(input_group);
}

}  // namespace berth
