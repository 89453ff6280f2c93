// Ctrl-C: a run looks here once per record and stops, so that nothing half-written stays.
#pragma once

#include <exception>

namespace berth {

class Interrupted : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "interrupted"; }
};

// The first SIGINT, SIGTERM or SIGHUP asks the run to stop, the second ends the program at once;
// one that was ignored when the program started stays so.
void listen_for_interrupts();
void request_interrupt();
void forget_interrupt();
[[nodiscard]] bool interrupt_requested();
// Throws Interrupted when somebody asked for it.
void stop_if_interrupted();

}  // namespace berth
