// Laws that hold for any input, tried on many.
#if __has_include(<rapidcheck.h>)

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/workloads/jobs.hpp"
#include "tests/workloads/packed.hpp"
#include "workloads/log_number.hpp"
#include "workloads/number_set.hpp"
#include "workloads/text_lines.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

using Lines = std::vector<std::string>;

Lines lines_in(const std::string& content) {
  TextLines lines = TextLines::of_text("log", content);
  Lines all;
  while (const auto line = lines.next()) {
    all.emplace_back(*line);
  }
  return all;
}

// Gives jobs at the given times, numbered from `first`.
class Listed final : public JobSource {
 public:
  Listed(std::vector<std::uint16_t> times, std::uint64_t first)
      : times_(std::move(times)), number_(first) {
    std::ranges::sort(times_);
  }
  bool next(Job& job) override {
    if (at_ == times_.size()) {
      return false;
    }
    job.submit = SimTime{std::chrono::seconds(times_[at_++])};
    job.number = number_++;
    return true;
  }

 private:
  std::vector<std::uint16_t> times_;
  std::size_t at_ = 0;
  std::uint64_t number_;
};

bool in_merged_order(const Job& a, const Job& b) {
  return a.submit < b.submit || (a.submit == b.submit && a.number < b.number);
}

}  // namespace

TEST_CASE("packed or not, the lines are the same") {
  CHECK(rc::check([](const std::vector<std::vector<bool>>& shape) {
    std::string text;
    Lines lines;
    for (const auto& bits : shape) {
      lines.emplace_back();
      for (const bool bit : bits) {
        lines.back() += bit ? "a long piece of text " : "x";
      }
      text += lines.back() + "\n";
    }
    RC_ASSERT(lines_in(text) == lines);
    RC_ASSERT(lines_in(gzipped(text)) == lines);
    RC_ASSERT(lines_in(zstd_packed(text)) == lines);
  }));
}

TEST_CASE("every whole number up to 10^18 is read as it is written") {
  CHECK(rc::check([](std::int64_t any) {
    const std::int64_t value = any % LogNumber::most;
    RC_ASSERT(parse_log_number(std::to_string(value))->is(value));
  }));
}

TEST_CASE("a length of time written as seconds is read back") {
  CHECK(rc::check([](std::uint64_t any) {
    const Duration duration(static_cast<std::int64_t>(any % 4'000'000'000'000'000'000U));
    std::string text = seconds_text(duration);
    RC_ASSERT(text.back() == 's');
    text.pop_back();
    RC_ASSERT(parse_log_number(text)->seconds() == duration);
  }));
}

TEST_CASE("merging keeps every job, in order of time, then of the sources, then of their jobs") {
  CHECK(rc::check([](const std::vector<std::uint16_t>& a, const std::vector<std::uint16_t>& b,
                     const std::vector<std::uint16_t>& c) {
    std::vector<std::unique_ptr<JobSource>> sources;
    sources.push_back(std::make_unique<Listed>(a, 0));
    sources.push_back(std::make_unique<Listed>(b, 1'000'000));
    sources.push_back(std::make_unique<Listed>(c, 2'000'000));
    const auto jobs = all_jobs(*merge_sources(std::move(sources)));
    RC_ASSERT(jobs.size() == a.size() + b.size() + c.size());
    RC_ASSERT(std::ranges::is_sorted(jobs, in_merged_order));
  }));
}

TEST_CASE("a set of numbers knows exactly those that were put in") {
  CHECK(rc::check([](const std::vector<std::uint16_t>& numbers) {
    NumberSet set;
    std::vector<std::uint16_t> before;
    for (const auto number : numbers) {
      const bool fresh = std::ranges::find(before, number) == before.end();
      RC_ASSERT(set.insert(number) == fresh);
      before.push_back(number);
    }
  }));
}

#endif
