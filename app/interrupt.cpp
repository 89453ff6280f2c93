#include "app/interrupt.hpp"

#include <atomic>
#include <csignal>

namespace berth {
namespace {

std::atomic<bool> requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only touch those");

extern "C" void on_signal(int number) {
  if (requested.exchange(true, std::memory_order_relaxed)) {
    std::signal(number, SIG_DFL);
    std::raise(number);
  }
}

}  // namespace

void listen_for_interrupts() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action {};
    sigaction(number, nullptr, &action);
    if (action.sa_handler != SIG_IGN) {  // under nohup a hang-up is nothing
      action.sa_handler = on_signal;
      action.sa_flags = 0;
      sigaction(number, &action, nullptr);
    }
  }
}

void request_interrupt() { requested.store(true, std::memory_order_relaxed); }
void forget_interrupt() { requested.store(false, std::memory_order_relaxed); }
bool interrupt_requested() { return requested.load(std::memory_order_relaxed); }

void stop_if_interrupted() {
  if (interrupt_requested()) {
    throw Interrupted();
  }
}

}  // namespace berth
