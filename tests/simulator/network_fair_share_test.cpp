#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include "simulator/network/fair_share.hpp"
#include "tests/simulator/random_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

LinkUses uses(std::initializer_list<std::pair<std::uint32_t, std::int64_t>> pairs) {
  LinkUses all;
  for (const auto& [link, weight] : pairs) {
    all.push_back({LinkId(link), weight});
  }
  return all;
}

// Progressive filling from scratch: all rise together until a link is full or they are at 1.
class Naive {
 public:
  explicit Naive(std::vector<std::int64_t> capacities) : capacities_(std::move(capacities)) {}

  std::map<JobId, LinkUses> jobs;
  void set_capacity(LinkId link, std::int64_t capacity) { capacities_[link.index()] = capacity; }

  [[nodiscard]] std::map<JobId, double> rates() const {
    std::map<JobId, double> rates;
    while (rates.size() < jobs.size()) {
      double least = 1;
      std::size_t first = capacities_.size();
      for (std::size_t link = 0; link < capacities_.size(); ++link) {
        if (const double share = share_of(link, rates); share < least) {
          least = share;
          first = link;
        }
      }
      for (const auto& [job, wants] : jobs) {
        if (rates.count(job) == 0 && (first == capacities_.size() || on(wants, first) > 0)) {
          rates[job] = least;
        }
      }
    }
    return rates;
  }

 private:
  static double on(const LinkUses& wants, std::size_t link) {
    double weight = 0;
    for (const LinkUse& use : wants) {
      weight += use.link.index() == link ? static_cast<double>(use.weight) : 0;
    }
    return weight;
  }
  [[nodiscard]] double share_of(std::size_t link, const std::map<JobId, double>& rates) const {
    auto left = static_cast<double>(capacities_[link]);
    double wanting = 0;
    for (const auto& [job, wants] : jobs) {
      const auto fixed = rates.find(job);
      left -= fixed != rates.end() ? fixed->second * on(wants, link) : 0;
      wanting += fixed == rates.end() ? on(wants, link) : 0;
    }
    return wanting > 0 ? std::max(0.0, left) / wanting : 2;
  }
  std::vector<std::int64_t> capacities_;
};

// A world of links and jobs that come, go and see links change, beside its naive twin.
class Twins {
 public:
  explicit Twins(std::uint64_t seed)
      : dice_(seed, 77),
        capacities_(capacities()),
        shares_(capacities_),
        naive_(capacities_),
        links_of_a_job_(dice_.between(1, 5)) {}

  // "" when both agree.
  std::string step() {
    const auto before = rates_;
    const std::uint32_t what = dice_.between(0, 9);
    if (what == 0) {
      change();
    } else if (what < 5 && !naive_.jobs.empty()) {
      remove();
    } else {
      add();
    }
    rates_ = naive_.rates();
    std::set<JobId> changed;
    for (const auto& [job, rate] : rates_) {
      if (std::abs(shares_.rate(job) - rate) > 1e-9 * rate) {
        return "rate " + std::to_string(shares_.rate(job)) + " should be " + std::to_string(rate);
      }
      const auto was = before.find(job);
      if (std::abs((was == before.end() ? 1 : was->second) - rate) > 1e-9) {
        changed.insert(job);
      }
    }
    for (const JobId job : shares_.changed()) {
      changed.erase(job);
    }
    return changed.empty() ? "" : "a change was not told";
  }

 private:
  std::vector<std::int64_t> capacities() {
    std::vector<std::int64_t> all(dice_.between(1, 12));
    for (std::int64_t& one : all) {
      one = dice_.between(1, 1000);
    }
    return all;
  }
  void add() {
    const JobId job(next_++);
    LinkUses wants;
    for (std::uint32_t link = 0; link < capacities_.size(); ++link) {
      if (dice_.between(1, static_cast<std::uint32_t>(capacities_.size())) <= links_of_a_job_) {
        wants.push_back({LinkId(link), dice_.between(1, 400)});
      }
    }
    naive_.jobs[job] = wants;
    shares_.add(job, wants);
  }
  void remove() {
    auto gone = naive_.jobs.begin();
    std::advance(gone, dice_.between(0, static_cast<std::uint32_t>(naive_.jobs.size()) - 1));
    shares_.remove(gone->first);
    naive_.jobs.erase(gone);
  }
  void change() {
    const LinkId link(dice_.between(0, static_cast<std::uint32_t>(capacities_.size()) - 1));
    const std::int64_t capacity = dice_.between(1, 1000);
    shares_.set_capacity(link, capacity);
    naive_.set_capacity(link, capacity);
  }

  Dice dice_;
  std::vector<std::int64_t> capacities_;
  LinkShares shares_;
  Naive naive_;
  std::uint32_t links_of_a_job_;
  std::map<JobId, double> rates_;
  std::uint32_t next_ = 0;
};

std::string disagreement(std::uint64_t seed) {
  Twins twins(seed);
  for (int step = 0; step < 40; ++step) {
    if (const std::string what = twins.step(); !what.empty()) {
      return "seed " + std::to_string(seed) + ", step " + std::to_string(step) + ": " + what;
    }
  }
  return "";
}

}  // namespace

TEST_CASE("two equal jobs on a link have half of it each") {
  LinkShares shares({100});
  shares.add(JobId(0), uses({{0, 100}}));
  CHECK(shares.rate(JobId(0)) == 1);
  shares.add(JobId(1), uses({{0, 100}}));
  CHECK(shares.rate(JobId(0)) == 0.5);
  CHECK(shares.rate(JobId(1)) == 0.5);
  CHECK(shares.changed() == std::vector{JobId(0), JobId(1)});
  shares.remove(JobId(0));
  CHECK(shares.rate(JobId(1)) == 1);
  CHECK(shares.changed() == std::vector{JobId(1)});
}

TEST_CASE("who is held up elsewhere leaves the rest of a link to others") {
  LinkShares shares({100, 20});
  shares.add(JobId(0), uses({{0, 100}}));
  shares.add(JobId(1), uses({{0, 100}, {1, 100}}));
  CHECK(shares.rate(JobId(1)) == doctest::Approx(0.2));
  CHECK(shares.rate(JobId(0)) == doctest::Approx(0.8));
}

TEST_CASE("a change travels along the links of those it changes") {
  LinkShares shares({100, 100, 100});
  shares.add(JobId(0), uses({{0, 50}, {1, 50}}));
  shares.add(JobId(1), uses({{1, 90}, {2, 50}}));
  shares.add(JobId(2), uses({{2, 100}}));
  CHECK(shares.rate(JobId(2)) == doctest::Approx(1 - 50.0 / 150));
  shares.set_capacity(LinkId(0), 10);
  CHECK(shares.rate(JobId(0)) == doctest::Approx(0.2));
  shares.set_capacity(LinkId(1), 19);
  CHECK(shares.rate(JobId(1)) == doctest::Approx(0.1357142857));
  CHECK(shares.rate(JobId(2)) == doctest::Approx(1 - 0.5 * 0.1357142857));
}

TEST_CASE("incremental sharing equals sharing from scratch on 1,000 random cases") {
  std::string found;
  for (std::uint64_t seed = 1; seed <= 1000 && found.empty(); ++seed) {
    found = disagreement(seed);
  }
  CHECK(found == "");
}
