// Scores worked out by hand, by the formulas that their files open with.
#include <doctest/doctest.h>

#include "core/error.hpp"
#include "tests/scheduler/scored_nodes.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

// The largest nodes of the openb trace, which its scores measure by.
const NodeKind largest = gpu_node(8, 128'000, 1000);

const std::string typical = "{typical: [{gpu_milli: 500, count: 3}, {gpus: 1, cpus: 4, count: 1}]}";

}  // namespace

TEST_CASE("most allocated is the mean of what is asked for, each truncated") {
  const ScoredNode node({gpu_node(8, 64'000, 1000)});
  CHECK(node.score("most_allocated", whole(2, 16'000, 300)) == 26);  // (25 + 30 + 25) / 3
  CHECK(node.score("most_allocated", whole(2, 16'000, 300), "{resources: {memory: 1}}") == 30);
  CHECK(node.score("most_allocated", whole(2, 16'000, 300), "{resources: {gpu: 3, memory: 1}}") ==
        26);
  CHECK(node.score("most_allocated", share(500, 16'000)) == 10);  // (25 + 0 + 6) / 3
}

TEST_CASE("a resource that a node has none of scores 0") {
  CHECK(ScoredNode({gpu_node(8, 64'000)}).score("most_allocated", whole(2, 16'000)) == 16);
  CHECK(ScoredNode({gpu_node(8)}).score("least_allocated", whole(2)) == 25);
}

TEST_CASE("least allocated is the mean of what is left, the pod included") {
  ScoredNode node({gpu_node(8, 64'000, 1000)});
  CHECK(node.score("least_allocated", whole(2, 16'000, 300)) == 73);  // (75 + 70 + 75) / 3
  node.runs(whole(4, 32'000, 500));
  CHECK(node.score("least_allocated", whole(2, 16'000, 300)) == 23);  // (25 + 20 + 25) / 3
}

TEST_CASE("balanced allocation falls with the spread of what is asked for") {
  const ScoredNode node({gpu_node(8, 64'000, 1000)});
  CHECK(node.score("balanced_allocation", whole(2, 16'000, 250)) == 100);
  CHECK(node.score("balanced_allocation", whole(2, 16'000, 300)) == 97);  // deviation 0.0236
  CHECK(node.score("balanced_allocation", whole(8, 0, 0), "{resources: {gpu: 1, cpu: 1}}") == 50);
}

TEST_CASE("dot prod is 100 less half the product of what is free and asked for") {
  ScoredNode node({gpu_node(2, 64'000), largest});
  CHECK(node.score("dot_prod", whole(1, 12'000)) == 96);  // 1 - (0.5 x 0.09375 + 0.25 x 0.125) / 2
  CHECK(node.score("dot_prod", whole(0, 64'000)) == 87);  // 1 - 0.5 x 0.5 / 2
  node.runs(share(500));
  CHECK(node.score("dot_prod", share(800)) == 99);  // 1 - 0.1875 x 0.1 / 2
}

TEST_CASE("best fit is 100 less the mean of what is left") {
  const ScoredNode node({gpu_node(2, 64'000), largest});
  CHECK(node.score("best_fit", whole(1, 12'000)) == 73);  // 1 - (0.40625 + 0.125) / 2
  CHECK(node.score("best_fit", whole(2, 64'000)) == 100);
}

TEST_CASE("GPU packing opens a small empty node rather than a large one") {
  CHECK(ScoredNode({gpu_node(1), largest}).score("gpu_packing", whole(1)) == 32);
  CHECK(ScoredNode({gpu_node(4), largest}).score("gpu_packing", whole(1)) == 29);
  CHECK(ScoredNode({gpu_node(8), largest}).score("gpu_packing", share(100)) == 25);
}

TEST_CASE("GPU packing shares a GPU rather than to open one, and opens one rather than a node") {
  ScoredNode node({gpu_node(8), largest});
  node.runs(share(540));  // 46 % are left
  CHECK(node.score("gpu_packing", share(300)) == 95);
  CHECK(node.score("gpu_packing", share(461)) == 49);
  CHECK(node.score("gpu_packing", whole(1)) == 49);
  CHECK(node.score("gpu_packing", whole(4)) == 46);
  node.runs(share(900));
  CHECK(node.score("gpu_packing", share(90)) == 99);
  CHECK(node.score("gpu_packing", whole(0, 1000)) == 0);
}

TEST_CASE("GPU clustering prefers nodes that run pods with as many GPUs, and nothing else") {
  ScoredNode node({gpu_node(8), largest});
  CHECK(node.score("gpu_clustering", whole(2)) == 25);
  node.runs(share(500));  // 25 x 500 / 8000, truncated, is 1
  CHECK(node.score("gpu_clustering", share(200)) == 76);
  CHECK(node.score("gpu_clustering", whole(2)) == 1);
  node.runs(whole(2));  // 25 x 2500 / 8000, truncated, is 7
  CHECK(node.score("gpu_clustering", share(200)) == 57);
  CHECK(node.score("gpu_clustering", whole(2)) == 57);
  CHECK(node.score("gpu_clustering", whole(1)) == 7);
}

TEST_CASE("GPU clustering knows whoever has the whole node") {
  ScoredNode node({gpu_node(2, 64'000), largest});
  node.runs(whole(2));
  CHECK(node.score("gpu_clustering", whole(0, 1000)) == 0);
  CHECK(ScoredNode({gpu_node(2), largest}).score("gpu_clustering", whole(2)) == 43);
}

// F counts the half GPU for the one pod in four that wants a whole one and finds another.
TEST_CASE("FGD is the logistic function of the fragments that a pod makes or fills") {
  ScoredNode node({gpu_node(2, 64'000)});
  CHECK(node.score("fgd", share(500), typical) == 46);  // F goes from 0 to 125
  node.runs(share(500));
  CHECK(node.score("fgd", share(500), typical) == 53);  // from 125 to 0, where the half is
  CHECK(node.gpu_for("fgd", share(500), typical) == 0);
  CHECK(node.score("fgd", whole(1), typical) == 50);  // the half is lost for the one in four, too
}

TEST_CASE("FGD counts all free GPUs for typical pods that cannot run there") {
  const ScoredNode node({gpu_node(2, 5000)});
  CHECK(node.score("fgd", whole(0, 2000), typical) == 37);  // 2000 lost for one in four
  const std::string picky = "{typical: [{gpus: 1, gpu_models: [T4]}]}";
  CHECK(node.score("fgd", whole(1), picky) == 73);  // from 2000 to 1000: 100 / (1 + 1/e)
}

TEST_CASE("typical pods say what they would be") {
  const auto message = [](const std::string& options) {
    try {
      (void)score_of("fgd", options, uniform(1, 1));
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string("fine");
  };
  CHECK(message("{typical: [{gpus: 1}]}") == "fine");
  CHECK(message("{typical: []}") == "c.yaml:1: typical: lists no pod");
  CHECK(message("{typical: [{count: 3}]}") ==
        "c.yaml:1: typical[0]: asks for nothing\n  a typical pod has gpus, gpu_milli or cpus");
  CHECK(message("{typical: [{gpus: 1, gpu_milli: 500}]}") ==
        "c.yaml:1: typical[0].gpu_milli: does not go with gpus\n  a pod has whole GPUs or a share "
        "of one");
}

TEST_CASE("weights of resources say what they would be") {
  const auto message = [](const std::string& options) {
    try {
      (void)score_of("most_allocated", options, uniform(1, 1));
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string("fine");
  };
  CHECK(message("{resources: {disk: 1}}") ==
        "c.yaml:1: resources.disk: no such resource 'disk'\n  known: cpu, memory, gpu");
  CHECK(message("{resources: {cpu: 0}}") ==
        "c.yaml:1: resources: needs at least one weight above 0");
}
