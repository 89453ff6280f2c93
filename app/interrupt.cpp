#include "app/interrupt.hpp"

#include <atomic>
#include <csignal>

namespace berth {
namespace {

std::atomic<bool> requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only touch those");

extern "C" void on_signal(int /*signal*/) { request_interrupt(); }

}  // namespace

void listen_for_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGHUP, &action, nullptr);
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
