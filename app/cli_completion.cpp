// Completion scripts, written from the tables of CLI11 so that they cannot fall behind them.
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/catalog_of_parts.hpp"
#include "app/cli.hpp"
#include "app/cli_app.hpp"
#include "app/topology_formats.hpp"
#include "core/error.hpp"
#include "core/settings_tree.hpp"

namespace berth {
namespace {

struct Flag {
  std::string name;
  std::string description;
  bool takes_value = false;
  std::vector<std::string> values;  // when they can be listed
};

struct Sub {
  std::string name;   // "run", "topology", "topology show"
  std::string group;  // of a command of another: "topology"
  std::string description;
  std::vector<Flag> flags;
  std::vector<std::string> words;  // of its argument, or its own commands; empty: files
  bool is_group = false;

  [[nodiscard]] std::string last_word() const {
    return group.empty() ? name : name.substr(group.size() + 1);
  }
};

std::vector<std::string> names_in(const std::string& name) {
  std::vector<std::string> names;
  for (const NamedPart& part : topic(name).parts) {
    names.push_back(part.name);
  }
  return names;
}

std::vector<std::string> topic_names() {
  std::vector<std::string> names;
  for (const Topic& each : all_topics()) {
    names.push_back(each.name);
  }
  return names;
}

std::vector<std::string> strings(const std::vector<std::string_view>& names) {
  return {names.begin(), names.end()};
}

// What can be written after an option, when that can be listed.
std::vector<std::string> values_of(const std::string& option) {
  return option == "placer"   ? names_in("placers")
         : option == "policy" ? names_in("policies")
         : option == "from"   ? strings(readable_formats())
         : option == "to"     ? strings(writable_formats())
         : option == "engine" ? std::vector<std::string>{"ftree", "minhop", "updn"}
                              : std::vector<std::string>{};
}

std::vector<Flag> flags_of(const CLI::App& app) {
  std::vector<Flag> flags;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      flags.push_back({"--" + name, option->get_description(), option->get_expected_max() > 0,
                       values_of(name)});
    }
  }
  return flags;
}

// All commands, each with those of its own behind it.
void add_commands(const CLI::App& app, const std::string& group, std::vector<Sub>& subs) {
  for (const CLI::App* sub : app.get_subcommands({})) {
    const std::string name = group.empty() ? sub->get_name() : group + " " + sub->get_name();
    Sub one{name, group, sub->get_description(), flags_of(*sub), {}};
    for (const CLI::App* inner : sub->get_subcommands({})) {
      one.words.push_back(inner->get_name());
    }
    one.is_group = !one.words.empty();
    if (name == "list") {
      one.words = topic_names();
    } else if (name == "completion") {
      one.words = {"bash", "zsh", "fish"};
    }
    subs.push_back(std::move(one));
    add_commands(*sub, name, subs);
  }
}

std::vector<Sub> commands_of(const CLI::App& app) {
  std::vector<Sub> subs;
  add_commands(app, "", subs);
  return subs;
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

template <class Things>
std::string joined_names(const Things& things) {
  std::vector<std::string> names;
  for (const auto& thing : things) {
    names.push_back(thing.name);
  }
  return joined(names);
}

// The commands one can begin with.
std::vector<Sub> outermost(const std::vector<Sub>& subs) {
  std::vector<Sub> first;
  for (const Sub& sub : subs) {
    if (sub.group.empty()) {
      first.push_back(sub);
    }
  }
  return first;
}

std::vector<std::string> group_names(const std::vector<Sub>& subs) {
  std::vector<std::string> names;
  for (const Sub& sub : subs) {
    if (sub.is_group) {
      names.push_back(sub.name);
    }
  }
  return names;
}

std::string bash_case(const Sub& sub) {
  std::string text = fmt::format("    \"{}\")\n      case \"$before\" in\n", sub.name);
  for (const Flag& flag : sub.flags) {
    if (!flag.values.empty()) {
      text += fmt::format("        {}) words=\"{}\" ;;\n", flag.name, joined(flag.values));
    } else if (flag.takes_value) {
      text += fmt::format("        {}) words=\"\" ;;\n", flag.name);
    }
  }
  text += fmt::format("        *) words=\"{}{}\" ;;\n      esac ;;\n",
                      sub.words.empty() ? "" : joined(sub.words) + " ", joined_names(sub.flags));
  return text;
}

// Whatever no word completes, a file name does.
std::string bash_script(const std::vector<Sub>& subs, const std::vector<Flag>& flags) {
  std::string text =
      "_berth() {\n"
      "  local word=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\" words=\n"
      "  local command=\"${COMP_WORDS[1]}\"\n";
  text += fmt::format(
      "  case \"$command\" in\n"
      "    {}) [ \"$COMP_CWORD\" -gt 2 ] && command=\"$command ${{COMP_WORDS[2]}}\" ;;\n  esac\n",
      fmt::join(group_names(subs), "|"));
  text += fmt::format("  case \"${{COMP_CWORD}}\" in\n    1) words=\"{} {}\" ;;\n  esac\n",
                      joined_names(outermost(subs)), joined_names(flags));
  text += "  [ \"$COMP_CWORD\" -gt 1 ] && case \"$command\" in\n";
  for (const Sub& sub : subs) {
    text += bash_case(sub);
  }
  return text +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "}\n"
         "complete -o default -F _berth berth\n";
}

// Descriptions in single quotes, without what would end them or what _arguments reads as syntax.
std::string plain(std::string_view text) {
  std::string safe;
  for (const char byte : text) {
    safe += byte == '\'' || byte == '[' || byte == ']' || byte == ':' || byte == '`' ? ' ' : byte;
  }
  return safe;
}

std::string zsh_flag(const Flag& flag) {
  const std::string value = !flag.values.empty() ? ": :(" + joined(flag.values) + ")"
                            : flag.takes_value   ? ": :_files"
                                                 : "";
  return fmt::format(" '*{}[{}]{}'", flag.name, plain(flag.description), value);
}

std::string zsh_case(const Sub& sub) {
  std::string text = fmt::format("    '{}') _arguments", sub.name);
  for (const Flag& flag : sub.flags) {
    text += zsh_flag(flag);
  }
  return text + (sub.words.empty() ? " '*: :_files' ;;\n"
                                   : fmt::format(" '*: :({})' ;;\n", joined(sub.words)));
}

std::string zsh_script(const std::vector<Sub>& subs, const std::vector<Flag>& flags) {
  std::string text =
      "#compdef berth\n_berth() {\n  if (( CURRENT == 2 )); then\n    _values command";
  for (const Sub& sub : outermost(subs)) {
    text += fmt::format(" '{}[{}]'", sub.name, plain(sub.description));
  }
  text += " " + joined_names(flags) + "\n    return\n  fi\n  local command=$words[2]\n";
  text += "  shift words; (( CURRENT-- ))\n";
  text += fmt::format(
      "  case $command in\n    {}) if (( CURRENT > 2 )); then\n"
      "      command=\"$command $words[2]\"; shift words; (( CURRENT-- ))\n    fi ;;\n  esac\n",
      fmt::join(group_names(subs), "|"));
  text += "  case $command in\n";
  for (const Sub& sub : subs) {
    text += zsh_case(sub);
  }
  return text +
         "  esac\n}\nif [ \"$funcstack[1]\" = _berth ]; then _berth \"$@\"; else compdef _berth "
         "berth; fi\n";
}

std::string fish_flag(const std::string& condition, const Flag& flag) {
  const std::string values = flag.values.empty() ? "" : " -xa '" + joined(flag.values) + "'";
  return fmt::format("complete -c berth{} -l {}{}{} -d '{}'\n", condition, flag.name.substr(2),
                     flag.takes_value && values.empty() ? " -r" : "", values,
                     plain(flag.description));
}

// Whether the command line holds this command, and no further one.
std::string fish_condition(const Sub& sub) {
  const std::string seen = "__fish_seen_subcommand_from ";
  if (sub.is_group) {
    return fmt::format(" -n '{}{}; and not {}{}'", seen, sub.name, seen, joined(sub.words));
  }
  return sub.group.empty()
             ? fmt::format(" -n '{}{}'", seen, sub.name)
             : fmt::format(" -n '{}{}; and {}{}'", seen, sub.group, seen, sub.last_word());
}

std::string fish_script(const std::vector<Sub>& subs, const std::vector<Flag>& flags) {
  std::string text;
  for (const Flag& flag : flags) {
    text += fish_flag(" -n __fish_use_subcommand", flag);
  }
  for (const Sub& sub : subs) {
    if (sub.group.empty()) {
      text += fmt::format("complete -c berth -n __fish_use_subcommand -fa {} -d '{}'\n", sub.name,
                          plain(sub.description));
    }
    const std::string here = fish_condition(sub);
    for (const Flag& flag : sub.flags) {
      text += fish_flag(here, flag);
    }
    if (!sub.words.empty()) {
      text += fmt::format("complete -c berth{} -fa '{}'\n", here, joined(sub.words));
    }
  }
  return text;
}

}  // namespace

std::string completion_script(const std::string& shell) {
  Arguments unused;
  const auto app = make_cli(unused);
  const auto subs = commands_of(*app);
  const auto flags = flags_of(*app);
  if (shell == "bash") {
    return bash_script(subs, flags);
  }
  if (shell == "zsh") {
    return zsh_script(subs, flags);
  }
  if (shell == "fish") {
    return fish_script(subs, flags);
  }
  throw InputError({"berth completion"}, "no such shell " + shown(shell),
                   suggestion(shell, {"bash", "zsh", "fish"}));
}

}  // namespace berth
