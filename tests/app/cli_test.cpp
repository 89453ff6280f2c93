// What the commands print and leave behind.
#include <csignal>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include "app/catalog_of_parts.hpp"
#include "app/interrupt.hpp"
#include "tests/app/run_berth.hpp"

using berth::testing::config;
using berth::testing::Folder;
using berth::testing::Outcome;
using berth::testing::read_file;
using Files = std::vector<std::string>;

namespace {

// While it lives, no file may grow beyond so many bytes: as good as a full disk.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit little{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &little);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

// A Ctrl-C that came already.
struct PressedCtrlC {
  PressedCtrlC() { berth::request_interrupt(); }
  ~PressedCtrlC() { berth::forget_interrupt(); }
  PressedCtrlC(const PressedCtrlC&) = delete;
  PressedCtrlC& operator=(const PressedCtrlC&) = delete;
};

bool every_part_has_a_summary() {
  const auto topics = berth::all_topics();
  return std::ranges::all_of(topics, [](const berth::Topic& topic) {
    return std::ranges::none_of(topic.parts, [](const auto& part) { return part.summary.empty(); });
  });
}

}  // namespace

TEST_CASE("a run leaves complete files and says what happened") {
  const Folder folder;
  folder.write("c.yaml", "# Who waits?\n" + config());
  const Outcome run = folder.berth({"run", "@c.yaml", "--out", "@out", "--events"});
  CHECK(run.code == 0);
  CHECK(run.err == "");
  CHECK(run.out.starts_with("Who waits?\nc.yaml: policy easy, 4 nodes with 32 GPUs, seed 1,"));
  CHECK(folder.files() ==
        Files{"c.yaml", "out/events.log", "out/jobs.csv", "out/manifest.json", "out/summary.json"});
}

TEST_CASE("the same config and seed give the same bytes, another seed others") {
  const Folder folder;
  folder.write("c.yaml", config());
  CHECK(folder.berth({"run", "@c.yaml", "--out", "@a", "--events"}).code == 0);
  CHECK(folder.berth({"run", "@c.yaml", "--out", "@b", "--events"}).code == 0);
  CHECK(folder.berth({"run", "@c.yaml", "--out", "@c", "--events", "--seed", "2"}).code == 0);
  CHECK(read_file(folder / "a/summary.json") == read_file(folder / "b/summary.json"));
  CHECK(read_file(folder / "a/jobs.csv") == read_file(folder / "b/jobs.csv"));
  CHECK(read_file(folder / "a/events.log") == read_file(folder / "b/events.log"));
  CHECK(read_file(folder / "a/jobs.csv") != read_file(folder / "c/jobs.csv"));
}

TEST_CASE("the manifest can run the same again") {
  const Folder folder;
  folder.write("c.yaml", config());
  CHECK(folder.berth({"run", "@c.yaml", "--seed", "5", "--out", "@a"}).code == 0);
  const auto manifest = nlohmann::json::parse(read_file(folder / "a/manifest.json"));
  CHECK(manifest["inputs"][0]["xxh3_128"].get<std::string>().size() == 32);
  folder.write("c.yaml", manifest["resolved_config"]);
  CHECK(folder.berth({"run", "@c.yaml", "--out", "@b"}).code == 0);
  CHECK(read_file(folder / "a/summary.json") == read_file(folder / "b/summary.json"));
}

TEST_CASE("a comparison is the same on one thread and on several") {
  const Folder folder;
  folder.write("c.yaml", config({{"policy", ""}, {"policies", "[fifo, easy, easy_sjbf]"}}));
  const Outcome one = folder.berth({"compare", "@c.yaml", "--threads", "1", "--json"});
  const Outcome many = folder.berth({"compare", "@c.yaml", "--threads", "7", "--json"});
  CHECK(one.code == 0);
  CHECK(one.out == many.out);
  const auto document = nlohmann::json::parse(one.out);
  CHECK(document["runs"] == 10);
  CHECK(document["policies"][1]["metrics"]["mean_wait_s"]["difference"].contains("ci95_low"));
}

TEST_CASE("a single --policy is compared to the config's own") {
  const Folder folder;
  folder.write("c.yaml", config());
  const Outcome two = folder.berth(
      {"compare", "@c.yaml", "--policy", "fifo:placer=worst_fit", "--seeds", "2", "--json"});
  const auto policies = nlohmann::json::parse(two.out)["policies"];
  CHECK(policies[0]["name"] == "easy");
  CHECK(policies[1]["name"] == "fifo:placer=worst_fit");
}

TEST_CASE("jobs that do not depend on the seed run once, without an interval") {
  const Folder folder;
  folder.write("log.swf", "1 0 -1 60 4 -1 -1 4 90 -1 1 1 1 1 1 1 -1 -1\n");
  folder.write("c.yaml", config({{"workload", "{kind: swf, file: log.swf}"}}));
  const Outcome fixed = folder.berth({"compare", "@c.yaml", "--policy", "fifo", "--json"});
  const auto document = nlohmann::json::parse(fixed.out);
  CHECK(document["runs"] == 1);
  CHECK(document["depends_on_seed"] == false);
  CHECK_FALSE(document["policies"][1]["metrics"]["mean_wait_s"]["difference"].contains("ci95_low"));
}

TEST_CASE("a comparison writes a summary of each run") {
  const Folder folder;
  folder.write("c.yaml", config());
  CHECK(folder.berth({"compare", "@c.yaml", "--policy", "fifo", "--seeds", "2", "--out", "@o"})
            .code == 0);
  CHECK(folder.files() == Files{"c.yaml", "o/comparison.json", "o/manifest.json",
                                "o/summary_easy_1.json", "o/summary_easy_2.json",
                                "o/summary_fifo_1.json", "o/summary_fifo_2.json"});
}

TEST_CASE("check names the error of each file and says what would run") {
  const Folder folder;
  folder.write("good.yaml", config());
  folder.write("bad.yaml", config({{"seed", "x"}}));
  const Outcome both = folder.berth({"check", "@bad.yaml", "@good.yaml", "@none.yaml"});
  CHECK(both.code == 2);
  CHECK(both.err ==
        "bad.yaml:3:7: seed: must be a whole number, is 'x'\n"
        "  write decimal digits only, for example 42\n"
        "none.yaml: no such file\n");
  CHECK(both.out.find("good.yaml: ok\n  cluster   4 nodes, 32 GPUs\n  jobs      50 in") !=
        std::string::npos);
}

TEST_CASE("check reads a log to its last line") {
  const Folder folder;
  folder.write("log.swf", "1 0 -1 60 4 -1 -1 4 90 -1 1 1 1 1 1 1 -1 -1\n2 x\n");
  folder.write("c.yaml", config({{"workload", "{kind: swf, file: log.swf}"}}));
  const Outcome bad = folder.berth({"check", "@c.yaml"});
  CHECK(bad.code == 2);
  CHECK(bad.err.starts_with("log.swf:2: "));
}

TEST_CASE("place answers with a hostlist, or no and why") {
  const Folder folder;
  folder.write("c.yaml", config());
  CHECK(folder.berth({"place", "@c.yaml", "--nodes", "3", "--unavailable", "n2"}).out ==
        "n[1,3-4]\n");
  CHECK(folder.berth({"place", "@c.yaml", "--nodes", "3", "--gpus", "2"}).out == "n[1-3]\n");
  const Outcome no = folder.berth({"place", "@c.yaml", "--nodes", "4", "--unavailable", "n1"});
  CHECK(no.code == 1);
  CHECK(no.out == "does not fit now: wants 4 x 8 GPUs, there is room for 3 x 8 GPUs\n");
  CHECK(folder.berth({"place", "@c.yaml", "--nodes", "5"}).out ==
        "does not fit, even when all 4 nodes with 32 GPUs are free\n");
}

TEST_CASE("place takes a cluster from a file of its own") {
  const Folder folder;
  folder.write("t.yaml", "{kind: leveled, levels: {rack: 2}, nodes: 2, gpus_per_node: 4}\n");
  const Outcome six =
      folder.berth({"place", "--topology", "@t.yaml", "--gpus", "6", "--json", "--explain"});
  const auto answer = nlohmann::json::parse(six.out);
  CHECK(answer["nodes"] == "n[1-2]");
  CHECK(answer["domains"]["rack"][0]["nodes_used"] == 2);
}

TEST_CASE("list has a line about every part") { CHECK(every_part_has_a_summary()); }

TEST_CASE("help and version are results") {
  CHECK(Folder().berth({"--version"}).out.starts_with("berth "));
  CHECK(Folder().berth({"compare", "--help"}).out.find("berth compare configs/demo.yaml") !=
        std::string::npos);
}

TEST_CASE("completion scripts know every command and every placer") {
  CHECK(Folder().berth({"completion", "bash"}).out.find("contiguous") != std::string::npos);
  CHECK(Folder().berth({"completion", "zsh"}).out.find("'compare[") != std::string::npos);
  CHECK(Folder().berth({"completion", "fish"}).out.find("-fa place ") != std::string::npos);
}

TEST_CASE("a run that outlasts its clock is refused, not cut short") {
  const Folder folder;
  folder.write("c.yaml", config({{"workload",
                                  "{kind: synthetic, jobs: 40, arrivals: {kind: fixed, gap: 1h}, "
                                  "sizes: 32, work: 7000d}"}}));
  const Outcome outcome = folder.berth({"run", "@c.yaml", "--out", "@out"});
  CHECK(outcome.code == 2);
  CHECK(outcome.err ==
        "the run goes on for more than 146 years, longer than its clock\n"
        "  set a horizon, or give it less work than the cluster can do in that time\n");
  CHECK(folder.files() == std::vector<std::string>{"c.yaml"});
}

TEST_CASE("files of an earlier result do not stand beside a new one") {
  const Folder folder;
  folder.write("c.yaml", config());
  CHECK(folder.berth({"run", "@c.yaml", "--out", "@out", "--events"}).code == 0);
  CHECK(folder.berth({"run", "@c.yaml", "--out", "@out"}).code == 0);
  CHECK(folder.files() == std::vector<std::string>{"c.yaml", "out/jobs.csv", "out/manifest.json",
                                                   "out/summary.json"});
}

TEST_CASE("jobs of a log that the cluster can never hold are counted in a warning") {
  const Folder folder;
  folder.write("l.swf", "1 0 -1 9 99 -1 -1 99 9 -1 1 1 1 -1 -1 -1 -1 -1\n");
  folder.write("c.yaml", config({{"workload", "{kind: swf, file: l.swf}"}}));
  const Outcome outcome = folder.berth({"run", "@c.yaml"});
  CHECK(outcome.code == 0);
  CHECK(outcome.err == "warning: jobs that the empty cluster has no room for were rejected (1)\n");
}

TEST_CASE("jobs that ask to wait where the policy does not heed it are counted in a warning") {
  const Folder folder;
  const std::string workload =
      "{kind: synthetic, jobs: 3, arrivals: {kind: fixed, gap: 1h}, sizes: 1, work: 1h, "
      "terms: {begin: 30d}}";
  folder.write("c.yaml", config({{"workload", workload}}));
  CHECK(folder.berth({"run", "@c.yaml"}).err.find("has no admission dependencies (3)\n") !=
        std::string::npos);
  folder.write("d.yaml", config({{"workload", workload}, {"policy", "{admission: dependencies}"}}));
  CHECK(folder.berth({"run", "@d.yaml"}).err == "");
}

TEST_CASE("a full disk is an error and leaves no file that looks finished") {
  const Folder folder;
  folder.write("c.yaml", config());
  const FullDisk disk(1000);
  const Outcome full = folder.berth({"run", "@c.yaml", "--out", "@out"});
  CHECK(full.code == 2);
  CHECK(full.err.find(": File too large\n") != std::string::npos);
  CHECK(folder.files() == Files{"c.yaml"});
}

TEST_CASE("a result that cannot be delivered is no success") {
  std::ofstream full("/dev/full");
  std::ostringstream err;
  CHECK(berth::berth_main({"list", "orders"}, full, err) == 2);
  CHECK(err.str() ==
        "standard output: cannot be written: No space left on device\n"
        "  the disk is full, or who should read it is gone\n");
}

TEST_CASE("an interrupted run ends with 130 and leaves nothing") {
  const Folder folder;
  folder.write("c.yaml", config());
  const PressedCtrlC pressed;
  CHECK(folder.berth({"run", "@c.yaml", "--out", "@out"}).code == 130);
  CHECK(folder.files() == Files{"c.yaml"});
}
