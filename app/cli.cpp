#include "app/cli.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "generated/berth_version.hpp"
#include <fmt/format.h>

#include "app/cli_app.hpp"
#include "core/error.hpp"
#include "core/settings_tree.hpp"

namespace berth {
namespace {

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names.push_back("--" + name);
    }
  }
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands({})) {
    names.push_back(sub->get_name());
  }
  return names;
}

std::string did_you_mean(const std::string& typed, const std::vector<std::string>& known) {
  return suggestion(typed, std::vector<std::string_view>(known.begin(), known.end()));
}

// "berth", "berth run", "berth topology show".
std::string full_name(const CLI::App& app) {
  const CLI::App* const parent = app.get_parent();
  return parent == nullptr ? app.get_name() : full_name(*parent) + " " + app.get_name();
}

[[noreturn]] void fail_word(const CLI::App& app, const std::string& word) {
  const std::string place = full_name(app);
  if (word.starts_with('-') && word != "-" && word != "--") {
    const std::string name = word.substr(0, word.find('='));
    throw InputError({place}, "no such option " + shown(name),
                     did_you_mean(name, option_names(app)));
  }
  if (const auto known = command_names(app); !known.empty()) {
    throw InputError({place}, "no such command " + shown(word), did_you_mean(word, known));
  }
  throw InputError({place}, "one argument too many: " + shown(word), "see " + place + " --help");
}

// The command that was typed, down to its last word.
const CLI::App& innermost(const CLI::App& app) {
  if (const auto left = app.remaining(); !left.empty()) {
    fail_word(app, left.front());
  }
  const auto known = command_names(app);
  if (known.empty()) {
    return app;
  }
  const auto chosen = app.get_subcommands();
  if (chosen.empty()) {
    const std::string place = full_name(app);
    throw InputError({place}, "no command is given",
                     fmt::format("known: {}; see {} --help", fmt::join(known, ", "), place));
  }
  return innermost(*chosen.front());
}

// Options that are taken once; the last of several would win silently.
void parse(CLI::App& app, const std::vector<std::string>& words) {
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string text = error.what();
    const std::string option = text.substr(0, text.find(':'));
    const bool too_many = text.find("At Most") != text.npos || text.find("Exactly") != text.npos;
    throw InputError({option}, too_many ? "is given twice" : "needs a value",
                     too_many ? "keep one of them" : "write it after the option");
  } catch (const CLI::Success&) {
    throw;
  } catch (const CLI::ParseError& error) {
    throw InputError({"berth"}, error.what(), "see berth --help");
  }
}

void check_arguments(const Arguments& arguments) {
  const std::string place = "berth " + arguments.command;
  const auto& command = arguments.command;
  const bool needs_config = command == "run" || command == "compare" || command == "check";
  if (needs_config && arguments.configs.empty()) {
    throw InputError({place}, "no config is given", "for example " + place + " configs/demo.yaml");
  }
  if (command.starts_with("topology ") && arguments.configs.empty()) {
    throw InputError({place}, "no file is given", "see " + place + " --help");
  }
  if (command != "check" && arguments.configs.size() > 1) {
    throw InputError({place}, "one argument too many: " + shown(arguments.configs[1]),
                     "see " + place + " --help");
  }
  if (std::ranges::count(arguments.configs, "") > 0) {
    throw InputError({place}, needs_config ? "the name of the config is empty"
                                           : "the name of the file is empty");
  }
  if (arguments.quiet && arguments.verbose) {
    throw InputError({place}, "-q and -v do not go together", "keep one of them");
  }
}

}  // namespace

Arguments parse_command_line(const std::vector<std::string>& words) {
  Arguments arguments;
  const auto app = make_cli(arguments);
  try {
    parse(*app, words);
  } catch (const CLI::CallForHelp&) {
    arguments.text = app->help();
    return arguments;
  }
  if (app->count("--version") > 0) {
    arguments.text = fmt::format("berth {} (commit {})\n", version, commit);
    return arguments;
  }
  constexpr std::size_t program = std::string_view("berth ").size();
  arguments.command = full_name(innermost(*app)).substr(program);
  check_arguments(arguments);
  return arguments;
}

}  // namespace berth
