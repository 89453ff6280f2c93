#include <csignal>
#include <iostream>
#include <string>
#include <vector>

#include <unistd.h>

#include "app/berth_main.hpp"
#include "app/interrupt.hpp"

int main(int count, char** words) {
  std::ios::sync_with_stdio(false);
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error like a full disk
  std::signal(SIGXFSZ, SIG_IGN);  // and so is a file that may not grow further
  berth::listen_for_interrupts();
  const auto err_is = isatty(STDERR_FILENO) == 1 ? berth::Terminal::yes : berth::Terminal::no;
  return berth::berth_main(std::vector<std::string>(words + 1, words + count), std::cout, std::cerr,
                           err_is);
}
