// `berth topology route` against what the real OpenSM computed for the recorded fabrics: the tables
// it writes and the loads of the links, run by run.
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/app/run_berth.hpp"
#include "tests/topology/recorded_fabrics.hpp"

using namespace berth::testing;

namespace {

using Cells = std::vector<std::string>;
using Rows = std::map<Cells, std::map<std::string, std::string>>;  // by from, from_port

Cells cells_of(const std::string& line) {
  Cells cells;
  std::istringstream in(line.substr(0, line.find('\r')));
  for (std::string cell; std::getline(in, cell, ',');) {
    cells.push_back(cell);
  }
  return cells;
}

// Columns by their names.
Rows rows_of(const std::string& csv) {
  std::istringstream in(csv);
  std::string line;
  std::getline(in, line);
  const Cells head = cells_of(line);
  Rows rows;
  while (std::getline(in, line)) {
    const Cells cells = cells_of(line);
    for (std::size_t i = 2; i < cells.size(); ++i) {
      rows[{cells[0], cells[1]}][head[i]] = cells[i];
    }
  }
  return rows;
}

// Of each column of theirs: how many cells differ.
std::map<std::string, int> differences(const Rows& ours, const Rows& theirs) {
  std::map<std::string, int> counts{{"links", ours.size() == theirs.size() ? 0 : 1}};
  for (const auto& [from, row] : theirs) {
    const auto found = ours.find(from);
    counts["links"] += found == ours.end() ? 1 : 0;
    for (const auto& [column, cell] : row) {
      counts[column] += found != ours.end() && found->second.at(column) != cell ? 1 : 0;
    }
  }
  return counts;
}

// "ftree+roots+cn" are the words of a run of OpenSM.
std::vector<std::string> words_of(const std::string& name, const std::string& run) {
  const std::string folder = recorded_cases + "/" + name;
  std::vector<std::string> words{"topology", "route", folder + "/ibnetdiscover.txt.gz", "--engine",
                                 run.substr(0, run.find('+'))};
  if (run.find("+roots") != run.npos) {
    words.insert(words.end(), {"--roots", folder + "/roots.guids"});
  }
  if (run.find("+cn") != run.npos) {
    words.insert(words.end(), {"--cns", folder + "/cns.guids"});
  }
  return words;
}

std::vector<std::pair<std::string, std::string>> all_runs() {
  std::vector<std::pair<std::string, std::string>> runs;
  for (const std::string& name : recorded_fabrics()) {
    for (const std::string& run : recorded_runs(name)) {
      runs.emplace_back(name, run);
    }
  }
  return runs;
}

}  // namespace

TEST_CASE("the loads of all links are those that were counted in OpenSM's tables") {
  for (const auto& [name, run] : all_runs()) {
    CAPTURE(name);
    CAPTURE(run);
    const Folder folder;
    auto words = words_of(name, run);
    words.insert(words.end(), {"--loads", "@loads.csv"});
    const Outcome outcome = folder.berth(words);
    CHECK(outcome.code == 0);
    const bool all_reached = outcome.err.find("cannot reach each other") == outcome.err.npos;
    const auto counts = differences(rows_of(read_file(folder / "loads.csv")),
                                    rows_of(recorded(name, run + "/linkload.csv").value()));
    CHECK(counts.at("links") == 0);
    CHECK(counts.at("kind") == 0);
    CHECK(counts.at("all_to_all_pairs") == 0);
    // Ranks of equal names (SHARP nodes) were counted in the order of LIDs only where all are
    // reached.
    CHECK((!all_reached || counts.at("max_over_shifts_node_major") == 0));
    CHECK((!counts.contains("max_over_shifts_ca_order") ||
           counts.at("max_over_shifts_ca_order") == 0));
  }
}
