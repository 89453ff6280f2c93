// Recorded failures, and what is refused of their logs.
#include "simulator/failures/replay.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include "core/error.hpp"
#include "simulator/failures/failure_source.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/folders.hpp"
#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

// A file that is gone at the end of the test.
class Log {
 public:
  explicit Log(const std::string& text) {
    std::string name = (std::filesystem::temp_directory_path() / "berth_log_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    std::ofstream(path(), std::ios::binary) << text;
  }
  ~Log() { std::filesystem::remove_all(folder_); }
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  [[nodiscard]] std::string path() const { return (folder_ / "log").string(); }

  // What is wrong with it, without its path.
  template <class Read>
  [[nodiscard]] std::string complaint(const Read& read) const {
    const std::string said = testing::error_of([&] { read(path()); });
    return said == "fine" ? said : said.substr(path().size());
  }

 private:
  std::filesystem::path folder_;
};

std::string csv_complaint(const std::string& text) {
  return Log(text).complaint([](const std::string& path) {
    read_failure_csv(path, {"gpu", "nic"});
  });
}
std::string titan_complaint(const std::string& text) { return Log(text).complaint(read_titan); }
std::string bamboo_complaint(const std::string& text) { return Log(text).complaint(read_bamboo); }

struct Gaps {
  double mean_h = 0;
  double variation = 0;
};

Gaps gaps_of(const std::vector<Recorded>& all) {
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 1; i < all.size(); ++i) {
    const double gap = static_cast<double>((all[i].at - all[i - 1].at).count()) / 3.6e12;
    sum += gap;
    squares += gap * gap;
  }
  const auto count = static_cast<double>(all.size() - 1);
  const double mean = sum / count;
  return {mean, std::sqrt(squares / count - mean * mean) / mean};
}

std::string shared(const std::string& name) {
  return berth::testing::in_shared("data/failures/" + name);
}

bool missing() {
  if (std::filesystem::exists(berth::testing::in_shared(""))) {
    return false;
  }
  MESSAGE("SKIPPED: no " << berth::testing::in_shared(""));
  return true;
}

}  // namespace

TEST_CASE("a log of failures has a time, a node, a cause and perhaps how long the node was out") {
  const Log log("time_s,node,cause,repair_s\n10,n2,gpu,60\n10.5,n1,nic,\n");
  const FailureLog read = read_failure_csv(log.path(), {"gpu", "nic"});
  REQUIRE(read.failures.size() == 2);
  CHECK(read.failures[0].at == at(10));
  CHECK(read.failures[0].node == "n2");
  CHECK(read.failures[0].out == lasting(60));
  CHECK(read.failures[1].cause == 1);
  CHECK_FALSE(read.failures[1].out.has_value());
}

TEST_CASE("a log of failures that goes back in time, or names what there is not, is refused") {
  CHECK(csv_complaint("time_s,node,cause\n10,n1,gpu\n9,n1,gpu\n") ==
        ":3: time_s: is before the line above\n  sort the lines by time");
  CHECK(csv_complaint("time_s,node,cause\n10,n1,gpx\n") ==
        ":2: cause: no such cause 'gpx'\n  those of `causes`, or leave it out");
  CHECK(csv_complaint("time_s,node,cause\n-1,n1,gpu\n").starts_with(":2: time_s: "));
  CHECK(csv_complaint("time_s,node\n10,n1\n").starts_with(":1: "));
  CHECK(titan_complaint("location,insert,remove,event\nc1,,2016-02-21 04:54:23,XID\n") ==
        ":2: event: no such event 'XID'\n  DBE, OTB or nothing");
  CHECK(titan_complaint("location,insert,remove,event\nc1,,2016-02-31 04:54:23,DBE\n") ==
        ":2: remove: must be a date and time, is '2016-02-31 04:54:23'");
  CHECK(bamboo_complaint("5,add,a\n4,add,b\n") ==
        ":2: is before the line above\n  sort the lines by time");
  CHECK(bamboo_complaint("5,remove,a\n") == ":1: 'a' is not there");
  CHECK(bamboo_complaint("5,add,a\n6,add,a\n") == ":2: 'a' is there already");
  CHECK(bamboo_complaint("5,ad,a\n") == ":1: 'a': neither add nor remove");
  CHECK(bamboo_complaint("soon,add,a\n") ==
        ":1: must be a time in ms, add or remove, and a name\n  like 60000,add,node1");
}

TEST_CASE("a spot instance takes the lowest empty place, which is out until then") {
  const Log log("0,add,a\n1000,add,b\n5000,remove,a\n9000,add,c\n9500,remove,b\n");
  const FailureLog read = read_bamboo(log.path());
  CHECK(read.places == 2);
  REQUIRE(read.failures.size() == 3);
  CHECK(read.failures[0].place == 1);  // until b comes
  CHECK(read.failures[0].out == lasting(1));
  CHECK(read.failures[1].place == 0);  // from a to c
  CHECK(read.failures[1].at == at(5));
  CHECK(read.failures[1].out == lasting(4));
  CHECK(read.failures[2].at == at(9.5));  // for good
}

TEST_CASE("Titan: 4,826 double-bit errors, 1,541 off the bus, 7.60 h between them, CV 5.0") {
  if (missing()) {
    return;
  }
  const FailureLog log = read_titan(shared("titan_gc_full.csv.gz"));
  const auto of = [&](std::uint32_t cause) {
    return std::ranges::count(log.failures, cause, &Recorded::cause);
  };
  CHECK(of(0) == 4826);
  CHECK(of(1) == 1541);
  CHECK(log.places == 18'687);
  const Gaps gaps = gaps_of(log.failures);
  CHECK(gaps.mean_h == doctest::Approx(7.60).epsilon(0.001));
  CHECK(gaps.variation == doctest::Approx(5.0).epsilon(0.01));
}

TEST_CASE("a recorded failure is one event of the process, on the node of its place") {
  if (missing()) {
    return;
  }
  using testing::map;
  const SettingsTree tree = testing::tree(
      map({{"kind", "replay"}, {"file", shared("titan_gc_full.csv.gz")}, {"format", "titan"}}));
  const auto process = make_failures(tree.root());
  Topology titan;
  titan.fleet = plain_fleet(18'687, 1);
  process->check_topology(titan);
  const auto source = process->open(RunKey{1}, 0, titan);
  Failure failure;
  std::size_t count = 0;
  while (source->next(failure)) {
    ++count;
  }
  CHECK(count == 4826 + 1541);
  Topology half;
  half.fleet = plain_fleet(9'000, 1);
  CHECK_THROWS_AS(process->check_topology(half), InputError);
}

TEST_CASE("Bamboo: every instance that comes fills a place, every one that goes empties one") {
  if (missing()) {
    return;
  }
  const FailureLog log = read_bamboo(shared("bamboo_p3-trace.csv"));
  CHECK(std::ranges::count(log.failures, 1U, &Recorded::cause) == 167);
  CHECK(log.places + 167 -
            std::ranges::count_if(log.failures,
                                  [](const Recorded& one) {
                                    return one.at.time_since_epoch() + *one.out == longest_duration;
                                  }) ==
        177);
}
