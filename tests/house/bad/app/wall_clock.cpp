#include <yaml-cpp/yaml.h>

auto now() { return std::chrono::system_clock::now(); }
