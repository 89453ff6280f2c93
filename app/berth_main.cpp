#include "app/berth_main.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <string_view>

#include "generated/berth_version.hpp"

#include "app/cli.hpp"
#include "app/commands.hpp"
#include "app/interrupt.hpp"
#include "core/check.hpp"
#include "core/error.hpp"

namespace berth {
namespace {

struct Command {
  std::string_view name;
  int (*run)(const Arguments&, const Console&);
};

constexpr std::array commands{
    Command{"run", run_command},
    Command{"compare", compare_command},
    Command{"check", check_command},
    Command{"place", place_command},
    Command{"topology show", topology_show_command},
    Command{"topology convert", topology_convert_command},
    Command{"topology route", topology_route_command},
    Command{"topology generate", topology_generate_command},
    Command{"list", list_command},
    Command{"completion", completion_command},
};

Log::Level talk_of(const Arguments& arguments) {
  return arguments.quiet     ? Log::Level::quiet
         : arguments.verbose ? Log::Level::info
                             : Log::Level::warnings;
}

int dispatch(const std::vector<std::string>& words, std::ostream& out, std::ostream& err,
             Terminal err_is) {
  const Arguments arguments = parse_command_line(words);
  if (!arguments.text.empty()) {
    out << arguments.text;
    return exit_done;
  }
  const auto* const command = std::ranges::find(commands, arguments.command, &Command::name);
  check(command != commands.end(), "every command of the command line is in the table");
  const Console console{out, err, err_is, Log(err, talk_of(arguments))};
  return command->run(arguments, console);
}

// A result that nobody could read is no success: a full disk, a closed pipe. Of the pipe nothing is
// said, as who closed it knows (`| head`).
int delivered(int code, std::ostream& out, std::ostream& err) {
  if (out) {  // else errno is of the write that failed
    errno = 0;
  }
  out.flush();
  if (out) {
    return code;
  }
  if (errno == EPIPE) {
    return exit_bad_input;
  }
  err << "standard output: cannot be written";
  err << (errno != 0 ? std::string(": ") + std::strerror(errno) : "")
      << "\n  the disk is full, or who should read it is gone\n";
  return exit_bad_input;
}

}  // namespace

int berth_main(const std::vector<std::string>& words, std::ostream& out, std::ostream& err,
               Terminal err_is) {
  try {
    return delivered(dispatch(words, out, err, err_is), out, err);
  } catch (const InputError& error) {
    err << error.what() << "\n";
    return exit_bad_input;
  } catch (const Interrupted&) {
    err << "interrupted; nothing was written\n";
    return exit_interrupted;
  } catch (const std::bad_alloc&) {
    err << "out of memory\n  try fewer nodes, jobs or threads; see berth check\n";
    return exit_bad_input;
  } catch (const InternalError& error) {
    err << "internal error: " << error.what() << "\n  a bug in Berth " << version << " (commit "
        << commit << "): please report it with the config and the seed\n";
    return exit_bug;
  } catch (const std::exception& error) {
    err << "internal error: " << error.what() << "\n";
    return exit_bug;
  }
}

}  // namespace berth
