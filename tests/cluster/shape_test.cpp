#include "cluster/shape.hpp"

#include <optional>
#include <vector>

#include <doctest/doctest.h>

#include "tests/cluster/fleets.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

const Fleet eights = uniform(20, 8);
const Fleet with_cpus = fleet_of(std::vector(4, gpu_node(8, 64'000, 1000)));

Ask gpus(std::uint32_t count, std::int64_t cpu_milli = 0, std::int64_t memory = 0) {
  return {count, 0, cpu_milli, memory};
}
Ask nodes(std::uint32_t count) { return {0, count, 0, 0}; }

Shape tasks(std::uint32_t count, std::uint32_t each, std::int64_t cpu = 0, std::int64_t mem = 0) {
  return {count, each, cpu, mem};
}

}  // namespace

TEST_CASE("a job that fits a node is one task") {
  CHECK(shape_of(gpus(1), eights) == tasks(1, 1));
  CHECK(shape_of(gpus(8), eights) == tasks(1, 8));
}

TEST_CASE("a larger job is equal tasks that fill nodes without a rest") {
  CHECK(shape_of(gpus(12), eights) == tasks(3, 4));
  CHECK(shape_of(gpus(16), eights) == tasks(2, 8));
  CHECK(shape_of(gpus(20), eights) == tasks(5, 4));
  CHECK(shape_of(gpus(128), eights) == tasks(16, 8));
  CHECK(shape_of(gpus(125), eights) == tasks(125, 1));
  CHECK(shape_of(gpus(13), eights) == tasks(13, 1));
}

TEST_CASE("where the largest nodes are too few, tasks suit the smaller ones too") {
  const Fleet mixed = fleet_of({gpu_node(8), gpu_node(4), gpu_node(4), gpu_node(4), gpu_node(4)});
  CHECK(shape_of(gpus(16), mixed) == tasks(4, 4));
  CHECK(shape_of(gpus(24), mixed) == tasks(6, 4));
  CHECK(shape_of(gpus(23), mixed) == tasks(23, 1));
}

TEST_CASE("CPU and memory are shared out among the tasks, rounded up") {
  CHECK(shape_of(gpus(12, 4001, 7), with_cpus) == tasks(3, 4, 1334, 3));
}

TEST_CASE("a job of whole nodes takes all that is in them") {
  CHECK(shape_of(nodes(3), with_cpus) == tasks(3, 8, 64'000, 1000));
  CHECK(shape_of(nodes(4), with_cpus).has_value());
  CHECK_FALSE(shape_of(nodes(5), with_cpus).has_value());
}

TEST_CASE("whole nodes of a mixed fleet are of the kind with the most GPUs") {
  const Fleet mixed = fleet_of({gpu_node(4), gpu_node(8), gpu_node(8)});
  CHECK(shape_of(nodes(2), mixed) == tasks(2, 8));
  CHECK_FALSE(shape_of(nodes(3), mixed).has_value());
}

TEST_CASE("a CPU-only job is one task, and must fit one node") {
  CHECK(shape_of(gpus(0, 64'000), with_cpus) == tasks(1, 0, 64'000));
  CHECK_FALSE(shape_of(gpus(0, 64'001), with_cpus).has_value());
  CHECK_FALSE(shape_of(gpus(0, 1), eights).has_value());
}

TEST_CASE("a job larger than the empty fleet has no shape") {
  CHECK(shape_of(gpus(160), eights) == tasks(20, 8));
  CHECK_FALSE(shape_of(gpus(161), eights).has_value());
  CHECK_FALSE(shape_of(gpus(4'000'000'000), eights).has_value());
  CHECK_FALSE(shape_of(gpus(1, 0, 1001), with_cpus).has_value());
}

TEST_CASE("a share of a GPU is one task, and fits where there are GPUs") {
  Ask third;
  third.gpu_milli = 334;
  third.cpu_milli = 1000;
  CHECK(shape_of(third, with_cpus) == Shape{1, 0, 1000, 0, 334});
  CHECK_FALSE(shape_of(third, eights).has_value());
  CHECK_FALSE(shape_of(third, fleet_of({gpu_node(0, 64'000)})).has_value());
  CHECK(capacity_for({1, 0, 0, 0, 334}, eights) == 20 * 8 * 2);
}

TEST_CASE("a job that says how many tasks it has is split into so many") {
  Ask ask = gpus(8, 4000);
  ask.tasks = 4;
  CHECK(shape_of(ask, with_cpus) == tasks(4, 2, 1000));
  ask.tasks = 3;
  CHECK_FALSE(shape_of(ask, with_cpus).has_value());
  Ask shares;
  shares.gpu_milli = 500;
  shares.tasks = 64;
  CHECK(shape_of(shares, with_cpus) == Shape{64, 0, 0, 0, 500});
  shares.tasks = 65;
  CHECK_FALSE(shape_of(shares, with_cpus).has_value());
}

TEST_CASE("the capacity counts what each kind of node holds") {
  const Fleet mixed = fleet_of({gpu_node(4, 4000), gpu_node(8, 4000), gpu_node(0, 64'000)});
  CHECK(capacity_for(tasks(1, 2), mixed) == 6);
  CHECK(capacity_for(tasks(1, 2, 2000), mixed) == 4);
  CHECK(capacity_for(tasks(1, 0, 2000), mixed) == 36);
}
