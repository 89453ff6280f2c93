#include "core/random.hpp"

#include <array>
#include <cstdint>

#include <doctest/doctest.h>

namespace berth {
namespace {

std::array<std::uint64_t, 4> four(Random& random) {
  std::array<std::uint64_t, 4> bits{};
  for (auto& draw : bits) {
    draw = random.next();
  }
  return bits;
}

std::array<std::uint64_t, 4> first_four(RunKey run, Stream stream, std::uint64_t entity) {
  Random random{run, stream, entity};
  return four(random);
}

using Bits = std::array<std::uint64_t, 4>;

TEST_CASE("the draws are Philox4x64-10, by the vector its authors publish") {
  CHECK(first_four({0, 0}, Stream{0}, 0) ==
        Bits{0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b});
}

TEST_CASE("seed and replication are the key; block, entity and stream the counter") {
  Random random{{5, 7}, Stream::test, 9};
  four(random);
  CHECK(four(random) ==
        Bits{0xae552111dbd05507, 0x0cd02c75469342d5, 0x8887516cbee3979f, 0x17d083ac74a80f31});
}

TEST_CASE("what one entity draws does not shift the draws of another") {
  const auto alone = first_four({1, 0}, Stream::job, 2);
  Random other{{1, 0}, Stream::job, 1};
  Random mixed{{1, 0}, Stream::job, 2};
  Bits between{};
  for (auto& draw : between) {
    four(other);
    draw = mixed.next();
  }
  CHECK(between == alone);
}

TEST_CASE("the same arguments give the same draws") {
  CHECK(first_four({3, 1}, Stream::arrivals, 4) == first_four({3, 1}, Stream::arrivals, 4));
}

TEST_CASE("a seed, a replication, a stream and an entity each make draws of their own") {
  const auto draws = first_four({3, 1}, Stream::arrivals, 4);
  CHECK(draws != first_four({4, 1}, Stream::arrivals, 4));
  CHECK(draws != first_four({3, 2}, Stream::arrivals, 4));
  CHECK(draws != first_four({3, 1}, Stream::job, 4));
  CHECK(draws != first_four({3, 1}, Stream::arrivals, 5));
}

TEST_CASE("a copy goes on from the same draw") {
  Random random{{1, 0}, Stream::test, 0};
  random.next();
  Random copy = random;
  CHECK(four(copy) == four(random));
}

}  // namespace
}  // namespace berth
