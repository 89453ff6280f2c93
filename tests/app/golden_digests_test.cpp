// Every shipped config gives the same bytes on every machine, compiler and thread count: digests of
// all that a run and a comparison write (but the manifest, which holds wall-clock facts) are kept
// in tests/golden/digests.txt. UPDATE_GOLDEN=1 writes them anew: a change there is a changed result
// and belongs in CHANGELOG.md.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/digest.hpp"
#include "tests/app/run_berth.hpp"
#include "tests/folders.hpp"
#include "tests/simulator/golden.hpp"

namespace {

using namespace berth;
using testing::Folder;

std::string digest_of(const Folder& folder, const std::string& below) {
  Digest digest;
  for (const std::string& name : folder.files()) {
    if (name.starts_with(below + "/") && !name.ends_with("manifest.json")) {
      const std::string text = testing::read_file(folder / name);
      digest.add(name.data(), name.size());
      digest.add(text.data(), text.size());
    }
  }
  return digest.hex();
}

// A year of five million jobs is for the nightly machine.
std::vector<std::string> shortened(const std::string& config) {
  return config == "year_250k_gpus"  ? std::vector<std::string>{"--set", "workload.jobs=20000"}
         : config == "rsc1_year"     ? std::vector<std::string>{"--set", "horizon=14d"}
         : config == "silent_faults" ? std::vector<std::string>{"--set", "horizon=90d"}
                                     : std::vector<std::string>{};
}

// Those that ask of failures or of one large machine have one policy.
const std::vector<std::string> of_one_policy{"bare_metal_neocloud",
                                             "how_many_spares",
                                             "interruptions_with_and_without_mission_control",
                                             "llama3_54_days",
                                             "nvl72_sixteen_of_eighteen",
                                             "requeue_restart_or_shrink",
                                             "requeue_restart_or_shrink",
                                             "rsc1_year",
                                             "silent_faults",
                                             "year_250k_gpus"};

// Results name the config as it was given, so it is given as seen from the checkout.
class InCheckout {
 public:
  InCheckout() : before_(std::filesystem::current_path()) {
    std::filesystem::current_path(berth::testing::in_project(""));
  }
  ~InCheckout() { std::filesystem::current_path(before_); }
  InCheckout(const InCheckout&) = delete;
  InCheckout& operator=(const InCheckout&) = delete;

 private:
  std::filesystem::path before_;
};

std::string line_of(const std::string& config, const std::string& threads) {
  const Folder folder;
  const InCheckout here;
  const std::string path = "configs/" + config + ".yaml";
  std::vector<std::string> run{"run", path, "-q", "--events", "--out", "@run"};
  std::vector<std::string> compare{"compare",   path,    "-q",    "--seeds", "2",
                                   "--threads", threads, "--out", "@compare"};
  const auto less = shortened(config);
  run.insert(run.end(), less.begin(), less.end());
  compare.insert(compare.end(), less.begin(), less.end());
  const bool compares = std::ranges::find(of_one_policy, config) == of_one_policy.end();
  const auto ran = folder.berth(run);
  REQUIRE_MESSAGE(ran.code == 0, ran.err);
  if (compares) {
    const auto compared = folder.berth(compare);
    REQUIRE_MESSAGE(compared.code == 0, compared.err);
  }
  return config + " run " + digest_of(folder, "run") +
         (compares ? " compare " + digest_of(folder, "compare") : "") + "\n";
}

std::string lines_of(std::vector<std::string> configs, const std::string& threads) {
  std::string lines;
  for (const std::string& config : configs) {
    lines += line_of(config, threads);
  }
  return lines;
}

// Those that read real logs need the reference beside the checkout.
const std::vector<std::string> own{"bare_metal_neocloud",
                                   "demo",
                                   "how_many_spares",
                                   "interruptions_with_and_without_mission_control",
                                   "llama3_54_days",
                                   "mixed_training_inference",
                                   "nvl72_sixteen_of_eighteen",
                                   "oversubscribed",
                                   "requeue_restart_or_shrink",
                                   "rsc1_year",
                                   "silent_faults",
                                   "slurm_and_kubernetes_together",
                                   "static_partitions_or_shared_pool",
                                   "year_250k_gpus"};
const std::vector<std::string> on_logs{"itp", "kth_sp2", "muri", "openb", "philly"};

}  // namespace

TEST_CASE("the shipped configs give the bytes they always gave, on one thread and on several") {
  const std::string now = lines_of(own, "1");
  CHECK(test::golden("digests.txt", now) == now);
  CHECK(lines_of(own, "3") == now);
}

TEST_CASE("the shipped configs on real logs give the bytes they always gave") {
  if (!std::filesystem::exists(berth::testing::in_shared(""))) {
    MESSAGE("SKIPPED: no " << berth::testing::in_shared(""));
    return;
  }
  const std::string now = lines_of(on_logs, "2");
  CHECK(test::golden("digests_of_logs.txt", now) == now);
}

TEST_CASE("every shipped config has a digest") {
  std::vector<std::string> shipped;
  for (const auto& entry :
       std::filesystem::directory_iterator(berth::testing::in_project("configs"))) {
    if (entry.path().extension() == ".yaml") {
      shipped.push_back(entry.path().stem().string());
    }
  }
  std::sort(shipped.begin(), shipped.end());
  std::vector<std::string> known = own;
  known.insert(known.end(), on_logs.begin(), on_logs.end());
  std::sort(known.begin(), known.end());
  CHECK(shipped == known);
}
