// What was typed, as it was typed: each command checks its own.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace berth {

struct Arguments {
  std::string command;  // "run", "topology show"
  std::string text;     // of --help or --version: print it and be done

  std::vector<std::string> configs;
  std::vector<std::string> sets;
  std::vector<std::string> policies;
  std::optional<std::string> seed;
  std::optional<std::string> seeds;
  std::optional<std::string> threads;
  std::optional<std::string> out;

  std::optional<std::string> topology;
  std::optional<std::string> unavailable;
  std::optional<std::string> nodes;
  std::optional<std::string> gpus;
  std::string placer = "best_fit";
  std::optional<std::string> tasks;
  std::optional<std::string> cpus;
  std::optional<std::string> memory;
  std::optional<std::string> level;
  std::optional<std::string> preferred;
  std::optional<std::string> segment;
  std::optional<std::string> switches;
  std::optional<std::string> exclusive;
  std::vector<std::string> models;
  std::vector<std::string> labels;
  std::vector<std::string> tolerates;

  std::vector<std::string> without;  // parts that fail
  std::optional<std::string> from;   // the format of the file
  std::optional<std::string> to;
  std::optional<std::string> dot;
  std::optional<std::string> engine;
  std::optional<std::string> tables;
  std::optional<std::string> roots;
  std::optional<std::string> cns;
  std::optional<std::string> loads;
  std::optional<std::string> subnet;

  std::optional<std::string> topic;  // of list
  std::optional<std::string> shell;  // of completion

  bool json = false;
  bool as_graph = false;  // of list: --dot
  bool events = false;
  bool explain = false;
  bool quiet = false;
  bool verbose = false;
};

inline constexpr std::int64_t seed_most = 1'000'000'000'000'000'000;

// A whole number as `option` wants it; InputError otherwise, naming the option.
std::int64_t count_of(const std::string& option, const std::string& text, std::int64_t least,
                      std::int64_t most = std::numeric_limits<std::int64_t>::max());

}  // namespace berth
