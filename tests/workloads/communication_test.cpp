#include "workloads/communication.hpp"

#include <doctest/doctest.h>

#include "tests/workloads/jobs.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

Communication read(std::string_view config, std::string_view otherwise = "dense") {
  const SettingsTree tree = flow(config);
  const Communication profile = read_communication(tree.root(), otherwise);
  check_all_used(tree.root());
  return profile;
}

// Of the first job of a workload.
Communication profile_of(std::string_view config) {
  Catalog catalog;
  const auto made = workload(config);
  const auto source = made->open({}, 0, catalog);
  const Job job = first_jobs(*source, 1).front();
  return catalog.communications[job.communication];
}

const std::string training =
    "kind: synthetic, jobs: 1, arrivals: {kind: poisson, mean_gap: 1m}, "
    "sizes: {8: 1}, work: 1h";

}  // namespace

TEST_CASE("training talks like a dense model, inference like itself, unless the config says more") {
  CHECK(profile_of("{" + training + "}") == communication_named("dense"));
  CHECK(profile_of("{" + training + ", communication: moe}") == communication_named("moe"));
  CHECK(profile_of("{kind: services, services: [{name: chat, gpus: 8}]}") ==
        communication_named("inference"));
  CHECK(profile_of("{" + training + ", communication: none}") == Communication{});
}

TEST_CASE("a profile's mix adds up to 1") {
  for (const std::string_view name : {"dense", "moe", "inference"}) {
    const auto mix = communication_named(name).mix;
    CHECK(mix[0] + mix[1] + mix[2] == doctest::Approx(1));
  }
}

TEST_CASE("numbers change a profile, and collectives that are not named have no share") {
  const Communication one =
      read("{communication: {kind: moe, exposed: 0.2, all_reduce: 3, all_gather: 1}}");
  CHECK(one.exposed == 0.2);
  CHECK(one.mix[0] == 0.75);
  CHECK(one.mix[1] == 0.25);
  CHECK(one.mix[2] == 0);
  CHECK(one.message == communication_named("moe").message);
  const Communication other = read("{communication: {message: 1KiB}}", "inference");
  CHECK(other.exposed == communication_named("inference").exposed);
  CHECK(other.message == 1024);
}

TEST_CASE("profiles that make no sense are refused where they stand") {
  CHECK(error_of([] { read("{communication: chatty}"); }).starts_with("c.yaml:1: communication:"));
  CHECK(error_of([] {
          read("{communication: {exposed: 1}}");
        }).starts_with("c.yaml:1: communication.exposed:"));
  CHECK(error_of([] {
          read("{communication: {kind: none, exposed: 0.1}}");
        }).starts_with("c.yaml:1: communication: names no collective"));
  CHECK(error_of([] {
          read("{communication: {message: 0}}");
        }).starts_with("c.yaml:1: communication: message"));
  CHECK(error_of([] { read("{communication: {alltoall: 1}}"); }) != "fine");
}

TEST_CASE("equal profiles have one id, and whatever exposes nothing is none") {
  Communications all;
  const CommunicationId dense = all.id(communication_named("dense"));
  CHECK(all.id(communication_named("dense")) == dense);
  CHECK(all.id(communication_named("moe")) != dense);
  CHECK(all.id(communication_named("none")) == CommunicationId(0));
  CHECK(all.id({0, {1, 0, 0}, 5}) == CommunicationId(0));
}
