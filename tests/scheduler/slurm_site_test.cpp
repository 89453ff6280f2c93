#include "scheduler/slurm_site.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "tests/cluster/fleets.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/folders.hpp"

using namespace berth;
using namespace berth::testing;
using namespace std::chrono_literals;

namespace {

using Entries = std::vector<std::pair<std::string, Value>>;

std::shared_ptr<const SlurmSite> site_of(const Entries& slurm) {
  const SettingsTree config = tree(map({{"slurm", map(slurm)}}));
  auto site = SlurmSite::read(config.root());
  check_all_used(config.root());
  return site;
}

std::string refusal(const Entries& slurm) {
  return error_of([&] { site_of(slurm); });
}

const Entries physics_and_guests{
    {"accounts",
     map({{"physics", map({{"shares", "10"},
                           {"priority", "7"},
                           {"users", map({{"alice", "5"}, {"bob", map({{"max_jobs", "3"}})}})}})},
          {"guests", Value()}})},
    {"default_account", "guests"}};

struct Asked {
  Catalog catalog;
  Request request;

  explicit Asked(const std::string& user, const std::string& partition = "default") {
    request.tenant = catalog.tenants.id(user);
    request.partition = catalog.partitions.id(partition);
    request.number = 12;
  }
  Asked& with(const std::string& account, const std::string& qos) {
    Terms terms;
    terms.account = account;
    terms.qos = qos;
    request.terms = std::make_shared<const Terms>(terms);
    return *this;
  }
};

std::string account_of(const SlurmSite& site, const Asked& asked) {
  const auto membership = site.membership(asked.request, asked.catalog);
  return site.associations()[membership.account].name +
         (membership.user ? "/" + site.associations()[*membership.user].name : "");
}

std::string check(const SlurmSite& site, const Asked& asked) {
  return error_of([&] { site.check(asked.request, asked.catalog); });
}

}  // namespace

TEST_CASE("a site that says nothing has one partition, one QOS and an account for everybody") {
  const SlurmSite site;
  const Asked asked("alice", "gpu");
  CHECK_FALSE(site.asks());
  CHECK(check(site, asked) == "fine");
  CHECK(site.partition(asked.request, asked.catalog).nodes == "ALL");
  CHECK(site.qos(asked.request, asked.catalog).name == "normal");
  CHECK(account_of(site, asked) == "root");
}

TEST_CASE("a user is of the account that lists them, of the one named, or of the default one") {
  const auto site = site_of(physics_and_guests);
  CHECK(account_of(*site, Asked("alice")) == "physics/alice");
  CHECK(account_of(*site, Asked("zoe")) == "guests");
  CHECK(account_of(*site, Asked("alice").with("guests", "")) == "guests");
  CHECK(check(*site, Asked("zoe").with("physics", "")) ==
        "c.yaml:2:5: slurm.accounts: job 12 is of user 'zoe' and account 'physics', which is none "
        "of theirs\n  list them, or name a default_account without users");
}

TEST_CASE("a user has the priority of their account, and shares of their own") {
  const auto site = site_of(physics_and_guests);
  const auto& all = site->associations();
  CHECK(all[1].name == "physics");
  CHECK(all[1].shares == 10);
  CHECK(all[2].shares == 5);
  CHECK(all[3].limits.jobs_per_user == 3);
  CHECK(site->priority(2) == 7);
  CHECK(site->priority(4) == 0);
}

TEST_CASE("a job is of the QOS that it names, else of that of its partition, else of the first") {
  const auto site = site_of(
      {{"qos", map({{"normal", Value()}, {"high", map({{"priority", "9"}})}, {"low", Value()}})},
       {"partitions", map({{"batch", Value()}, {"debug", map({{"default_qos", "low"}})}})}});
  const auto name = [&site](const Asked& asked) {
    return site->qos(asked.request, asked.catalog).name;
  };
  CHECK(name(Asked("a")) == "normal");
  CHECK(name(Asked("a", "debug")) == "low");
  CHECK(name(Asked("a", "debug").with("", "high")) == "high");
  CHECK(check(*site, Asked("a").with("", "hihg")) ==
        "c.yaml:2:5: slurm.qos: job 12 is of QOS 'hihg', which is none\n"
        "  known: normal, high, low");
  CHECK(check(*site, Asked("a", "debgu")) ==
        "c.yaml:2:5: slurm.partitions: job 12 is of partition 'debgu', which is none\n"
        "  known: batch, debug");
}

TEST_CASE("what a QOS and a partition say of preemption is kept for who stops jobs") {
  const auto site = site_of(
      {{"qos", map({{"high", map({{"priority", "9"}, {"preempt", list({"low"})}})},
                    {"low", map({{"preempt_mode", "requeue"},
                                 {"grace_time", "60s"},
                                 {"preempt_exempt_time", "1h"}})}})},
       {"partitions", map({{"p", map({{"priority_tier", "4"}, {"preempt_mode", "off"}})}})}});
  CHECK(site->qos()[0].preempt == std::vector<std::string>{"low"});
  CHECK(site->qos()[1].preemption.mode == PreemptMode::requeue);
  CHECK(site->qos()[1].preemption.grace == 60s);
  CHECK(site->qos()[1].exempt == 1h);
  CHECK(site->partitions()[0].priority_tier == 4);
  CHECK(site->partitions()[0].preemption.mode == PreemptMode::off);
}

TEST_CASE("a partition has nodes of the cluster, and says which it lacks") {
  const Fleet fleet = fleet_of({gpu_node(8), gpu_node(8), gpu_node(8)});
  const std::string two = fleet.name(NodeId(0)) + "," + fleet.name(NodeId(2));
  const auto site = site_of({{"partitions", map({{"p", map({{"nodes", two}})}})}});
  site->check_fleet(fleet);
  CHECK(SlurmSite::nodes(site->partitions()[0], fleet).size() == 2);
  const auto wrong = site_of({{"partitions", map({{"p", map({{"nodes", "moon[1-2]"}})}})}});
  CHECK(error_of([&] {
          wrong->check_fleet(fleet);
        }).starts_with("c.yaml:5:5: partition 'p': the cluster has no node 'moon1'"));
}

TEST_CASE("what a site says and contradicts is refused at its place") {
  const auto in_qos = [](const Entries& keys) {
    return refusal({{"qos", map({{"q", map(keys)}})}});
  };
  CHECK(in_qos({{"group_tres", map({{"gpu", "-1"}})}}) ==
        "c.yaml:6:5: slurm.qos.q.group_tres.gpu: must be between 0 and 1000000000, is -1");
  CHECK(in_qos({{"max_tres_per_job", map({{"gpu", "9"}})}, {"group_tres", map({{"gpu", "8"}})}}) ==
        "c.yaml:5:5: slurm.qos.q.max_tres_per_job: lets a job have more than the group");
  CHECK(in_qos({{"preempt", list({"x"})}}) == "c.yaml:4:5: slurm.qos.q: no such QOS 'x'");
  CHECK(in_qos({{"max_walltime", "1h"}}).find("no such key") != std::string::npos);
  CHECK(refusal({{"partitions", map({{"p", map({{"min_nodes", "3"}, {"max_nodes", "2"}})}})}}) ==
        "c.yaml:6:5: slurm.partitions.p.max_nodes: is less than min_nodes");
  CHECK(refusal({{"partitions", map({{"p", map({{"accounts", "x"}})}})}}) ==
        "c.yaml:4:5: slurm.partitions.p: no such account 'x'");
  CHECK(refusal({{"default_account", "x"}}) ==
        "c.yaml:3:5: slurm.default_account: no such account 'x'");
}

TEST_CASE("the partitions of a slurm.conf are those of the site, the default one first") {
  const std::string path = berth::testing::in_project("tests/fuzz/corpus/slurm_conf/plain.conf");
  const auto site = site_of({{"conf", path}, {"accounts", map({{"a", Value()}, {"b", Value()}})}});
  REQUIRE(site->partitions().size() == 2);
  const SlurmPartition& first = site->partitions()[0];
  CHECK(first.name == "gpu");
  CHECK(first.priority_tier == 10);
  CHECK(first.max_time == 168h);
  CHECK(first.preemption.mode == PreemptMode::requeue);
  CHECK(first.preemption.grace == 60s);
  CHECK(site->partitions()[1].accounts == std::vector<std::string>{"a", "b"});
  CHECK(refusal({{"conf", path}}) == "c.yaml:3:5: slurm.conf: no such account 'a'");
  CHECK(refusal({{"conf", path}, {"partitions", map({{"p", Value()}})}}) ==
        "c.yaml:4:5: slurm.partitions: does not go with conf\n  the file has all partitions");
  CHECK(refusal({{"conf", "/nowhere"}}).starts_with("c.yaml:3:5: slurm.conf: '/nowhere': "));
}
